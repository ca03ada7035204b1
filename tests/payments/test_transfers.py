"""What submit_transfer does."""

from typing import Any

import pytest

from accounts.errors import AccountNotFound, PayeeNotFound, PinRequired
from accounts.models import BankAccount, Notification, User
from fraud.models import Decision
from ledger.errors import InsufficientFunds
from payments.errors import SameAccount
from payments.models import Payment
from payments.services import deposits
from securebank.kernel.money import CurrencyMismatch, InvalidAmount
from securebank.web.throttles import TooManyTries
from tests.factories import BankAccountFactory, fund
from tests.payments.conftest import Pay, account_of, settled

Status = Payment.Status


def test_pays_at_once(pay: Pay, asha: User, ben: User) -> None:
    payment = pay("1250.50", note="rent")

    assert (payment.status, settled(asha), settled(ben)) == (Status.COMPLETED, 3_749_50, 1_250_50)


@pytest.mark.parametrize("written", ["ben.das", "BEN.DAS@securebank", "+919812345678", "98123 45678"])
def test_finds_the_payee_by_handle_and_phone(pay: Pay, ben: User, written: str) -> None:
    assert pay(to=written).payee_account == account_of(ben)


def test_finds_the_payee_by_account_number(pay: Pay, ben: User) -> None:
    assert pay(to=account_of(ben).number).payee_account == account_of(ben)


def test_stores_the_decision_that_let_the_payment_through(pay: Pay) -> None:
    payment = pay()

    assert Decision.objects.get(payment_id=payment.pk) == payment.decision
    assert payment.decision.recommendation == "APPROVE"


def test_tells_both_sides(pay: Pay, asha: User, ben: User) -> None:
    pay()

    told = set(Notification.objects.values_list("user_id", "kind"))
    assert told == {
        (asha.pk, "payment_sent"),
        (asha.pk, "balance_update"),
        (ben.pk, "payment_received"),
        (ben.pk, "balance_update"),
    }


def test_refuses_more_than_there_is(pay: Pay, asha: User) -> None:
    with pytest.raises(InsufficientFunds):
        pay("5000.01")

    assert (settled(asha), Payment.objects.count(), Decision.objects.count()) == (5_000_00, 0, 0)


def test_refuses_the_account_the_money_comes_from(pay: Pay, asha: User) -> None:
    with pytest.raises(SameAccount):
        pay(to=account_of(asha).number)


def test_moves_money_between_own_accounts(pay: Pay, asha: User) -> None:
    savings = BankAccountFactory.create(owner=asha, kind=BankAccount.Kind.SAVINGS)

    payment = pay(to=savings.number)

    assert (payment.status, payment.payee_account) == (Status.COMPLETED, savings)


def test_refuses_somebody_elses_account(pay: Pay, ben: User) -> None:
    with pytest.raises(AccountNotFound):
        pay(from_account_id=account_of(ben).pk)


def test_refuses_another_currency_than_the_accounts(pay: Pay, asha: User) -> None:
    with pytest.raises(CurrencyMismatch):
        pay(currency="USD", from_account_id=account_of(asha).pk)


def test_refuses_a_payee_without_an_account_in_the_currency(pay: Pay, asha: User) -> None:
    dollars = BankAccountFactory.create(owner=asha, currency="USD", balance=100_00)

    with pytest.raises(CurrencyMismatch):
        pay("1.00", from_account_id=dollars.pk)


def test_refuses_an_unknown_payee(pay: Pay) -> None:
    with pytest.raises(PayeeNotFound):
        pay(to="nobody.here")


def test_reads_the_amount_in_the_accounts_currency(pay: Pay, asha: User) -> None:
    yen = BankAccountFactory.create(owner=asha, currency="JPY", balance=1000)

    with pytest.raises(InvalidAmount):
        pay("1.50", from_account_id=yen.pk)


def test_says_that_money_is_missing_before_it_asks_to_set_a_pin(pay: Pay, asha: User) -> None:
    with pytest.raises(InsufficientFunds):
        pay("10000.01")


def test_asks_to_set_a_pin_for_a_large_payment(pay: Pay, asha: User) -> None:
    fund(account_of(asha), 20_000_00)

    with pytest.raises(PinRequired):
        pay("10000.01")


def test_is_made_no_later_than_it_is_completed(pay: Pay, asha: User) -> None:
    paid = pay()
    filled = deposits.deposit(owner=asha, account_id=account_of(asha).pk, amount="1")

    for payment in Payment.objects.filter(pk__in=[paid.pk, filled.pk]):
        assert payment.created_at == payment.completed_at


def test_phone_numbers_are_not_tried_out_by_paying(pay: Pay, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"payee_lookup": (3, 60)}
    for number in range(3):
        with pytest.raises(PayeeNotFound):
            pay("4999.00", to=f"+91981111000{number}")

    with pytest.raises(TooManyTries):
        pay("4999.00", to="+919812345678")
    assert pay("1.00").status == Payment.Status.COMPLETED
