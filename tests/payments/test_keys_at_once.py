"""One idempotency key sent many times at once; and again without what makes it count once."""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from ledger import verification
from payments.models import Payment
from securebank.web.models import IdempotencyRecord
from tests.ledger import mutants
from tests.payments.conftest import settled
from tests.payments.together import WRITING
from tests.races import Guard, Race

pytestmark = pytest.mark.django_db(transaction=True)

KEY_LOCK = Guard("pg_try_advisory_xact_lock(%s)", "%s IS NOT NULL")
Replays = Callable[..., tuple[Counter[int], set[bytes]]]


@pytest.fixture
def replays(asha: User, ben: User, client_of: Callable[[User], APIClient]) -> Replays:
    """Send one transfer often under one key; return how often each status came, and the bodies of the successes."""

    def send(times: int, *without: Guard, amount: str = "50.00") -> tuple[Counter[int], set[bytes]]:
        def once() -> tuple[int, bytes]:
            answer = client_of(asha).post(
                "/api/transactions/transfer",
                {"to": ben.handle, "amount": amount},
                headers={"Idempotency-Key": "rent-november"},
            )
            return answer.status_code, answer.content

        outcomes = Race(WRITING, without).run([once] * times)
        return Counter(status for status, _ in outcomes), {body for status, body in outcomes if status == 201}

    return send


def answers_kept(mutate: ExitStack) -> None:
    """Let the database keep as many answers to one key as come."""
    mutate.enter_context(mutants.dropped("web_idempotencyrecord", "one_answer_per_idempotency_key"))


def test_a_hundred_replays_of_one_key_pay_once(replays: Replays, ben: User) -> None:
    statuses, bodies = replays(100)

    assert set(statuses) <= {201, 409}
    assert len(bodies) == 1
    assert (settled(ben), Payment.objects.count(), IdempotencyRecord.objects.count()) == (50_00, 1, 1)
    assert verification.differences() == []


def test_without_the_lock_of_the_key_its_unique_answer_still_lets_it_pay_once(replays: Replays, ben: User) -> None:
    statuses, _bodies = replays(10, KEY_LOCK)

    assert statuses == {201: 1, 409: 9}
    assert settled(ben) == 50_00


def test_without_the_unique_answer_the_lock_of_the_key_still_lets_it_pay_once(
    mutate: ExitStack, replays: Replays, ben: User
) -> None:
    answers_kept(mutate)

    statuses, _bodies = replays(10)

    assert statuses == {201: 1, 409: 9}
    assert settled(ben) == 50_00


def test_without_both_every_replay_pays(mutate: ExitStack, replays: Replays, ben: User) -> None:
    answers_kept(mutate)

    statuses, bodies = replays(10, KEY_LOCK)

    assert statuses == {201: 10}
    assert (len(bodies), settled(ben)) == (10, 500_00)


def test_a_replay_never_hears_that_the_money_is_gone(replays: Replays) -> None:
    assert replays(10, amount="4000.00")[0] == {201: 1, 409: 9}


def test_without_the_lock_of_the_key_it_does(replays: Replays) -> None:
    assert replays(10, KEY_LOCK, amount="4000.00")[0] == {201: 1, 422: 9}
