"""States that the database keeps, whoever writes."""

from collections.abc import Callable
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from payments.models import Payment, PaymentRequest
from payments.services import requests
from tests.payments.conftest import Pay, account_of

ALLOWED = {("held", "completed"), ("held", "declined"), ("completed", "reversed")}
ILLEGAL = [
    pair for pair in product(("held", "completed"), Payment.Status.values) if pair[0] != pair[1] and pair not in ALLOWED
]


@pytest.mark.parametrize(("old", "new"), ILLEGAL)
def test_a_payment_goes_no_other_way(old: str, new: str, pay: Pay, held: Payment) -> None:
    payment = held if old == "held" else pay("1")

    with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(status=new)


def test_a_declined_payment_is_never_paid(held: Payment) -> None:
    Payment.objects.filter(pk=held.pk).update(status="declined")

    with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
        Payment.objects.filter(pk=held.pk).update(status="held")


@pytest.mark.parametrize(
    "change",
    [
        lambda _asha, _ben: {"amount_minor": 1},
        lambda _asha, _ben: {"currency": "USD"},
        lambda _asha, ben: {"payer_account": account_of(ben), "payee_account": None},
    ],
    ids=["amount", "currency", "parties"],
)
def test_who_pays_how_much_is_fixed(
    change: Callable[[User, User], dict[str, object]], pay: Pay, asha: User, ben: User
) -> None:
    pay()

    with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
        Payment.objects.update(**change(asha, ben))


def test_no_payment_is_deleted(pay: Pay) -> None:
    pay()

    with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
        Payment.objects.all().delete()


def test_an_ended_request_stays_ended(asha: User, ben: User) -> None:
    wanted = requests.MoneyRequest(requester=ben, payer=asha.handle, amount="1")
    request = requests.ask(wanted=wanted, now=timezone.now())
    requests.decline(payer=asha, request_id=request.pk)

    with pytest.raises(IntegrityError, match="ended"), transaction.atomic():
        PaymentRequest.objects.update(status="pending")
