"""Forms of QR payments."""

from typing import Any, Final

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.types import AccountView
from payments.confirm_forms import ConfirmForm
from payments.constants import NOTE_LENGTH
from payments.forms import AmountField, account_field
from qrpay.constants import LONGEST_TEXT
from qrpay.types import VerifiedCode
from securebank.web.pages import LineField
from securebank.web.wording import format_money

PICTURES: Final = "image/png,image/jpeg,image/webp,image/gif"

ONCE: Final = "once"
# From the service's errors to the fields that they are about.
CODE_FIELDS: Final = {
    "invalid_amount": "amount",
    "account_not_found": "account",
    "account_frozen": "account",
    "account_closed": "account",
    "qr_not_issuable": "scheme",
}
PAY_FIELDS: Final = {
    "invalid_amount": "amount",
    "qr_amount": "amount",
    "insufficient_funds": "from_account",
    "limit_exceeded": "amount",
    "currency_mismatch": "from_account",
    "account_not_found": "from_account",
    "account_frozen": "from_account",
    "account_closed": "from_account",
}


class PictureForm(forms.Form):
    """A picture of a code; the camera's comes with the text that was read in it."""

    picture = forms.FileField(label=gettext_lazy("Picture"), widget=forms.FileInput(attrs={"accept": PICTURES}))
    text = forms.CharField(required=False, strip=False, max_length=LONGEST_TEXT)
    source = forms.ChoiceField(required=False, choices=[("camera", "camera")])


class TextForm(forms.Form):
    """The text of a code."""

    text = forms.CharField(
        label=gettext_lazy("What the code says"),
        strip=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(
            attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none", "autocomplete": "off", "dir": "auto"}
        ),
    )


class CodeForm(forms.Form):
    """What a new code asks for."""

    amount = AmountField(required=False, help_text=gettext_lazy("Leave it empty, and whoever pays chooses."))
    note = LineField(label=gettext_lazy("Note"), max_length=NOTE_LENGTH, required=False)
    uses = forms.ChoiceField(
        label=gettext_lazy("Can be paid"),
        choices=[("many", gettext_lazy("Any number of times")), (ONCE, gettext_lazy("Once"))],
    )
    expires_in = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", gettext_lazy("As long as you like")),
            (15 * 60, gettext_lazy("15 minutes")),
            (60 * 60, gettext_lazy("1 hour")),
            (24 * 60 * 60, gettext_lazy("1 day")),
            (7 * 24 * 60 * 60, gettext_lazy("1 week")),
            (30 * 24 * 60 * 60, gettext_lazy("30 days")),
        ],
    )
    scheme = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[
            ("sealed", gettext_lazy("Sealed, for SecureBank customers")),
            ("signed", gettext_lazy("Signed, can be checked without us")),
            ("upi", gettext_lazy("UPI link")),
            ("emv", gettext_lazy("EMV, as shops use it")),
            ("epc", gettext_lazy("EPC, for transfers in euros")),
        ],
        help_text=gettext_lazy("Only sealed and signed codes are protected against changes."),
    )

    def __init__(self, *args: Any, views: list[AccountView], language: str | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["account"] = account_field(_("To"), views, language)
        self.fields["account"].required = False
        self.order_fields(["amount", "account", "note", "uses", "expires_in", "scheme"])


class PayForm(ConfirmForm):
    """Pay a code: what it leaves open, and what confirms it. What there is no choice of is not asked."""

    amount = AmountField()

    def __init__(self, *args: Any, code: VerifiedCode, views: list[AccountView], **options: Any) -> None:
        super().__init__(*args, **options)
        language = get_language()
        if code.amount is not None:
            del self.fields["amount"]
        else:
            self.fields["amount"].help_text = _bounds(code, language)
        if len(views) > 1:
            self.fields["from_account"] = account_field(_("From"), views, language)

    @property
    def error_fields(self) -> dict[str, str]:
        """From an error's code to the field on the page that it is about."""
        return super().error_fields | PAY_FIELDS


def _bounds(code: VerifiedCode, language: str | None) -> str:
    """Return what may be chosen, in words; "" when anything may."""
    least, most = (bound and format_money(bound, language) for bound in (code.least, code.most))
    if least and most:
        return _("From %(least)s to %(most)s") % {"least": least, "most": most}
    if least:
        return _("%(least)s or more") % {"least": least}
    return _("%(most)s at most") % {"most": most} if most else ""
