"""Many payments at the same moment, on connections of their own.

Each of these was seen to fail with its guard taken out; the guard is named beside the test.
"""

import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import BankAccount, User
from fraud.models import Decision
from ledger import verification
from payments.errors import RequestNotPending
from payments.models import Payment, PaymentRequest, SpendingLimits
from payments.services import requests, transfers
from payments.types import TransferOrder
from securebank.web.models import IdempotencyRecord
from securebank.web.transactions import in_transaction
from tests.factories import BankAccountFactory
from tests.payments.conftest import account_of, settled
from tests.threads import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def no_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a deadlock show instead of being tried again."""
    monkeypatch.setattr("securebank.web.transactions.ATTEMPTS", 1)


def order(payer: User, payee: User, amount: str) -> Callable[[], Payment]:
    """Return one payment, not made yet."""
    wanted = TransferOrder(customer=payer, to=account_of(payee).number, amount=amount)
    return lambda: transfers.submit_transfer(order=wanted, requested_at=timezone.now())


def kinds(outcomes: list[Any]) -> Counter[str]:
    """Count outcomes by status or by name of the refusal."""
    return Counter(item.status if isinstance(item, Payment) else type(item).__name__ for item in outcomes)


def test_200_transfers_among_10_accounts_leave_exact_books(no_second_try: None) -> None:
    people = [BankAccountFactory.create(balance=1_000_00).owner for _ in range(10)]
    pick = random.Random(20)
    pairs = [pick.sample(people, 2) for _ in range(200)]

    outcomes = all_at_once([order(payer, payee, f"{1 + number % 7}.25") for number, (payer, payee) in enumerate(pairs)])

    expected = dict.fromkeys((person.pk for person in people), 1_000_00)
    for number, (payer, payee) in enumerate(pairs):
        if isinstance(outcomes[number], Payment) and outcomes[number].status == "completed":
            minor = (1 + number % 7) * 100 + 25
            expected[payer.pk] -= minor
            expected[payee.pk] += minor
    assert {person.pk: settled(person) for person in people} == expected
    assert kinds(outcomes)["completed"] >= 190
    assert set(kinds(outcomes)) <= {"completed", "held"}
    assert verification.differences() == []


def test_opposite_pairs_never_deadlock(no_second_try: None) -> None:
    """Guard: the payee's row is locked for key share only, and ledger accounts in id order."""
    asha, ben = (BankAccountFactory.create(balance=1_000_00).owner for _ in range(2))

    outcomes = all_at_once([order(asha, ben, "1"), order(ben, asha, "1")] * 20)

    assert set(kinds(outcomes)) == {"completed"}
    assert (settled(asha), settled(ben)) == (1_000_00, 1_000_00)


def test_a_balance_that_covers_seven_is_spent_seven_times(asha: User, ben: User) -> None:
    """Guard: the ledger's floor."""
    outcomes = all_at_once([order(asha, ben, "700")] * 50)

    assert kinds(outcomes) == {"completed": 7, "InsufficientFunds": 43}
    assert (settled(asha), settled(ben)) == (100_00, 4_900_00)


def test_fifty_payments_cannot_pass_the_days_limit(asha: User, ben: User) -> None:
    """Guards: the lock of the payer's account row, and the lock of the customer's limits row."""
    SpendingLimits.objects.create(
        customer=asha, currency="INR", per_payment_minor=500_00, per_day_minor=1_000_00, new_payee_minor=1_000_00
    )

    outcomes = all_at_once([order(asha, ben, "150")] * 50)

    assert kinds(outcomes) == {"completed": 6, "LimitExceeded": 44}
    assert settled(ben) == 900_00


def test_payments_from_two_accounts_share_one_limit(asha: User, ben: User) -> None:
    """Guard: the lock of the customer's limits row, which no account's lock replaces."""
    savings = BankAccountFactory.create(owner=asha, kind=BankAccount.Kind.SAVINGS, balance=5_000_00)
    SpendingLimits.objects.create(
        customer=asha, currency="INR", per_payment_minor=500_00, per_day_minor=1_000_00, new_payee_minor=1_000_00
    )
    wanted = [
        TransferOrder(customer=asha, to=account_of(ben).number, amount="150", from_account_id=account.pk)
        for account in (account_of(asha), savings)
    ]

    outcomes = all_at_once(
        [partial(transfers.submit_transfer, order=one, requested_at=timezone.now()) for one in wanted * 10]
    )

    assert kinds(outcomes) == {"completed": 6, "LimitExceeded": 14}


def test_the_first_fifty_payments_make_one_limits_row_and_one_profile(asha: User, ben: User) -> None:
    """Guard: both rows are made with ON CONFLICT DO NOTHING."""
    outcomes = all_at_once([order(asha, ben, "1")] * 10)

    assert kinds(outcomes) == {"completed": 10}
    assert SpendingLimits.objects.count() == 1


def test_velocity_counts_every_payment_of_a_burst(asha: User, ben: User) -> None:
    """Guard: the lock of the customer's profile (and the limits row above it)."""
    outcomes = all_at_once([order(asha, ben, "1")] * 40)

    assert kinds(outcomes) == {"completed": 30, "held": 10}
    assert Decision.objects.filter(recommendation="REVIEW").count() == 10


def test_one_request_is_paid_once_by_twenty_accepts(asha: User, ben: User) -> None:
    """Guard: the lock of the request's row."""
    wanted = requests.MoneyRequest(requester=ben, payer=asha.handle, amount="100")
    request = requests.ask(wanted=wanted, now=timezone.now())

    def accept() -> Payment:
        acceptance = requests.Acceptance(payer=asha, request_id=request.pk)
        plan = requests.prepare_acceptance(acceptance=acceptance, requested_at=timezone.now())
        return in_transaction(partial(requests.accept, request_id=request.pk, plan=plan))

    outcomes = all_at_once([accept] * 20)

    assert kinds(outcomes) == {"completed": 1, "RequestNotPending": 19}
    assert (settled(ben), Payment.objects.count()) == (100_00, 1)


@pytest.mark.parametrize("answer", [requests.decline, requests.cancel])
def test_a_request_ends_once_however_it_is_answered(answer: Callable[..., Any], asha: User, ben: User) -> None:
    """Guard: the lock of the request's row."""
    wanted = requests.MoneyRequest(requester=ben, payer=asha.handle, amount="1")
    side = {"payer": asha} if answer is requests.decline else {"requester": ben}
    for _ in range(10):
        request = requests.ask(wanted=wanted, now=timezone.now())
        acceptance = requests.Acceptance(payer=asha, request_id=request.pk)
        plan = requests.prepare_acceptance(acceptance=acceptance, requested_at=timezone.now())

        outcomes = all_at_once(
            [
                partial(in_transaction, partial(requests.accept, request_id=request.pk, plan=plan)),
                partial(answer, request_id=request.pk, **side),
            ]
        )

        request.refresh_from_db()
        assert [type(item) for item in outcomes].count(RequestNotPending) == 1
        assert (request.status == PaymentRequest.Status.ACCEPTED) == isinstance(outcomes[0], Payment)


def test_a_hundred_replays_of_one_key_pay_once(asha: User, ben: User, client_of: Callable[[User], APIClient]) -> None:
    """Guard: the advisory lock of the key, and behind it the unique record."""
    body = {"to": ben.handle, "amount": "50.00"}
    key = {"Idempotency-Key": "rent-november"}

    def send() -> tuple[int, bytes]:
        answer = client_of(asha).post("/api/transactions/transfer", body, headers=key)
        return answer.status_code, answer.content

    outcomes = all_at_once([send] * 100)

    answers = Counter(status for status, _ in outcomes)
    assert set(answers) <= {201, 409}
    assert len({content for status, content in outcomes if status == 201}) == 1
    assert (settled(ben), Payment.objects.count(), IdempotencyRecord.objects.count()) == (50_00, 1, 1)
