"""What is to be verified."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import BankAccount
from ledger.chain.verification import Level
from securebank.web.pages import LineField

LONGEST_NUMBER: Final = 14


class CheckForm(forms.Form):
    """How much, and of the level that looks at one account, which."""

    level = forms.ChoiceField(label=gettext_lazy("What to verify"), choices=Level.choices, initial=Level.FULL)
    number = LineField(
        label=gettext_lazy("Account number"),
        max_length=LONGEST_NUMBER,
        required=False,
        help_text=gettext_lazy("For one account only."),
    )

    def clean(self) -> dict[str, Any]:
        """Find the account that is meant."""
        typed = super().clean() or {}
        number, is_of_account = typed.get("number", ""), typed.get("level") == Level.ACCOUNT
        typed["account"] = BankAccount.objects.filter(number=number).first() if is_of_account and number else None
        if is_of_account and typed["account"] is None:
            self.add_error("number", _("Type the number of one of the bank's accounts."))
        elif number and not is_of_account:
            self.add_error("number", _("Leave this empty, or choose to verify one account."))
        return typed
