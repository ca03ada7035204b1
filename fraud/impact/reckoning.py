"""From what was counted and what is assumed to money. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from fraud.impact.assumptions import ASSUMPTIONS, Values
from fraud.impact.history import History

PAISE: Final = 100
MONTH_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a period came to, in paise; costs are positive.

    Attributes:
        prevented: stopped fraud, less what would have come back anyway.
        missed: fraud that went through, less what comes back; lost with the check as without it.
        reviews: cost of reviews.
        customers: margin of customers lost to false alarms.
        customers_lost: how many that are, a mean.
        running: cost of running the check.
    """

    prevented: int
    missed: int
    reviews: int
    customers: int
    customers_lost: Decimal
    running: int

    @property
    def cost(self) -> int:
        """All costs."""
        return self.reviews + self.customers + self.running

    @property
    def net(self) -> int:
        """What remains of the prevented loss after all costs; below zero when the check costs more than it saves."""
        return self.prevented - self.cost

    @property
    def return_on_cost(self) -> Decimal | None:
        """Net saving for each rupee of cost; None without costs."""
        return (Decimal(self.net) / self.cost).quantize(Decimal("0.01")) if self.cost else None


@dataclass(frozen=True, slots=True)
class Swing:
    """How far one assumption alone moves the net saving, in paise."""

    name: str
    worse: int
    better: int

    @property
    def width(self) -> int:
        """The distance between both."""
        return abs(self.better - self.worse)


@dataclass(frozen=True, slots=True)
class Report:
    """A period weighed.

    Attributes:
        low, high: every assumption at its worse, and at its better end at once.
        swings: each assumption alone at both ends, the strongest first.
    """

    history: History
    assumptions: Values
    low: Outcome
    expected: Outcome
    high: Outcome
    swings: tuple[Swing, ...]


def weigh(counted: History, assumed: Values) -> Report:
    """Return the report of a period under assumptions."""
    worse = {name: each.at(assumed[name], each.worse) for name, each in ASSUMPTIONS.items()}
    better = {name: each.at(assumed[name], each.better) for name, each in ASSUMPTIONS.items()}
    swings = [
        Swing(
            name,
            outcome(counted, {**assumed, name: worse[name]}).net,
            outcome(counted, {**assumed, name: better[name]}).net,
        )
        for name in ASSUMPTIONS
    ]
    return Report(
        history=counted,
        assumptions=assumed,
        low=outcome(counted, worse),
        expected=outcome(counted, assumed),
        high=outcome(counted, better),
        swings=tuple(sorted(swings, key=lambda swing: -swing.width)),
    )


def outcome(counted: History, assumed: Mapping[str, Decimal]) -> Outcome:
    """Return what a period came to under one set of assumptions."""
    lost_for_good = 1 - assumed["recovery_share"]
    customers_lost = counted.annoyed * assumed["churn_probability"]
    months = Decimal(str(counted.days)) / MONTH_DAYS
    return Outcome(
        prevented=_paise(counted.caught.minor * lost_for_good),
        missed=_paise(counted.missed.minor * lost_for_good),
        reviews=_paise(counted.reviews * assumed["review_cost"] * PAISE),
        customers=_paise(customers_lost * assumed["customer_value"] * PAISE),
        customers_lost=customers_lost,
        running=_paise(months * assumed["running_cost"] * PAISE),
    )


def _paise(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_EVEN))
