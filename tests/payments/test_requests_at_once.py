"""One request for money and many answers at the same moment; and again without what lets it end once."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Notification, User
from ledger import verification
from payments.errors import TooManyRequests
from payments.models import Payment, PaymentRequest
from payments.services import requests
from securebank.web.transactions import in_transaction
from tests.ledger import mutants
from tests.payments.conftest import settled
from tests.payments.together import REQUEST_LOCK, kinds
from tests.races import Guard, Race

pytestmark = pytest.mark.django_db(transaction=True)

ENDING = 'UPDATE "payments_paymentrequest"'
Answer = Callable[..., Any]


def ask(asha: User, ben: User, amount: str = "100") -> PaymentRequest:
    """Let Ben ask Asha."""
    return requests.ask(
        wanted=requests.MoneyRequest(requester=ben, payer=asha.handle, amount=amount), now=timezone.now()
    )


def accept(asha: User, request: PaymentRequest) -> Callable[[], Payment]:
    """Return an acceptance, past everything that is looked at before the transaction."""
    acceptance = requests.Acceptance(payer=asha, request_id=request.pk)

    def pay() -> Payment:
        plan = requests.prepare_acceptance(acceptance=acceptance, requested_at=timezone.now())
        return in_transaction(partial(requests.accept, request_id=request.pk, plan=plan))

    return pay


# --- many accepts ----------------------------------------------------------------------------------------------------


def twenty_accepts(asha: User, ben: User, *without: Guard) -> tuple[dict[str, int], int]:
    outcomes = Race(ENDING, without).run([accept(asha, ask(asha, ben))] * 20)
    return kinds(outcomes), settled(ben)


def test_one_request_is_paid_once_by_twenty_accepts(asha: User, ben: User) -> None:
    assert twenty_accepts(asha, ben) == ({"completed": 1, "RequestNotPending": 19}, 100_00)
    assert Payment.objects.count() == 1
    assert verification.differences() == []


def test_without_its_lock_it_is_paid_by_all_who_saw_it_open(asha: User, ben: User) -> None:
    assert twenty_accepts(asha, ben, REQUEST_LOCK) == ({"completed": 10, "RequestNotPending": 10}, 1000_00)


# --- accepted and called off -----------------------------------------------------------------------------------------


def accept_against(answer: Answer, asha: User, ben: User, *without: Guard) -> tuple[dict[str, int], int]:
    """Let the other answer begin when the payment has been made and not yet been noted at the request."""
    request = ask(asha, ben)
    side = {"payer": asha} if answer is requests.decline else {"requester": ben}
    race = Race(ENDING, without)
    outcomes = race.run([accept(asha, request), race.later(partial(answer, request_id=request.pk, **side))])
    return kinds(outcomes), settled(ben)


@pytest.mark.parametrize("answer", [requests.decline, requests.cancel])
def test_a_request_ends_once_however_it_is_answered(answer: Answer, asha: User, ben: User) -> None:
    assert accept_against(answer, asha, ben) == ({"completed": 1, "RequestNotPending": 1}, 100_00)


@pytest.mark.parametrize("answer", [requests.decline, requests.cancel])
def test_without_its_lock_the_database_still_refuses_the_second_end(answer: Answer, asha: User, ben: User) -> None:
    ended, _received = accept_against(answer, asha, ben, REQUEST_LOCK)

    assert ended["IntegrityError"] == 1


@pytest.mark.parametrize("answer", [requests.decline, requests.cancel])
def test_without_both_it_ends_twice(mutate: ExitStack, answer: Answer, asha: User, ben: User) -> None:
    mutate.enter_context(mutants.disabled("payments_paymentrequest", "request_ends_once"))

    assert accept_against(answer, asha, ben, REQUEST_LOCK) == ({"completed": 1, "PaymentRequest": 1}, 100_00)


# --- many sweeps -----------------------------------------------------------------------------------------------------


def eight_sweeps_over_five_requests(asha: User, ben: User, *without: Guard) -> tuple[int, int]:
    """Return how many requests the sweeps closed, and how often Ben was told."""
    for _ in range(5):
        ask(asha, ben)
    PaymentRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    Notification.objects.all().delete()
    closed = Race(ENDING, without).run([requests.expire_requests] * 8)
    return sum(closed), Notification.objects.count()


def test_what_nobody_answered_is_closed_once_by_many_sweeps(asha: User, ben: User) -> None:
    assert eight_sweeps_over_five_requests(asha, ben) == (5, 5)


def test_without_their_lock_every_sweep_closes_them_again(asha: User, ben: User) -> None:
    unlocked = Guard('FOR NO KEY UPDATE OF "payments_paymentrequest" SKIP LOCKED')

    assert eight_sweeps_over_five_requests(asha, ben, unlocked) == (40, 40)


# --- the most one may ask --------------------------------------------------------------------------------------------


@pytest.fixture
def three_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "MAX_PENDING_REQUESTS", 3)


def ten_asks(asha: User, ben: User, *without: Guard) -> int:
    outcomes = Race('INSERT INTO "payments_paymentrequest"', without).run([partial(ask, asha, ben, "1")] * 10)
    assert {type(item) for item in outcomes} <= {PaymentRequest, TooManyRequests}
    return PaymentRequest.objects.count()


def test_nobody_asks_more_often_than_allowed_by_asking_at_once(three_at_most: None, asha: User, ben: User) -> None:
    assert ten_asks(asha, ben) == 3


def test_without_the_lock_of_who_asks_they_do(three_at_most: None, asha: User, ben: User) -> None:
    assert ten_asks(asha, ben, Guard('FOR NO KEY UPDATE OF "accounts_user"')) == 10
