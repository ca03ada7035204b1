"""Which days, whose labels, and under which assumptions."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy

from fraud.impact import assumptions
from fraud.impact.assumptions import ASSUMPTIONS, DEFAULTS, PLACES, Values
from fraud.labelled import Labels
from payments.forms import DayField
from payments.statements.types import Period

# Days that a report covers before anybody chose.
USUAL_DAYS: Final = 30


class ImpactForm(forms.Form):
    """Everything that a report depends on; all of it stands in the address, so that it can be passed on."""

    since = DayField(label=gettext_lazy("From day"))
    until = DayField(label=gettext_lazy("To day"))
    labels = forms.ChoiceField(
        label=gettext_lazy("Whose labels count"),
        choices=[
            (Labels.PEOPLE, gettext_lazy("Analysts and customers")),
            (Labels.SIMULATOR, gettext_lazy("Simulator")),
        ],
    )

    def __init__(self, asked: Mapping[str, Any], *, offers_simulator: bool) -> None:
        super().__init__(asked)
        if not offers_simulator:
            del self.fields["labels"]
        for name, known in ASSUMPTIONS.items():
            self.fields[name] = forms.DecimalField(
                label=known.label,
                help_text=known.meaning,
                min_value=Decimal(0),
                max_value=known.most,
                max_digits=14,
                decimal_places=PLACES[known.unit],
            )

    def period(self) -> Period:
        """Return the days. Raises as ``Period``."""
        return Period(self.cleaned_data["since"], self.cleaned_data["until"])

    def chosen_labels(self) -> Labels:
        """Return whose word counts."""
        return Labels(self.cleaned_data.get("labels", Labels.PEOPLE))

    def values(self) -> Values:
        """Return the assumptions."""
        return assumptions.read({name: f"{self.cleaned_data[name]:f}" for name in ASSUMPTIONS})

    def assumed_fields(self) -> list[BoundField]:
        """Return the fields of the assumptions, for a group of their own."""
        return [self[name] for name in ASSUMPTIONS]


def usual(today: date) -> dict[str, Any]:
    """Return what is asked for before anybody chose: the last days up to yesterday, and every default."""
    days = {"since": today - timedelta(days=USUAL_DAYS), "until": today, "labels": Labels.PEOPLE}
    return days | {name: f"{value:f}" for name, value in DEFAULTS.items()}
