"""Paying, asking and limits, through the pages."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import BankAccount, User
from accounts.services import pins
from payments.models import Payee, Payment, PaymentRequest
from payments.services import requests
from payments.services.requests import MoneyRequest
from tests.factories import PASSWORD, PIN, BankAccountFactory, UserFactory

BAD_AMOUNTS = [
    "-1", "0", "-0", "NaN", "Infinity", "1e400", "0.001", "1" + "0" * 30, "１００", "١٠٠", "1,000", "1_000", "0x10", "",
    "9" * 200_000,
]  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def asha() -> User:
    return UserFactory.create(name="Asha Rao", handle="asha")


@pytest.fixture
def account(asha: User) -> BankAccount:
    return BankAccountFactory.create(owner=asha, balance=50_000_00)


@pytest.fixture
def ravi() -> User:
    person = UserFactory.create(name="Ravi Sharma", handle="ravi")
    BankAccountFactory.create(owner=person)
    return person


@pytest.fixture
def browser(asha: User, account: BankAccount, ravi: User) -> Client:
    client = Client()
    client.force_login(asha, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def with_pin(asha: User) -> None:
    pins.set_pin(user=asha, pin=PIN, password=PASSWORD, now=timezone.now())


def order(account: BankAccount, **changes: str) -> dict[str, str]:
    return {"to": "ravi", "amount": "125.50", "from_account": str(account.pk), "note": ""} | changes


def review_of(browser: Client, account: BankAccount, **changes: str) -> str:
    answer = browser.post(reverse("send"), order(account, **changes))
    assert answer.status_code == 302, answer.context["form"].errors
    return str(answer["Location"])


def test_the_review_shows_the_masked_name_and_moves_nothing(browser: Client, account: BankAccount) -> None:
    page = browser.get(review_of(browser, account)).content.decode()

    assert "Ravi S••" in page
    assert "Sharma" not in page
    assert "You have not paid them before" in page
    assert not Payment.objects.exists()


def test_confirming_pays_and_shows_the_payment(browser: Client, account: BankAccount) -> None:
    answer = browser.post(review_of(browser, account), follow=True)

    assert "Paid to Ravi S••" in answer.content.decode()
    assert Payment.objects.get().channel == Payment.Channel.SITE


def test_pressing_twice_pays_once(browser: Client, account: BankAccount) -> None:
    review = review_of(browser, account)
    session = browser.session
    drafts = session["payment_drafts"]

    first = browser.post(review)
    session["payment_drafts"] = drafts  # as the second press saw it: both left the browser together
    session.save()
    second = browser.post(review)

    assert first["Location"] == second["Location"]
    assert Payment.objects.count() == 1


def test_going_back_after_paying_shows_the_payment(browser: Client, account: BankAccount) -> None:
    review = review_of(browser, account)
    paid = browser.post(review)

    assert browser.get(review)["Location"] == paid["Location"]


def test_going_back_before_paying_keeps_what_was_typed(browser: Client, account: BankAccount) -> None:
    review_of(browser, account, note="Dinner")

    page = browser.get(reverse("send")).content.decode()

    assert 'value="Dinner"' in page
    assert 'value="125.50"' in page


def test_a_review_belongs_to_one_browser(browser: Client, account: BankAccount, ravi: User) -> None:
    review = review_of(browser, account)
    other = Client()
    other.force_login(ravi, backend=settings.AUTHENTICATION_BACKENDS[0])

    assert other.post(review)["Location"] == reverse("send")
    assert not Payment.objects.exists()


@pytest.mark.parametrize("amount", BAD_AMOUNTS, ids=lambda amount: amount[:12] or "nothing")
def test_a_bad_amount_is_told_beside_its_field(browser: Client, account: BankAccount, amount: str) -> None:
    answer = browser.post(reverse("send"), order(account, amount=amount))

    assert answer.status_code == 422
    assert "amount" in answer.context["form"].errors
    assert 'id="id_amount_error"' in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.parametrize("to", ["nobody.here", "asha", "x" * 61, "ra\u202evi", "ra\x00vi", "\ud800"[:0] or " "])
def test_a_bad_payee_is_told_beside_the_field(browser: Client, account: BankAccount, to: str) -> None:
    answer = browser.post(reverse("send"), order(account, to=to))

    assert answer.status_code == 422
    assert "to" in answer.context["form"].errors


def test_more_than_there_is_is_told_beside_the_amount(browser: Client, account: BankAccount) -> None:
    answer = browser.post(reverse("send"), order(account, amount="50000.01"))

    assert answer.context["form"].errors["amount"] == ["There is not enough money on this account."]


def test_an_account_of_somebody_else_pays_nothing(browser: Client, ravi: User) -> None:
    foreign = ravi.bank_accounts.get()

    answer = browser.post(reverse("send"), order(foreign))

    assert answer.status_code == 422
    assert "from_account" in answer.context["form"].errors


def test_a_large_payment_asks_for_a_pin_to_be_set(browser: Client, account: BankAccount) -> None:
    review = review_of(browser, account, amount="10000.01")

    assert "Set a payment PIN" in browser.get(review).content.decode()
    assert browser.post(review).status_code == 422
    assert not Payment.objects.exists()


@pytest.mark.usefixtures("with_pin")
def test_the_pin_is_asked_for_and_pays(browser: Client, account: BankAccount) -> None:
    review = review_of(browser, account)

    wrong = browser.post(review, {"pin": "9173"})
    right = browser.post(review, {"pin": PIN})

    assert wrong.context["form"].errors["pin"] == ["That is not your payment PIN."]
    assert right.status_code == 302
    assert Payment.objects.count() == 1


@pytest.mark.usefixtures("with_pin")
def test_five_wrong_pins_lock_it(browser: Client, account: BankAccount) -> None:
    review = review_of(browser, account)

    for _ in range(5):
        browser.post(review, {"pin": "9173"})
    answer = browser.post(review, {"pin": PIN})

    assert "Too many wrong tries" in answer.context["form"].errors["pin"][0]
    assert not Payment.objects.exists()


def test_a_frozen_account_is_not_offered(browser: Client, account: BankAccount) -> None:
    browser.post(reverse("account-freeze", args=[account.pk]))

    answer = browser.post(reverse("send"), order(account))

    assert "from_account" in answer.context["form"].errors


def test_a_request_is_paid_once(browser: Client, asha: User, ravi: User) -> None:
    asked = requests.ask(wanted=MoneyRequest(requester=ravi, payer="asha", amount="640"), now=timezone.now())
    address = reverse("request-accept", args=[asked.pk])

    first, second = browser.post(address), browser.post(address)

    assert first["Location"] == second["Location"]
    assert Payment.objects.count() == 1


def test_a_request_to_somebody_else_is_not_there(browser: Client, ravi: User) -> None:
    meera = BankAccountFactory.create(owner__handle="meera").owner
    asked = requests.ask(wanted=MoneyRequest(requester=ravi, payer=meera.handle, amount="640"), now=timezone.now())

    answers = [
        browser.post(reverse(f"request-{verb}", args=[asked.pk])).status_code
        for verb in ("accept", "decline", "cancel")
    ]

    asked.refresh_from_db()
    assert answers == [404, 404, 404]
    assert asked.status == PaymentRequest.Status.PENDING


def test_asks_and_takes_back(browser: Client) -> None:
    browser.post(reverse("request-money"), {"to": "ravi", "amount": "12", "note": "Tea"})
    asked = PaymentRequest.objects.get()

    page = browser.get(reverse("requests")).content.decode()
    browser.post(reverse("request-cancel", args=[asked.pk]))

    asked.refresh_from_db()
    assert "Ravi S••" in page
    assert asked.status == PaymentRequest.Status.CANCELLED


def test_a_payee_is_shown_before_it_is_saved_and_comes_back_after_undo(browser: Client) -> None:
    found = browser.post(reverse("payees"), {"to": "ravi", "nickname": "Flat"})
    assert "Ravi S••" in found.content.decode()
    assert not Payee.objects.exists()

    browser.post(reverse("payees"), {"to": "ravi", "nickname": "Flat", "step": "save"})
    browser.post(reverse("payee-remove", args=[Payee.objects.get().pk]))
    removed = browser.get(reverse("payees")).context["removed"]
    browser.post(reverse("payees"), removed | {"step": "save"})

    assert Payee.objects.get().nickname == "Flat"


def test_lowering_a_limit_counts_at_once_and_raising_needs_the_pin(browser: Client) -> None:
    typed = {"per_payment": "500.00", "per_day": "1000000.00", "new_payee": "100000.00"}

    lowered = browser.post(reverse("limits"), typed)
    raised = browser.post(reverse("limits"), typed | {"per_payment": "600.00"})

    assert lowered.status_code == 302
    assert "To raise a limit, confirm with PIN" in raised.content.decode()


def test_activity_finds_by_word_and_shows_a_stranger_nothing(browser: Client, account: BankAccount) -> None:
    browser.post(review_of(browser, account, note="Dinner"))

    assert "Dinner" in browser.get(reverse("activity"), {"q": "dinn"}).content.decode()
    assert "No payment fits" in browser.get(reverse("activity"), {"q": "lunch"}).content.decode()


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=2026-01-01|x", "since=9999-99-99", "least=1e999", "account=x", "q=%00", "until=9999-12-31"],
)
def test_activity_stands_any_query(browser: Client, query: str) -> None:
    assert browser.get(f"{reverse('activity')}?{query}").status_code == 200


@pytest.mark.parametrize("file_format", ["pdf", "csv", "camt053"])
def test_a_statement_is_downloaded(browser: Client, account: BankAccount, file_format: str) -> None:
    asked = {"account": str(account.pk), "first": "2026-01-01", "last": "2026-12-31", "file_format": file_format}

    answer = browser.get(reverse("statements"), asked)

    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_statement_is_shown_with_its_running_balance(browser: Client, account: BankAccount) -> None:
    asked = {"account": str(account.pk), "first": "2026-01-01", "last": "2027-12-31"}

    answer = browser.get(reverse("statements"), asked | {"file_format": "page"})

    assert answer.context["statement"].closing.minor == 50_000_00
    assert "₹50,000.00" in answer.content.decode()


@pytest.mark.parametrize(
    "changes",
    [{"last": "2025-01-01"}, {"first": "x"}, {"first": "0001-01-01"}, {"file_format": "exe"}, {"account": "x"}],
)
def test_a_bad_statement_is_told_beside_its_field(
    browser: Client, account: BankAccount, changes: dict[str, str]
) -> None:
    asked = {"account": str(account.pk), "first": "2026-01-01", "last": "2026-12-31", "file_format": "csv"} | changes

    answer = browser.get(reverse("statements"), asked)

    assert answer.status_code == 422
    assert answer.context["form"].errors
