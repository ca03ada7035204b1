"""What pushed a decision's score up or down, for the chart and the table beside it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fraud.models import Decision


@dataclass(frozen=True, slots=True)
class Contribution:
    """One rule or one of the model's inputs.

    Attributes:
        push: above zero towards fraud, below towards genuine.
    """

    name: str
    push: float
    said: str
    is_rule: bool


def contributions_of(decision: Decision) -> list[Contribution]:
    """Return a decision's contributions, the strongest first of each kind."""
    return [_of_rule(reason) for reason in sorted(decision.reasons, key=lambda reason: -_weight(reason))]


def _of_rule(reason: dict[str, Any]) -> Contribution:
    said = str(reason.get("staff") or _(str(reason.get("customer", ""))))
    return Contribution(str(reason.get("code", "")), _weight(reason), said, is_rule=True)


def _weight(reason: dict[str, Any]) -> float:
    return float(reason.get("weight", 0.0))
