"""What pushed a decision's score up or down, for the chart and the table beside it."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from fraud import explanations
from fraud.models import Decision

# The model has some forty inputs; below the strongest, each says little.
MOST_FEATURES: Final = 12


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the table, one bar of the chart.

    Attributes:
        push: above zero towards fraud, below towards genuine.
        unit: what the push is counted in; bars are compared within one unit only.
    """

    name: str
    push: float
    said: str
    unit: str


@dataclass(frozen=True, slots=True)
class Contributions:
    """What a score is made of.

    Attributes:
        rules: parts of the rule score, from 0 to 1.
        features: the model's strongest inputs, in log-odds; empty when no model took part.
        others: the push of all the inputs that are not shown.
    """

    rules: list[Part]
    features: list[Part]
    others: float


def contributions_of(decision: Decision) -> Contributions:
    """Return a decision's contributions, the strongest first of each kind."""
    found = explanations.explain(decision)
    shown = found.features[:MOST_FEATURES]
    return Contributions(
        rules=[Part(part.name, part.push, part.said, _("of the rule score")) for part in found.rules],
        features=[Part(part.name, part.push, part.said, _("log-odds")) for part in shown],
        others=sum(part.push for part in found.features[MOST_FEATURES:]),
    )
