"""What nobody should type into a form of the site: an error beside the field each time, and no money moves."""

from typing import Any, Final
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import BankAccount, User
from ledger.models import JournalEntry
from payments.models import Payment, PaymentRequest
from tests.factories import BankAccountFactory, UserFactory

AMOUNTS: Final = (
    "-1", "0", "-0", "NaN", "Infinity", "1e400", "0.001", "1" + "0" * 30, "１２", "١٢", "1,000", "1_000", "0x10",
    "true", "[1]", "9" * 200_000, "\ud800", "", "+1", "1.", ".5",
)  # fmt: skip
TEXTS: Final = ("x" * 900_000, "a\x00b", "a\x1b[31mb", "a\u202eb", "a\u200bb")
# Name of a form: its address, a good body, and the field that holds text.
FORMS: Final[dict[str, tuple[str, dict[str, str], str]]] = {
    "send": ("/send", {"amount": "10.00", "note": "x"}, "note"),
    "payee": ("/send", {"amount": "10.00"}, "to"),
    "request": ("/requests/new", {"amount": "10.00", "note": "x"}, "note"),
    "deposit": ("/deposit", {"amount": "10.00"}, ""),
    "limits": ("/limits", {"per_payment": "10.00", "per_day": "10.00", "new_payee": "10.00"}, ""),
    "account": ("/accounts/new", {"kind": "savings", "currency": "INR"}, "nickname"),
    "saved payee": ("/payees", {"step": "save"}, "nickname"),
    "profile": ("/profile", {"language": "en", "time_zone": "Asia/Kolkata", "handle": "asha.rao"}, "name"),
}
WITH_AMOUNT: Final = tuple(name for name, (_path, body, _text) in FORMS.items() if "amount" in body and name != "payee")
WITH_TEXT: Final = tuple(name for name, form in FORMS.items() if form[2])


@pytest.fixture
def asha(db: None) -> User:
    """Has money."""
    return BankAccountFactory.create(owner=UserFactory.create(name="Asha Rao"), balance=5_000_00).owner


@pytest.fixture
def ben(db: None) -> User:
    """Could be paid."""
    return BankAccountFactory.create(owner=UserFactory.create(name="Ben Das", handle="ben.das")).owner


@pytest.fixture
def browser(asha: User) -> Client:
    """Asha's."""
    client = Client(raise_request_exception=False)
    client.force_login(asha, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def fill(browser: Client, asha: User, form: str, **typed: str) -> Any:
    """Send one form, good but for what is typed."""
    path, body, _text = FORMS[form]
    account = str(asha.bank_accounts.get().pk)
    common = {"to": "ben.das", "from_account": account, "account": account}
    # As a browser encodes it; half a surrogate pair can't be, so its three bytes are sent as they are.
    data = {name: value.encode("utf-8", "surrogatepass") for name, value in (common | body | typed).items()}
    return browser.generic("POST", path, urlencode(data), content_type="application/x-www-form-urlencoded")


@pytest.fixture
def nothing_moves(asha: User, ben: User) -> Any:
    """Compare the books before and after."""
    before = JournalEntry.objects.count()
    yield
    assert JournalEntry.objects.count() == before
    assert (Payment.objects.count(), PaymentRequest.objects.count()) == (0, 0)
    assert list(BankAccount.objects.filter(owner=asha).values_list("nickname", flat=True)) == [""]


@pytest.mark.parametrize("form", WITH_AMOUNT)
@pytest.mark.parametrize("amount", AMOUNTS, ids=lambda amount: ascii(amount)[:24])
def test_refuses_what_is_no_amount(browser: Client, asha: User, nothing_moves: None, form: str, amount: str) -> None:
    answer = fill(browser, asha, form, amount=amount)

    assert answer.status_code == 422
    assert answer.context["form"].errors["amount"]


@pytest.mark.parametrize("form", WITH_TEXT)
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text)[:16])
def test_refuses_text_that_cannot_be_shown(
    browser: Client, asha: User, nothing_moves: None, form: str, text: str
) -> None:
    field = FORMS[form][2]

    answer = fill(browser, asha, form, **{field: text})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


@pytest.mark.parametrize("address", ["nobody.here", "000000000000", "+15555550100"])
def test_refuses_an_unknown_payee(browser: Client, asha: User, nothing_moves: None, address: str) -> None:
    assert fill(browser, asha, "send", to=address).context["form"].errors["to"]


def test_refuses_the_account_itself(browser: Client, asha: User, nothing_moves: None) -> None:
    assert fill(browser, asha, "send", to=asha.bank_accounts.get().number).status_code == 422


@pytest.mark.parametrize("form", ["send", "deposit"])
def test_does_not_know_somebody_elses_account(
    browser: Client, asha: User, ben: User, nothing_moves: None, form: str
) -> None:
    theirs = str(ben.bank_accounts.get().pk)

    answer = fill(browser, asha, form, from_account=theirs, account=theirs)

    assert answer.status_code == 422
    assert answer.context["form"].errors["from_account" if form == "send" else "account"]


@pytest.mark.parametrize("status", ["frozen", "closed"])
@pytest.mark.parametrize("form", ["send", "deposit"])
def test_moves_nothing_on_a_stopped_account(
    browser: Client, asha: User, nothing_moves: None, form: str, status: str
) -> None:
    asha.bank_accounts.update(status=status)

    assert fill(browser, asha, form).status_code == 422


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("form", ["send", "deposit"])
def test_refuses_another_content_type(browser: Client, nothing_moves: None, form: str, content_type: str) -> None:
    answer = browser.generic("POST", FORMS[form][0], b"\xff{", content_type=content_type)

    assert answer.status_code in {400, 415, 422}
