"""What a refund does."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission

from accounts.models import User
from ledger.errors import OverReversal
from payments.errors import MayNotReview, NotRefundable, OwnMoney
from payments.models import Payment
from payments.services import refunds
from tests.factories import UserFactory
from tests.payments.conftest import Pay, settled


@pytest.fixture
def supervisor(db: None) -> User:
    """Somebody who may refund."""
    person = UserFactory.create(name="Sara Super", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="refund_payment"))
    return person


def give_back(payment: Payment, supervisor: User, amount: Any = None) -> Payment:
    return refunds.refund(payment_id=payment.pk, supervisor=supervisor, amount=amount, reason="wrong payee")


def test_gives_all_of_it_back(pay: Pay, supervisor: User, asha: User, ben: User) -> None:
    payment = pay("100")

    back = give_back(payment, supervisor)

    payment.refresh_from_db()
    assert (payment.status, back.kind, back.reverses) == ("reversed", "refund", payment)
    assert (settled(asha), settled(ben)) == (5_000_00, 0)


def test_gives_a_part_back_and_later_the_rest(pay: Pay, supervisor: User, asha: User) -> None:
    payment = pay("100")

    give_back(payment, supervisor, "30")
    payment.refresh_from_db()
    assert (payment.status, settled(asha)) == ("completed", 4_930_00)

    assert give_back(payment, supervisor).amount_minor == 70_00


def test_never_gives_back_more_than_was_paid(pay: Pay, supervisor: User) -> None:
    payment = pay("100")
    give_back(payment, supervisor, "30")

    with pytest.raises(OverReversal):
        give_back(payment, supervisor, "70.01")


def test_gives_nothing_back_twice(pay: Pay, supervisor: User) -> None:
    payment = pay("100")
    give_back(payment, supervisor)

    with pytest.raises(NotRefundable):
        give_back(payment, supervisor)


def test_refunds_no_refund(pay: Pay, supervisor: User) -> None:
    back = give_back(pay("100"), supervisor)

    with pytest.raises(NotRefundable):
        give_back(back, supervisor)


def test_lets_nobody_refund_their_own_money(pay: Pay, asha: User) -> None:
    asha.user_permissions.add(Permission.objects.get(codename="refund_payment"))

    with pytest.raises(OwnMoney):
        give_back(pay("100"), asha)


def test_lets_no_customer_refund(pay: Pay, ben: User) -> None:
    with pytest.raises(MayNotReview):
        give_back(pay("100"), ben)
