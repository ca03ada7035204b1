"""Forms in which customers confirm: with PIN, code or passkey."""

import json
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.types import AccountView, PasskeyAnswer, Proof, Proofs
from payments.forms import AmountField, account_field

LONGEST_ANSWER: Final = 16 * 1024


def _digits(autocomplete: str) -> dict[str, str]:
    return {"inputmode": "numeric", "autocomplete": autocomplete, "class": "code-input", "pattern": "[0-9]*"}


class PinField(forms.CharField):
    """The payment PIN."""

    def __init__(self, **options: Any) -> None:
        label, widget = gettext_lazy("Payment PIN"), forms.PasswordInput(attrs=_digits("off"))
        super().__init__(label=label, max_length=6, required=False, widget=widget, **options)


class OtpField(forms.CharField):
    """What the authenticator app shows."""

    def __init__(self, **options: Any) -> None:
        label, widget = gettext_lazy("Authenticator code"), forms.TextInput(attrs=_digits("one-time-code"))
        super().__init__(label=label, max_length=6, required=False, widget=widget, **options)


class ConfirmForm(forms.Form):
    """Confirm what was reviewed, with what the customer has: a passkey, or the PIN, or else a code."""

    pin = PinField()
    otp = OtpField()
    # Written by ``step-up.js``: challenge id and credential as JSON.
    passkey = forms.CharField(required=False, max_length=LONGEST_ANSWER, widget=forms.HiddenInput)

    def __init__(self, *args: Any, proofs: Proofs, is_needed: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.proofs = proofs
        if is_needed and proofs.typed and not self.data.get("passkey"):
            self.fields[proofs.typed].required = True

    def clean_passkey(self) -> tuple[UUID, Any] | None:
        """Return the challenge's id and the credential; the bank judges the latter."""
        if not self.cleaned_data["passkey"]:
            return None
        try:
            answer = json.loads(self.cleaned_data["passkey"])
            return UUID(answer["challenge_id"]), answer["credential"]
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as fault:
            raise forms.ValidationError(_("This passkey could not be read. Please try again.")) from fault

    def proof(self, origin: str) -> Proof:
        """Return what was given on a page of ``origin``."""
        data = self.cleaned_data
        if data["passkey"] is None:
            return Proof(pin=data["pin"], otp=data["otp"])
        challenge_id, credential = data["passkey"]
        return Proof(passkey=PasskeyAnswer(challenge_id, credential, origin))

    @property
    def error_fields(self) -> dict[str, str]:
        """From an error's code to the field on the page that it is about."""
        return {"otp_wrong": "otp"} | dict.fromkeys(("pin_required", "pin_wrong", "pin_locked"), self.proofs.typed)


class LimitsForm(ConfirmForm):
    """What the customer may spend, in rupees."""

    per_payment = AmountField(label=gettext_lazy("For one payment"))
    per_day = AmountField(label=gettext_lazy("For one day"))
    new_payee = AmountField(
        label=gettext_lazy("For a new payee"),
        help_text=gettext_lazy("In total, for the first 24 hours that you know them."),
    )
    pin = PinField(help_text=gettext_lazy("Needed to raise a limit. Lowering counts at once."))
    otp = OtpField(help_text=gettext_lazy("Needed to raise a limit. Lowering counts at once."))

    def __init__(self, *args: Any, proofs: Proofs, **options: Any) -> None:
        super().__init__(*args, proofs=proofs, is_needed=False, **options)


class CashOutForm(forms.Form):
    """Demo cash; whoever has a PIN confirms with it."""

    amount = AmountField()
    pin = PinField()
    # One number a page shown: a second press finds what the first one made.
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, views: list[AccountView], has_pin: bool, language: str | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["account"] = account_field(_("From"), views, language)
        if has_pin:
            self.fields["pin"].required = True
        else:
            del self.fields["pin"]
