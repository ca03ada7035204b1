"""What the bank answers to a sentence. No money moves."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.errors import PayeeNotFound
from accounts.models import User
from payments.errors import RequestOfOneself, SameAccount
from payments.models import Payment
from securebank.kernel.money import Money
from securebank.web.throttles import TooManyTries
from tests.factories import BankAccountFactory, UserFactory
from tests.payments.conftest import account_of
from tests.voice.conftest import Execute, Say
from voice.errors import SentenceNotUnderstood
from voice.models import VoiceCommand
from voice.understanding.types import Reason
from voice.wording import NOT_UNDERSTOOD

Post = Callable[..., Any]


def test_a_payment_is_read_back_with_masked_name_account_and_digits(say: Say, ben: User) -> None:
    answer = say("please pay five hundred rupees to Ben for lunch")

    number = account_of(ben).masked_number
    assert answer.reply == f"Pay ₹500.00 to Ben D•• (account {number})? Enter your PIN to confirm."
    assert (answer.intent, answer.amount, answer.needs) == ("pay", Money(500_00, "INR"), ())
    assert VoiceCommand.objects.get().note == "lunch"
    assert not Payment.objects.exists()


def test_large_amounts_are_grouped_as_in_india(say: Say) -> None:
    assert "₹1,50,000.00" in say("pay 1.5 lakh to ben").reply


def test_a_name_that_two_people_bear_offers_both(say: Say) -> None:
    answer = say("pay 200 to Priya")

    assert answer.payee is not None
    assert {person.nickname for person in answer.payee.candidates} == {"Priya N", "Priya S"}
    assert answer.needs == ("payee",)
    assert answer.reply.startswith("Did you mean: ")


def test_a_name_that_only_sounds_alike_is_offered_and_not_taken(say: Say) -> None:
    answer = say("pay 200 to Benn")

    assert answer.payee is not None
    assert [person.nickname for person in answer.payee.candidates] == ["Ben"]
    assert answer.needs == ("payee",)


def test_a_nickname_is_a_name(say: Say) -> None:
    assert "Om I••" in say("pay 200 to landlord").reply


def test_an_unknown_name_is_said_to_be_unknown(say: Say) -> None:
    answer = say("pay 200 to Zubin")

    assert answer.needs == ("payee",)
    assert answer.payee is not None
    assert (answer.payee.kind, answer.payee.value, answer.payee.candidates) == ("name", "zubin", ())
    assert "zubin" in answer.reply


def test_somebody_whom_another_customer_pays_is_unknown(say: Say) -> None:
    stranger = BankAccountFactory.create(owner=UserFactory.create(name="Olga Other")).owner

    assert say("pay 200 to ben", owner=stranger).needs == ("payee",)


def test_a_handle_names_anybody(say: Say) -> None:
    BankAccountFactory.create(owner=UserFactory.create(name="Zubin Mehta", handle="zubin"))

    answer = say("pay 200 to zubin at securebank")

    assert answer.payee is not None
    assert answer.payee.kind == "upi"
    assert "Zubin M••" in answer.reply


def test_a_handle_that_nobody_has_is_refused(say: Say) -> None:
    with pytest.raises(PayeeNotFound):
        say("pay 200 to nobody.here@securebank")


@pytest.mark.parametrize("text", ["pay 200 to Asha Rao", "pay 200 to asha"])
def test_ones_own_name_is_refused(say: Say, text: str) -> None:
    with pytest.raises(SameAccount):
        say(text)
    assert not VoiceCommand.objects.exists()


def test_ones_own_handle_is_refused(say: Say, asha: User) -> None:
    with pytest.raises(SameAccount):
        say(f"pay 200 to {asha.handle}@securebank")


def test_asking_oneself_is_refused(say: Say) -> None:
    with pytest.raises(RequestOfOneself):
        say("request 200 from asha rao")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("pay -500 to ben", Reason.NOT_POSITIVE),
        ("pay 0 rupees to ben", Reason.NOT_POSITIVE),
        ("pay zero to ben", Reason.NOT_POSITIVE),
        ("pay 500 rupees 600 rupees to ben", Reason.TWO_AMOUNTS),
        ("send everything to ben", Reason.VAGUE_AMOUNT),
        ("don't pay 500 to ben", Reason.NEGATED),
        ("the weather is nice", Reason.NO_INTENT),
    ],
)
def test_what_is_not_understood_says_why_and_keeps_nothing(say: Say, text: str, reason: Reason) -> None:
    with pytest.raises(SentenceNotUnderstood) as refusal:
        say(text)

    assert refusal.value.facts == {"reason": reason}
    assert str(refusal.value) == str(NOT_UNDERSTOOD[reason])
    assert not VoiceCommand.objects.exists()


def test_every_reason_has_its_sentence() -> None:
    assert set(NOT_UNDERSTOOD) == set(Reason)


def test_balance_and_history_are_answered_at_once(say: Say, execute: Execute) -> None:
    assert say("what is my balance").reply.endswith("₹50,000.00 available.")
    assert say("history").reply == "There are no payments yet."

    execute(say("pay 200 to ben").command_id)

    assert "₹200.00 to Ben D••" in say("history").reply
    assert say("help").reply.startswith("Say, for example")


def test_a_missing_amount_is_asked_for(say: Say) -> None:
    answer = say("pay ben")

    assert answer.needs == ("amount",)
    assert answer.reply.startswith("How much?")


def test_yes_points_to_the_newest_draft_and_pays_nothing(say: Say) -> None:
    say("pay 100 to ben")
    newest = say("pay 200 to ben")

    answer = say("yes")

    assert (answer.intent, answer.command_id, answer.reply) == ("confirm", newest.command_id, newest.reply)
    assert not Payment.objects.exists()


def test_cancel_ends_the_newest_draft(say: Say) -> None:
    say("pay 100 to ben")

    assert say("cancel").reply == "Cancelled. Nothing was paid."
    assert VoiceCommand.objects.get().state == "cancelled"
    assert say("yes").command_id is None


def test_too_many_sentences_are_too_many(say: Say, settings: object) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"voice_command": (1, 60)}  # type: ignore[attr-defined]
    say("help")

    with pytest.raises(TooManyTries):
        say("help")


def test_rest_answers_with_the_fixed_names(post: Post) -> None:
    answer = post("process", {"text": "send two hundred and fifty to ben"})

    body = answer.json()
    assert answer.status_code == 200
    assert (body["intent"], body["amount"], body["currency"], body["confidence"]) == ("pay", "250.00", "INR", 1.0)
    assert body["payee"] == {"kind": "name", "value": "ben", "candidates": []}
    assert body["needs"] == []
    assert set(body) == {
        "transcript", "confidence", "intent", "amount", "currency", "payee", "reply", "needs", "command_id"
    }  # fmt: skip


def test_rest_says_why_it_understood_nothing(post: Post) -> None:
    answer = post("process", {"text": "send everything to ben"})

    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["reason"]) == ("not_understood", "vague_amount")


@pytest.mark.parametrize("text", ["", "x" * 301, 5, None, "pay\u202e 500 to ben"])
def test_rest_refuses_what_is_no_bounded_line(post: Post, text: object) -> None:
    assert post("process", {"text": text}).status_code == 400
