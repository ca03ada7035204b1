"""One button pressed many times, cash and payments at once; and again with the guard taken out."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import BankAccount, User
from accounts.types import Proof
from ledger import verification
from payments.models import Payment, SpendingLimits
from payments.services import reviewed, withdrawals
from payments.services.reviewed import ReviewedOrder
from payments.services.withdrawals import WithdrawalOrder
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money
from tests.factories import BankAccountFactory
from tests.payments.conftest import account_of, settled
from tests.payments.together import BOOKING, LIMITS_LOCK, WITHDRAWAL_LOCK, WRITING, kinds, order
from tests.races import Guard, Race

pytestmark = pytest.mark.django_db(transaction=True)

Press = Callable[[], Payment]
REVIEWED_LOCK = Guard('FOR NO KEY UPDATE OF "accounts_bankaccount"')


def take_cash(asha: User, account: BankAccount, amount: str = "100.00") -> Press:
    """Return a press of one button; each press is the same withdrawal."""
    wanted = WithdrawalOrder(asha, account.pk, amount, payment_id=new_id())
    return partial(withdrawals.withdraw, order=wanted, requested_at=timezone.now())


def cash(asha: User, _ben: User) -> Press:
    return take_cash(asha, account_of(asha))


def reviewed_payment(asha: User, ben: User) -> Press:
    payee = account_of(ben)
    wanted = ReviewedOrder(
        payment_id=new_id(),
        customer=asha,
        payer_id=account_of(asha).pk,
        payee_id=payee.pk,
        payee_number=payee.number,
        amount=Money(100_00, "INR"),
        note="",
    )
    return partial(reviewed.pay, order=wanted, proof=Proof(), now=timezone.now())


# --- one button ------------------------------------------------------------------------------------------------------


def ten_presses(press: Press, *without: Guard) -> list[Any]:
    return Race(WRITING, without).run([press] * 10)


@pytest.mark.parametrize("button", [cash, reviewed_payment])
def test_ten_presses_of_one_button_all_find_the_one_payment(
    button: Callable[[User, User], Press], asha: User, ben: User
) -> None:
    outcomes = ten_presses(button(asha, ben))

    assert outcomes == [Payment.objects.get()] * 10
    assert settled(asha) == 4_900_00


@pytest.mark.parametrize(
    ("button", "lock"), [(cash, WITHDRAWAL_LOCK), (reviewed_payment, REVIEWED_LOCK)], ids=["cash", "payment"]
)
def test_without_the_lock_before_the_look_nine_presses_break(
    button: Callable[[User, User], Press], lock: Guard, asha: User, ben: User
) -> None:
    outcomes = ten_presses(button(asha, ben), lock)

    assert kinds(outcomes) == {"completed": 1, "IntegrityError": 9}
    # The books know the payment's id: even so it is paid once.
    assert settled(asha) == 4_900_00


# --- cash and payments -----------------------------------------------------------------------------------------------


def cash_and_payments(asha: User, ben: User, *without: Guard) -> dict[str, int]:
    """Let both at once take 300 of a limit of 500 for the day, from two accounts."""
    savings = BankAccountFactory.create(owner=asha, kind=BankAccount.Kind.SAVINGS, balance=5_000_00)
    SpendingLimits.objects.create(
        customer=asha, currency="INR", per_payment_minor=500_00, per_day_minor=500_00, new_payee_minor=500_00
    )
    presses = [press for _ in range(10) for press in (take_cash(asha, savings, "300"), order(asha, ben, "300"))]
    return kinds(Race(WRITING, without).run(presses))


def test_cash_and_payments_at_once_never_pass_the_limit_of_the_day(asha: User, ben: User) -> None:
    assert cash_and_payments(asha, ben) == {"completed": 1, "LimitExceeded": 19}


def test_without_the_lock_of_the_limits_one_of_each_passes_it(asha: User, ben: User) -> None:
    assert cash_and_payments(asha, ben, LIMITS_LOCK) == {"completed": 2, "LimitExceeded": 18}


def test_twenty_withdrawals_at_once_never_overdraw(asha: User) -> None:
    outcomes = Race(BOOKING).run([take_cash(asha, account_of(asha), "700.00") for _ in range(20)])

    assert kinds(outcomes) == {"completed": 7, "InsufficientFunds": 13}
    assert settled(asha) == 100_00
    assert verification.differences() == []
