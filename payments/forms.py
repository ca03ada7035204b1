"""Forms of the payments room."""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import BankAccount
from accounts.types import AccountView
from payments.constants import ADDRESS_LENGTH, NOTE_LENGTH
from payments.models import Payment
from payments.statements.files import FileFormat
from securebank.web.pages import LineField
from securebank.web.wording import format_money

# From an error's code to the field that it is about.
SEND_FIELDS: Final = {
    "payee_not_found": "to",
    "same_account": "to",
    "own_request": "to",
    "currency_mismatch": "to",
    "invalid_amount": "amount",
    "insufficient_funds": "amount",
    "limit_exceeded": "amount",
    "account_not_found": "from_account",
    "account_frozen": "from_account",
    "account_closed": "from_account",
}
CASH_FIELDS: Final = {
    "invalid_amount": "amount",
    "insufficient_funds": "amount",
    "limit_exceeded": "amount",
    "account_not_found": "account",
    "account_frozen": "account",
    "account_closed": "account",
}

# A statement shown instead of downloaded.
ON_PAGE: Final = "page"

LONGEST_AMOUNT: Final = 20


class AmountField(forms.CharField):
    """An amount as written; never rounded, never guessed."""

    default_error_messages = {
        "invalid_amount": gettext_lazy("Write an amount above zero in digits, such as 1500.00."),
    }

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "placeholder": "0.00", "enterkeyhint": "next"}
        )
        options.setdefault("label", gettext_lazy("Amount"))
        super().__init__(widget=widget, max_length=LONGEST_AMOUNT, **options)


def account_field(label: str, views: list[AccountView], language: str | None) -> forms.ChoiceField:
    """Offer the customer's accounts that money can move on, each with what is available on it."""
    active = [view for view in views if view.account.status == BankAccount.Status.ACTIVE]
    choices = [
        (str(view.account.pk), f"{name_of(view.account)} · {format_money(view.balance.available, language)}")
        for view in active
    ]
    return forms.ChoiceField(label=label, choices=choices)


def name_of(account: BankAccount) -> str:
    """Return what a customer calls an account: its nickname, or kind and last digits."""
    return account.nickname or f"{account.get_kind_display()} {account.masked_number}"


class DayField(forms.DateField):
    """A day; the browser brings its own calendar, and wants ISO 8601 whatever the language."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **options: Any) -> None:
        # Inside what calendars and time zones can reckon with.
        bounds = [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(2200, 12, 31))]
        super().__init__(input_formats=["%Y-%m-%d"], validators=bounds, **options)


class SendForm(forms.Form):
    """Whom, how much, from where."""

    to = LineField(
        label=gettext_lazy("To"),
        max_length=ADDRESS_LENGTH,
        help_text=gettext_lazy("Handle, phone number or account number"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    amount = AmountField()
    note = LineField(
        label=gettext_lazy("Note"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, views: list[AccountView], language: str | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["from_account"] = account_field(_("From"), views, language)
        self.order_fields(["to", "amount", "from_account", "note"])


class AskForm(forms.Form):
    """Whom to ask for how much."""

    to = LineField(
        label=gettext_lazy("From whom"),
        max_length=ADDRESS_LENGTH,
        help_text=gettext_lazy("Handle, phone number or account number"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    amount = AmountField()
    note = LineField(label=gettext_lazy("What for"), max_length=NOTE_LENGTH, required=False)


class PayeeForm(forms.Form):
    """Somebody to save."""

    to = LineField(
        label=gettext_lazy("Handle, phone number or account number"),
        max_length=ADDRESS_LENGTH,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    nickname = LineField(label=gettext_lazy("Your name for them"), max_length=40, required=False)


class DepositForm(forms.Form):
    """Demo money."""

    amount = AmountField()

    def __init__(self, *args: Any, views: list[AccountView], language: str | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["account"] = account_field(_("To"), views, language)


DIRECTIONS: Final = [
    ("", gettext_lazy("In and out")),
    ("in", gettext_lazy("Money in")),
    ("out", gettext_lazy("Money out")),
    ("own", gettext_lazy("Between your accounts")),
]


class ActivityForm(forms.Form):
    """What to look for."""

    q = LineField(label=gettext_lazy("Name, handle or note"), max_length=60, required=False)
    direction = forms.ChoiceField(label=gettext_lazy("Direction"), choices=DIRECTIONS, required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("All")), *[(status.value, status.label) for status in Payment.Status]],
        required=False,
    )
    since = DayField(label=gettext_lazy("From day"), required=False)
    until = DayField(label=gettext_lazy("To day"), required=False)
    least = forms.DecimalField(label=gettext_lazy("At least"), required=False, min_value=0, max_digits=14)
    most = forms.DecimalField(label=gettext_lazy("At most"), required=False, min_value=0, max_digits=14)
    account = forms.UUIDField(required=False, widget=forms.HiddenInput)


class StatementForm(forms.Form):
    """Which account, which days, as what."""

    first = DayField(label=gettext_lazy("From day"))
    last = DayField(label=gettext_lazy("To day"))
    file_format = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=[
            (ON_PAGE, gettext_lazy("Here, on this page")),
            (FileFormat.PDF.value, gettext_lazy("PDF, to read and print")),
            (FileFormat.CSV.value, gettext_lazy("CSV, for a spreadsheet")),
            (FileFormat.CAMT053.value, gettext_lazy("camt.053, for accounting software")),
        ],
    )

    def __init__(self, *args: Any, accounts: list[BankAccount], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(str(account.pk), name_of(account)) for account in accounts]
        self.fields["account"] = forms.ChoiceField(label=_("Account"), choices=choices)
        self.order_fields(["account", "first", "last", "file_format"])

    def clean_last(self) -> Any:
        """Refuse days in the wrong order."""
        last = self.cleaned_data["last"]
        if last < self.cleaned_data.get("first", last):
            raise forms.ValidationError(_("The last day comes before the first."))
        return last
