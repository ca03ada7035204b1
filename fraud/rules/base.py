"""What a rule is: a code, words for staff and customers, and parameters whose types and bounds it declares."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar

from fraud.types import PaymentFacts
from ml.fraud.features.signals import Signals


class Effect(StrEnum):
    """What a rule that speaks up does, apart from raising the score."""

    SCORE = "score"
    REVIEW = "review"
    DECLINE = "decline"


class ParameterInvalid(ValueError):
    """A value that a parameter doesn't take; the text says what it takes."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One tunable figure of a rule. Forms and validation are made from this declaration.

    Attributes:
        name: as policy documents write it.
        label: what the form calls it, in English; translated where it is shown.
        unit: what the figure counts, such as "paise" or "payments"; "" for a plain number.
        is_integer: whether fractions make no sense.
        default, minimum, maximum: the value of policy 1 and the bounds, both included.
    """

    name: str
    label: str
    unit: str
    default: float
    minimum: float
    maximum: float
    is_integer: bool = True

    def checked(self, value: Any) -> float:
        """Return the value if this parameter takes it.

        Raises:
            ParameterInvalid: of another type, not finite, or out of bounds.
        """
        kinds = int if self.is_integer else (int, float)
        # True is an integer to Python, and nobody means it.
        if isinstance(value, bool) or not isinstance(value, kinds):
            raise ParameterInvalid("a whole number" if self.is_integer else "a number")
        if not (math.isfinite(value) and self.minimum <= value <= self.maximum):
            raise ParameterInvalid(f"from {self.minimum} to {self.maximum}")
        return value


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found.

    Attributes:
        staff: why, with the figures.
        strength: how much of the rule's weight counts, in (0, 1].
    """

    staff: str
    strength: float = 1.0


class Rule(ABC):
    """One rule, tuned: looks at one payment and either speaks up or stays silent.

    Pure: the same facts and signals give the same finding for ever, or stored decisions could not be replayed.
    ``customer`` must tell a thief nothing to try next.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    customer: ClassVar[str]
    default_weight: ClassVar[float]
    default_effect: ClassVar[Effect] = Effect.SCORE
    parameters: ClassVar[tuple[Parameter, ...]] = ()

    def __init__(self, **values: float) -> None:
        defaults = {parameter.name: parameter.default for parameter in self.parameters}
        self.values: Mapping[str, float] = MappingProxyType(defaults | values)

    @abstractmethod
    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:
        """Return why this payment is suspicious, or None."""


def rupees(minor: float) -> str:
    """Return paise as staff read them.

    >>> rupees(200_000_50)
    '200,000.50 rupees'
    """
    return f"{int(minor) // 100:,}.{int(minor) % 100:02d} rupees"
