"""Cash out."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.errors import AccountClosed, AccountFrozen, AccountLocked, PinLocked, PinRequired, PinWrong
from accounts.models import BankAccount, Notification, PaymentPin, User
from accounts.services import pins
from ledger.errors import InsufficientFunds
from ledger.models import JournalEntry
from payments.errors import CashTooLarge, DemoOnly, LimitExceeded
from payments.models import Payment, SpendingLimits
from payments.services import withdrawals
from payments.services.withdrawals import WithdrawalOrder
from tests.factories import PASSWORD, PIN, BankAccountFactory, UserFactory, fund
from tests.payments.conftest import Pay, account_of, settled

Take = Callable[..., Payment]
Ask = Callable[..., Any]


@pytest.fixture
def take(asha: User) -> Take:
    """Let Asha take cash out."""

    def submit(amount: Any = "100.00", **changes: Any) -> Payment:
        account_id = changes.pop("account_id", account_of(asha).pk)
        order = WithdrawalOrder(asha, account_id, amount, **changes)
        return withdrawals.withdraw(order=order, requested_at=timezone.now())

    return submit


@pytest.fixture
def ask(asha: User, client_of: Callable[[User], APIClient]) -> Ask:
    """Take cash out over REST."""

    def post(account: BankAccount | None = None, key: str = "", **body: Any) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        path = f"/api/accounts/{(account or account_of(asha)).pk}/withdraw"
        return client_of(asha).post(path, {"amount": "100.00"} | body, headers=headers)

    return post


@pytest.fixture
def with_pin(asha: User) -> None:
    pins.set_pin(user=asha, pin=PIN, password=PASSWORD, now=timezone.now())


def test_pays_cash_out_and_answers_with_the_transaction(ask: Ask, asha: User) -> None:
    answer = ask(amount="4999.99")

    shown = answer.json()
    assert (answer.status_code, shown["kind"], shown["direction"], shown["status"], shown["to"]["name"]) == (
        201, "withdrawal", "out", "completed", "Cash",
    )  # fmt: skip
    assert settled(asha) == 1


def test_tells_the_customer(take: Take) -> None:
    take()

    assert set(Notification.objects.values_list("kind", flat=True)) == {"payment_sent", "balance_update"}


@override_settings(DEMO_MODE=False)
def test_is_for_the_demo_bank_only(asha: User, client_of: Callable[[User], APIClient]) -> None:
    path = f"/api/accounts/{account_of(asha).pk}/withdraw"

    answer = client_of(asha).post(path, {"amount": "1"}, secure=True)

    assert (answer.status_code, answer.json()["code"]) == (403, DemoOnly.code)


def test_takes_nothing_from_somebody_elses_account(ask: Ask, ben: User) -> None:
    answer = ask(account_of(ben))

    assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")


@pytest.mark.parametrize(
    ("amount", "refusal"), [("5000.01", InsufficientFunds), ("1000000.01", CashTooLarge)], ids=["missing", "too large"]
)
def test_pays_no_cash_that_may_not_leave(take: Take, asha: User, amount: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        take(amount)

    assert settled(asha) == 5_000_00


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(BankAccount.Status.FROZEN, AccountFrozen), (BankAccount.Status.CLOSED, AccountClosed)],
)
def test_pays_nothing_out_of_an_account_that_is_not_active(take: Take, asha: User, status: str, refusal: Any) -> None:
    BankAccount.objects.filter(owner=asha).update(status=status)

    with pytest.raises(refusal) as caught:
        take()

    assert caught.value.facts == {"side": "payer"}


def test_pays_nothing_to_a_customer_who_is_locked(take: Take, asha: User) -> None:
    User.objects.filter(pk=asha.pk).update(locked_at=timezone.now())

    with pytest.raises(AccountLocked):
        take()


def test_asks_for_the_pin_always_once_it_is_set(take: Take, asha: User, with_pin: None) -> None:
    with pytest.raises(PinRequired):
        take("1")

    assert take("1", pin=PIN).status == "completed"


def test_asks_for_a_pin_above_ten_thousand(take: Take, asha: User) -> None:
    fund(account_of(asha), 20_000_00)

    with pytest.raises(PinRequired):
        take("10000.01")
    assert take("10000.00").status == "completed"


@pytest.mark.django_db(transaction=True)
def test_counts_wrong_pins_and_locks_after_five(take: Take, asha: User, with_pin: None) -> None:
    for _ in range(4):
        with pytest.raises(PinWrong):
            take(pin="0001")

    with pytest.raises(PinLocked):
        take(pin="0001")
    assert PaymentPin.objects.get(user=asha).wrong_tries == 5


def limit(customer: User, **minor: int) -> None:
    wide = {"per_payment_minor": 9_000_00, "per_day_minor": 9_000_00, "new_payee_minor": 9_000_00}
    SpendingLimits.objects.create(customer=customer, currency="INR", **(wide | minor))


def test_counts_towards_the_limit_of_the_day(take: Take, pay: Pay, asha: User) -> None:
    limit(asha, per_day_minor=900_00)
    take("500")

    with pytest.raises(LimitExceeded) as refusal:
        pay("400.01")
    assert refusal.value.facts == {"limit": "per_day", "remaining": "400.00", "currency": "INR"}


def test_is_limited_by_what_was_paid_today(take: Take, pay: Pay, asha: User) -> None:
    limit(asha, per_day_minor=900_00)
    pay("500")

    with pytest.raises(LimitExceeded):
        take("400.01")


def test_keeps_to_the_limit_for_one_payment(take: Take, asha: User) -> None:
    limit(asha, per_payment_minor=100_00)

    with pytest.raises(LimitExceeded) as refusal:
        take("100.01")
    assert refusal.value.facts["limit"] == "per_payment"


def test_counts_other_currencies_at_the_reference_rate(take: Take, asha: User) -> None:
    limit(asha, per_day_minor=500_00)
    dollars = BankAccountFactory.create(owner=asha, currency="USD", balance=100_00)

    with pytest.raises(LimitExceeded):
        take("6.00", account_id=dollars.pk)
    assert take("5.00", account_id=dollars.pk).reference_minor == 425_00


def test_the_same_key_gives_the_first_answer_again(ask: Ask, asha: User) -> None:
    first, second = ask(key="a"), ask(key="a")

    assert (second["Idempotent-Replayed"], second.content) == ("true", first.content)
    assert settled(asha) == 4_900_00


def test_the_same_key_for_another_amount_is_refused(ask: Ask, asha: User) -> None:
    ask(key="a")

    assert ask(key="a", amount="99").json()["code"] == "idempotency_key_reused"
    assert settled(asha) == 4_900_00


@pytest.fixture
def browser(asha: User) -> Client:
    client = Client()
    client.force_login(asha, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def shown_form(browser: Client, asha: User) -> dict[str, str]:
    page = browser.get(reverse("cash-out")).content.decode()
    found = re.search(r'name="once" value="([0-9a-f-]{36})"', page)
    assert found
    return {"once": found[1], "amount": "250.00", "account": str(account_of(asha).pk)}


def test_the_page_pays_cash_out(browser: Client, asha: User) -> None:
    answer = browser.post(reverse("cash-out"), shown_form(browser, asha), follow=True)

    assert "₹250.00 taken out." in answer.content.decode()
    assert (Payment.objects.get().channel, settled(asha)) == ("site", 4_750_00)


def test_pressing_twice_takes_out_once(browser: Client, asha: User) -> None:
    form = shown_form(browser, asha)

    answers = [browser.post(reverse("cash-out"), form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert settled(asha) == 4_750_00


def test_the_number_of_somebody_elses_payment_is_just_a_number(browser: Client, asha: User, ben: User) -> None:
    fund(account_of(ben), 100_00)
    foreign = withdrawals.withdraw(order=WithdrawalOrder(ben, account_of(ben).pk, "100"), requested_at=timezone.now())

    answer = browser.post(reverse("cash-out"), shown_form(browser, asha) | {"once": str(foreign.pk)})

    assert (answer.status_code, settled(asha)) == (302, 4_750_00)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "5000.01"}, "amount"),
        ({"amount": "1,000"}, "amount"),
        ({"amount": "1000000.01"}, "amount"),
        ({"account": "x"}, "account"),
        ({"once": "x"}, "once"),
    ],
    ids=str,
)
def test_the_page_says_what_is_wrong_beside_its_field(
    browser: Client, asha: User, changes: dict[str, str], field: str
) -> None:
    answer = browser.post(reverse("cash-out"), shown_form(browser, asha) | changes)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Payment.objects.exists()


def test_the_page_asks_for_the_pin_where_one_is_set(browser: Client, asha: User, with_pin: None) -> None:
    form = shown_form(browser, asha)

    assert list(browser.post(reverse("cash-out"), form).context["form"].errors) == ["pin"]
    assert list(browser.post(reverse("cash-out"), form | {"pin": "0001"}).context["form"].errors) == ["pin"]
    assert browser.post(reverse("cash-out"), form | {"pin": PIN}).status_code == 302


@override_settings(DEMO_MODE=False)
def test_there_is_no_page_outside_the_demo_bank(browser: Client) -> None:
    assert browser.get(reverse("cash-out"), secure=True).status_code == 403


def test_a_refusal_leaves_the_books_as_they_were(take: Take) -> None:
    before = JournalEntry.objects.count()

    with pytest.raises(InsufficientFunds):
        take("5000.01")

    assert (JournalEntry.objects.count(), Payment.objects.count()) == (before, 0)


def test_a_customer_without_an_account_is_told(browser: Client) -> None:
    nobody = UserFactory.create()
    browser.force_login(nobody, backend=settings.AUTHENTICATION_BACKENDS[0])

    assert browser.get(reverse("cash-out")).status_code == 200
