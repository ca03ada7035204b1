"""What limits a customer's spending."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.errors import ConfirmationInvalid, PinRequired
from accounts.models import BankAccount, User
from accounts.services import pins
from payments.errors import LimitExceeded
from payments.models import Payee, Payment, SpendingLimits
from payments.reference_money import reference_minor
from payments.services import deposits
from securebank.kernel.money import Money
from tests.factories import PASSWORD, PIN, BankAccountFactory
from tests.payments.conftest import Pay, account_of, prove


@pytest.fixture
def limited(asha: User) -> SpendingLimits:
    """Asha with small limits."""
    return SpendingLimits.objects.create(
        customer=asha, currency="INR", per_payment_minor=500_00, per_day_minor=900_00, new_payee_minor=600_00
    )


def test_refuses_a_payment_above_the_limit_for_one(pay: Pay, limited: SpendingLimits) -> None:
    with pytest.raises(LimitExceeded) as refusal:
        pay("500.01")

    assert refusal.value.facts == {"limit": "per_payment", "remaining": "500.00", "currency": "INR"}


def test_refuses_what_the_day_no_longer_leaves(pay: Pay, limited: SpendingLimits) -> None:
    know_everybody(pay)
    pay("450")

    with pytest.raises(LimitExceeded) as refusal:
        pay("450.01")

    assert refusal.value.facts == {"limit": "per_day", "remaining": "450.00", "currency": "INR"}


def test_counts_no_payment_of_yesterday(pay: Pay, limited: SpendingLimits) -> None:
    know_everybody(pay)
    pay("500")
    Payment.objects.update(created_at=timezone.now() - timedelta(days=1))

    assert pay("500").status == "completed"


def test_counts_no_deposit_and_nothing_received(pay: Pay, limited: SpendingLimits, asha: User, ben: User) -> None:
    know_everybody(pay)
    deposits.deposit(owner=asha, account_id=account_of(asha).pk, amount="5000")
    deposits.deposit(owner=ben, account_id=account_of(ben).pk, amount="5000")
    pay("899", customer=ben, to=asha.handle)

    assert pay("500").status == "completed"


def test_limits_a_new_payee_more_strictly(pay: Pay, limited: SpendingLimits) -> None:
    pay("500")

    with pytest.raises(LimitExceeded) as refusal:
        pay("100.01")

    assert refusal.value.facts == {"limit": "new_payee", "remaining": "100.00", "currency": "INR"}


def test_takes_all_accounts_of_one_payee_as_one(pay: Pay, limited: SpendingLimits, ben: User) -> None:
    savings = BankAccountFactory.create(owner=ben, kind=BankAccount.Kind.SAVINGS)
    pay("500")

    with pytest.raises(LimitExceeded):
        pay("100.01", to=savings.number)


def test_a_payee_is_new_for_a_day_only(pay: Pay, limited: SpendingLimits) -> None:
    pay("1")
    Payee.objects.update(cooling_off_until=timezone.now())

    assert [pay("400").status, pay("400").status] == ["completed", "completed"]


def test_own_accounts_are_never_new(pay: Pay, limited: SpendingLimits, asha: User) -> None:
    savings = BankAccountFactory.create(owner=asha, kind=BankAccount.Kind.SAVINGS)

    assert [pay("400", to=savings.number).status for _ in range(2)] == ["completed", "completed"]
    assert not Payee.objects.exists()


def test_counts_other_currencies_at_the_reference_rate(
    pay: Pay, limited: SpendingLimits, asha: User, ben: User
) -> None:
    dollars = BankAccountFactory.create(owner=asha, currency="USD", balance=100_00)
    BankAccountFactory.create(owner=ben, currency="USD")

    with pytest.raises(LimitExceeded):
        pay("6.00", from_account_id=dollars.pk)

    assert reference_minor(Money(6_00, "USD")) == 510_00


def test_names_the_currency_of_what_is_left(pay: Pay, limited: SpendingLimits, asha: User, ben: User) -> None:
    dollars = BankAccountFactory.create(owner=asha, currency="USD", balance=100_00)
    BankAccountFactory.create(owner=ben, currency="USD")

    with pytest.raises(LimitExceeded, match=r"for one payment: 500\.00 INR\."):
        pay("6.00", from_account_id=dollars.pk)


def test_a_newcomers_small_first_payment_goes_through_at_once(pay: Pay) -> None:
    assert pay("250").status == "completed"


@pytest.mark.django_db(transaction=True)
def test_asks_for_a_pin_above_ten_thousand(pay: Pay, rich: User) -> None:
    assert pay("10000.00").status == "completed"
    with pytest.raises(PinRequired):
        pay("10000.01")


@pytest.mark.django_db(transaction=True)
def test_asks_for_the_pin_always_once_it_is_set(pay: Pay, asha: User) -> None:
    pins.set_pin(user=asha, pin=PIN, password=PASSWORD, now=timezone.now())

    with pytest.raises(PinRequired):
        pay("1")
    assert pay("1", pin=PIN).status == "completed"


def test_a_step_up_stands_for_the_pin_once(pay: Pay, rich: User, ben: User) -> None:
    proof = prove(rich, ben, "20000")
    pay("20000", confirmation_id=proof)

    with pytest.raises(ConfirmationInvalid):
        pay("20000", confirmation_id=proof)


def test_a_step_up_is_good_for_its_amount_only(pay: Pay, rich: User, ben: User) -> None:
    with pytest.raises(ConfirmationInvalid):
        pay("20000.01", confirmation_id=prove(rich, ben, "20000"))


def test_a_step_up_of_a_refused_payment_is_not_spent(pay: Pay, asha: User, ben: User) -> None:
    proof = prove(asha, ben, "5000.01")
    with pytest.raises(Exception, match="not enough money"):
        pay("5000.01", confirmation_id=proof)
    deposits.deposit(owner=asha, account_id=account_of(asha).pk, amount="1")

    assert pay("5000.01", confirmation_id=proof).status == "completed"


Put = Callable[..., Any]


@pytest.fixture
def put(asha: User, client_of: Callable[[User], APIClient]) -> Put:
    """Change Asha's limits over REST."""
    return lambda **body: client_of(asha).put("/api/payments/limits", body)


def test_lowers_a_limit_at_once(put: Put) -> None:
    answer = put(per_day="1000.00")

    assert (answer.status_code, answer.json()["per_day"]) == (200, "1000.00")


@pytest.mark.django_db(transaction=True)
def test_raises_a_limit_only_with_the_pin(put: Put, asha: User) -> None:
    assert put(per_day="1000000.01").json()["code"] == "pin_required"
    pins.set_pin(user=asha, pin=PIN, password=PASSWORD, now=timezone.now())
    assert put(per_day="1000000.01", pin="0001").json()["code"] == "pin_wrong"

    assert put(per_day="1000000.01", pin=PIN).json()["per_day"] == "1000000.01"


@pytest.mark.parametrize("amount", ["5000000.01", "0", "-1", "1e3", True])
def test_refuses_a_limit_beyond_reason(put: Put, amount: Any) -> None:
    assert put(per_day=amount).status_code in {400, 422}
    assert not SpendingLimits.objects.exists()


def test_shows_what_is_left_today(pay: Pay, put: Put) -> None:
    pay("250")

    shown = put(per_day="1000").json()
    assert (shown["spent_today"], shown["left_today"]) == ("250.00", "750.00")


def know_everybody(pay: Pay) -> None:
    """Let Asha know Ben for long."""
    pay("1")
    Payment.objects.update(created_at=timezone.now() - timedelta(days=3))
    Payee.objects.update(cooling_off_until=timezone.now())
