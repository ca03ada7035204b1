"""A command carried out: once, in time, by its owner, with the PIN."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.errors import PinRequired, PinWrong
from accounts.models import PaymentPin, User
from ledger import verification
from payments.errors import LimitExceeded
from payments.models import Payment, PaymentRequest
from payments.services import transfers
from payments.types import TransferOrder
from tests.factories import PIN, BankAccountFactory, UserFactory
from tests.payments.conftest import settled
from tests.payments.together import WRITING
from tests.races import Guard, Race
from tests.threads import all_at_once
from tests.voice.conftest import Execute, Say, grow_old
from voice.errors import (
    CommandCancelled,
    CommandExpired,
    CommandIncomplete,
    CommandMissing,
    CommandUsed,
    NoSuchCandidate,
)
from voice.models import VoiceCommand

Post = Callable[..., Any]
COMMAND_LOCK = Guard('FOR NO KEY UPDATE OF "voice_voicecommand"')
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_confirmed_command_pays_once_by_voice(say: Say, execute: Execute, ben: User) -> None:
    command_id = say("pay 500 to ben for lunch").command_id

    payment = execute(command_id)

    assert isinstance(payment, Payment)
    assert (payment.status, payment.channel, payment.note) == ("completed", "voice", "lunch")
    assert settled(ben) == 500_00
    with pytest.raises(CommandUsed) as refusal:
        execute(command_id)
    assert refusal.value.facts == {"transaction_id": str(payment.pk)}
    assert settled(ben) == 500_00


def test_twenty_confirmations_at_once_pay_once(say: Say, execute: Execute, ben: User) -> None:
    command_id = say("pay 500 to ben").command_id

    outcomes = all_at_once([partial(execute, command_id)] * 20)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CommandUsed"] * 19 + ["Payment"]
    assert settled(ben) == 500_00
    assert verification.differences() == []


def test_without_the_lock_of_the_command_it_would_be_paid_more_than_once(say: Say, execute: Execute, ben: User) -> None:
    command_id = say("pay 500 to ben").command_id

    Race(WRITING, [COMMAND_LOCK]).run([partial(execute, command_id)] * 3)

    assert settled(ben) > 500_00


def test_commands_at_once_stay_within_the_day(say: Say, execute: Execute, ben: User) -> None:
    commands = [say("pay 4000 to ben").command_id for _ in range(5)]

    outcomes = all_at_once([partial(execute, each) for each in commands])

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LimitExceeded"] * 3 + ["Payment"] * 2
    assert settled(ben) == 8_000_00


def test_the_pin_is_needed_whatever_the_amount(say: Say, execute: Execute, asha: User, ben: User) -> None:
    command_id = say("pay 1 rupee to ben").command_id
    with pytest.raises(PinRequired):
        execute(command_id, pin=None)
    with pytest.raises(PinWrong):
        execute(command_id, pin="9173")
    PaymentPin.objects.filter(user=asha).delete()
    with pytest.raises(PinRequired) as refusal:
        execute(command_id, pin=None)
    assert refusal.value.facts == {"has_pin": False}
    assert settled(ben) == 0


def test_more_than_a_voice_payment_may_be_is_refused(say: Say, execute: Execute, ben: User) -> None:
    command_id = say("pay 5000.01 to ben").command_id

    with pytest.raises(LimitExceeded) as refusal:
        execute(command_id)

    assert refusal.value.facts["limit"] == "voice_per_payment"
    assert settled(ben) == 0


def test_the_days_limit_counts_voice_payments_only(say: Say, execute: Execute, asha: User, ben: User) -> None:
    order = TransferOrder(customer=asha, to=ben.handle, amount="9000", pin=PIN)
    transfers.submit_transfer(order=order, requested_at=timezone.now())
    execute(say("pay 5000 to ben").command_id)
    execute(say("pay 5000 to ben").command_id)
    command_id = say("pay 1 rupee to ben").command_id

    with pytest.raises(LimitExceeded) as refusal:
        execute(command_id)

    assert (refusal.value.facts["limit"], refusal.value.facts["remaining"]) == ("voice_per_day", "0.00")
    assert VoiceCommand.objects.latest("created_at").state == "draft"
    assert settled(ben) == 19_000_00


def test_somebody_elses_command_does_not_exist(say: Say, execute: Execute, ben: User) -> None:
    other = BankAccountFactory.create(owner=UserFactory.create(name="Olga Other"), balance=5_000_00).owner
    command_id = say("pay 500 to ben").command_id

    with pytest.raises(CommandMissing):
        execute(command_id, owner=other)

    assert settled(ben) == 0


def test_after_two_minutes_it_is_too_late(say: Say, execute: Execute, ben: User) -> None:
    command_id = say("pay 500 to ben").command_id
    grow_old(command_id)

    with pytest.raises(CommandExpired):
        execute(command_id)

    assert say("yes").command_id is None
    assert settled(ben) == 0


def test_a_cancelled_command_stays_cancelled(say: Say, execute: Execute, ben: User) -> None:
    command_id = say("pay 500 to ben").command_id
    say("cancel")

    with pytest.raises(CommandCancelled):
        execute(command_id)

    assert settled(ben) == 0


@pytest.mark.parametrize("text", ["pay ben", "pay 500", "pay 500 to zubin", "pay 500 to priya"])
def test_an_incomplete_command_pays_nobody(say: Say, execute: Execute, text: str) -> None:
    with pytest.raises(CommandIncomplete):
        execute(say(text).command_id)
    assert not Payment.objects.exists()


def test_a_chosen_candidate_is_paid(say: Say, execute: Execute) -> None:
    answer = say("pay 500 to priya")
    assert answer.payee is not None
    chosen = next(person for person in answer.payee.candidates if person.nickname == "Priya S")

    execute(answer.command_id, payee_id=chosen.payee_id)

    assert settled(User.objects.get(handle="priya.shah")) == 500_00


def test_only_those_offered_can_be_chosen(say: Say, execute: Execute, asha: User) -> None:
    command_id = say("pay 500 to priya").command_id
    ben_id: UUID = asha.payees.get(nickname="Ben").pk

    with pytest.raises(NoSuchCandidate):
        execute(command_id, payee_id=ben_id)

    assert not Payment.objects.exists()


def test_a_request_is_sent_without_a_pin(say: Say, execute: Execute, ben: User) -> None:
    command_id = say("request 300 from ben").command_id

    asked = execute(command_id, pin=None)

    assert isinstance(asked, PaymentRequest)
    assert (asked.payer, asked.amount_minor) == (ben, 300_00)
    with pytest.raises(CommandUsed):
        execute(command_id, pin=None)
    assert PaymentRequest.objects.count() == 1


def test_a_refused_payment_leaves_the_draft_open(say: Say, execute: Execute, asha: User, ben: User) -> None:
    order = TransferOrder(customer=asha, to=ben.handle, amount="49900", pin=PIN)
    transfers.submit_transfer(order=order, requested_at=timezone.now())
    command_id = say("pay 500 to ben").command_id

    with pytest.raises(Exception, match="not enough money"):
        execute(command_id)

    assert VoiceCommand.objects.latest("created_at").state == "draft"


@pytest.mark.parametrize("changes", [{"amount_minor": 0}, {"state": "paid"}, {"state": "asked"}, {"confidence": 1.1}])
def test_the_database_refuses_commands_that_make_no_sense(say: Say, changes: dict[str, Any]) -> None:
    say("pay 500 to ben")

    with pytest.raises(Exception, match="violates check constraint"), transaction.atomic():
        VoiceCommand.objects.update(**changes)


# --- REST ------------------------------------------------------------------------------------------------------------


def test_rest_pays_and_gives_the_stored_answer_again(post: Post, ben: User) -> None:
    command_id = post("process", {"text": "pay 500 to ben"}).json()["command_id"]
    body = {"command_id": command_id, "pin": PIN}

    first, again = (post("execute", body, **{"Idempotency-Key": "k1"}) for _ in range(2))
    without_key = post("execute", body)

    assert (first.status_code, first.json()["status"], first.json()["amount"]) == (201, "completed", "500.00")
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    assert (without_key.status_code, without_key.json()["code"]) == (409, "command_used")
    assert settled(ben) == 500_00


def test_rest_refuses_by_code(post: Post, ben: User) -> None:
    command_id = post("process", {"text": "pay 500 to ben"}).json()["command_id"]

    unknown = post("execute", {"command_id": "00000000-0000-7000-8000-000000000000", "pin": PIN})
    without = post("execute", {"command_id": command_id})
    wrong = post("execute", {"command_id": command_id, "pin": "9173"})

    refusals = [(answer.status_code, answer.json()["code"]) for answer in (unknown, without, wrong)]
    assert refusals == [(404, "command_not_found"), (403, "pin_required"), (403, "pin_wrong")]
    assert settled(ben) == 0
