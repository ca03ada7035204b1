"""What is asked before a model is exchanged or labels are taken out."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy

from fraud.services.promotion import LONGEST_REASON
from securebank.web.pages import LineField

DEFAULT_DAYS: Final = "7"


class ReasonForm(forms.Form):
    """Why."""

    reason = LineField(label=gettext_lazy("Why"), max_length=LONGEST_REASON)


class ExchangeForm(ReasonForm):
    """Why, and instead of which champion: the one that was on the page."""

    instead_of = forms.UUIDField(widget=forms.HiddenInput)

    @property
    def seen(self) -> UUID:
        """The champion that the person saw."""
        found: UUID = self.cleaned_data["instead_of"]
        return found


class PeriodForm(forms.Form):
    """Which payments are compared."""

    days = forms.ChoiceField(
        label=gettext_lazy("Payments of"),
        choices=[
            ("1", gettext_lazy("the last day")),
            ("7", gettext_lazy("the last 7 days")),
            ("30", gettext_lazy("the last 30 days")),
        ],
    )

    def since(self, now: datetime) -> datetime:
        """Return where the period begins; where nothing sensible was chosen, a week ago."""
        days = self.cleaned_data["days"] if self.is_valid() else DEFAULT_DAYS
        return now - timedelta(days=int(days))
