"""Confirming a payment with a passkey: what it signs holds the amount and the payee."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from fido2.utils import websafe_decode
from rest_framework.test import APIClient

from accounts.errors import ConfirmationInvalid, NoPasskey
from accounts.models import AuditEvent, BankAccount, Confirmation, PasskeyChallenge, User
from accounts.services import confirmations
from accounts.services.confirmations import Binding
from accounts.types import PasskeyAnswer, PasskeyQuestion
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money
from tests.factories import BankAccountFactory, UserFactory
from tests.passkeys import Flag, SoftPasskey
from tests.races import Guard, Race

ORIGIN = "http://testserver"
BINDING = Binding(purpose="transfer", amount=Money(500_00, "INR"), payee="019a")


@pytest.fixture
def user(db: None) -> User:
    return UserFactory.create()


@pytest.fixture
def passkey(user: User) -> SoftPasskey:
    made = SoftPasskey()
    made.register(user)
    return made


def ask(user: User, binding: Binding = BINDING) -> PasskeyQuestion:
    return confirmations.ask_passkey(user=user, binding=binding, origin=ORIGIN)


def confirm(
    user: User, question: PasskeyQuestion, credential: Any, binding: Binding = BINDING, origin: str = ORIGIN
) -> Confirmation:
    answer = PasskeyAnswer(question.challenge_id, credential, origin)
    return confirmations.confirm_with_passkey(user=user, answer=answer, binding=binding, now=timezone.now())


def written() -> list[list[dict[str, Any]]]:
    """Return every row that confirming could write."""
    tables: tuple[Any, ...] = (Confirmation, PasskeyChallenge, AuditEvent, Authenticator)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def refuse(user: User, question: PasskeyQuestion, credential: Any, **more: Any) -> None:
    """See it refused with nothing written."""
    before = written()

    with pytest.raises(ConfirmationInvalid):
        confirm(user, question, credential, **more)

    assert written() == before


def test_makes_a_confirmation_that_is_good_once_for_its_payment(user: User, passkey: SoftPasskey) -> None:
    question = ask(user)

    made = confirm(user, question, passkey.answer(question.options))

    assert made.method == Confirmation.Method.PASSKEY
    assert not PasskeyChallenge.objects.exists()
    confirmations.use(user=user, confirmation_id=made.pk, binding=BINDING, now=timezone.now())


def test_has_the_passkey_sign_amount_and_payee(user: User, passkey: SoftPasskey) -> None:
    one, other = (websafe_decode(ask(user).options["challenge"]) for _ in range(2))

    assert one.endswith(BINDING.digest())
    assert other.endswith(BINDING.digest())
    assert len({one, other}) == 2


def test_asks_for_the_customers_own_passkeys_and_the_person(user: User, passkey: SoftPasskey) -> None:
    SoftPasskey().register(UserFactory.create())

    options = ask(user).options

    assert [websafe_decode(allowed["id"]) for allowed in options["allowCredentials"]] == [passkey.credential_id]
    assert (options["rpId"], options["userVerification"]) == ("testserver", "required")


def test_the_question_expires_five_minutes_after_the_database_s_own_clock(user: User, passkey: SoftPasskey) -> None:
    asked = ask(user)

    left = PasskeyChallenge.objects.annotate(left=F("expires_at") - Now()).get(pk=asked.challenge_id).left
    assert timedelta(minutes=4, seconds=50) < left <= timedelta(minutes=5)


def test_refuses_a_replayed_answer(user: User, passkey: SoftPasskey) -> None:
    question = ask(user)
    credential = passkey.answer(question.options)
    confirm(user, question, credential)

    refuse(user, question, credential)
    refuse(user, ask(user), credential)


@pytest.mark.parametrize(
    "other",
    [
        replace(BINDING, amount=Money(500_01, "INR")),
        replace(BINDING, amount=Money(500_00, "USD")),
        replace(BINDING, payee="019b"),
        replace(BINDING, purpose="limits"),
    ],
)
def test_refuses_any_other_payment(user: User, passkey: SoftPasskey, other: Binding) -> None:
    question = ask(user)

    refuse(user, question, passkey.answer(question.options), binding=other)
    refuse(user, ask(user, other), passkey.answer(question.options), binding=other)


def test_refuses_a_question_put_to_somebody_else(user: User, passkey: SoftPasskey) -> None:
    stranger = UserFactory.create()
    SoftPasskey().register(stranger)
    question = ask(stranger)

    refuse(user, question, passkey.answer(question.options))


def test_refuses_somebody_elses_passkey(user: User, passkey: SoftPasskey) -> None:
    other = SoftPasskey()
    other.register(UserFactory.create())
    question = ask(user)

    refuse(user, question, other.answer(question.options))


def test_refuses_a_key_that_only_claims_to_be_the_passkey(user: User, passkey: SoftPasskey) -> None:
    question = ask(user)

    refuse(user, question, SoftPasskey(credential_id=passkey.credential_id).answer(question.options))


def test_refuses_an_expired_question_and_forgets_it_with_the_next(user: User, passkey: SoftPasskey) -> None:
    question = ask(user)
    PasskeyChallenge.objects.update(expires_at=Now())
    refuse(user, question, passkey.answer(question.options))

    ask(user)

    assert not PasskeyChallenge.objects.filter(pk=question.challenge_id).exists()


def test_refuses_an_unknown_question(user: User, passkey: SoftPasskey) -> None:
    question = replace(ask(user), challenge_id=new_id())

    refuse(user, question, passkey.answer(question.options))


@pytest.mark.parametrize("flags", [Flag.UP, Flag.UV, Flag(0)])
def test_refuses_unless_the_person_was_there_and_verified(user: User, passkey: SoftPasskey, flags: Flag) -> None:
    question = ask(user)

    refuse(user, question, passkey.answer(question.options, flags))


@pytest.mark.parametrize("origin", ["https://testserver", "http://testserver:81", "http://evil.example", "null"])
def test_refuses_an_answer_made_on_another_page(user: User, passkey: SoftPasskey, origin: str) -> None:
    question = ask(user)
    passkey.origin = origin

    refuse(user, question, passkey.answer(question.options))


def test_refuses_an_answer_for_another_host(user: User, passkey: SoftPasskey) -> None:
    question = ask(user)
    passkey.host = "evil.example"

    refuse(user, question, passkey.answer(question.options))


def test_refuses_a_copy_of_the_passkey_whose_counter_lags(user: User, passkey: SoftPasskey) -> None:
    copy = replace(passkey)
    question = ask(user)
    confirm(user, question, passkey.answer(question.options))
    question = ask(user)

    refuse(user, question, copy.answer(question.options))


def test_takes_passkeys_that_do_not_count(user: User, passkey: SoftPasskey) -> None:
    for _ in range(2):
        question = ask(user)
        passkey.counter = -1
        confirm(user, question, passkey.answer(question.options))

    assert Confirmation.objects.count() == 2


BROKEN: list[Callable[[dict[str, Any]], Any]] = [
    lambda _: None,
    lambda _: [],
    lambda _: "x",
    lambda good: good | {"response": None},
    lambda good: good | {"rawId": 7},
    lambda good: good | {"response": good["response"] | {"authenticatorData": "AA"}},
    lambda good: good | {"response": good["response"] | {"clientDataJSON": "e30"}},
    lambda good: good | {"response": good["response"] | {"clientDataJSON": "_w"}},
    lambda good: good | {"response": good["response"] | {"signature": "AA"}},
    lambda good: good | {"response": good["response"] | {"signature": "\u0661"}},
]


@pytest.mark.parametrize("spoil", BROKEN, ids=range(len(BROKEN)))
def test_refuses_what_no_browser_sends(user: User, passkey: SoftPasskey, spoil: Callable[[Any], Any]) -> None:
    question = ask(user)

    refuse(user, question, spoil(passkey.answer(question.options)))


def test_asks_nobody_without_a_passkey(user: User) -> None:
    with pytest.raises(NoPasskey):
        ask(user)

    assert not PasskeyChallenge.objects.exists()


def eight_answers(user: User, passkey: SoftPasskey, *without: Guard) -> Counter[type]:
    """Send one answer of a passkey kept in the cloud: its counter says zero and tells no copies apart."""
    question = ask(user)
    passkey.counter = -1
    credential = passkey.answer(question.options)
    race = Race('DELETE FROM "accounts_passkeychallenge"', without)
    return Counter(map(type, race.run([partial(confirm, user, question, credential)] * 8)))


@pytest.mark.django_db(transaction=True)
def test_eight_answers_at_once_make_one_confirmation(user: User, passkey: SoftPasskey) -> None:
    assert eight_answers(user, passkey) == {Confirmation: 1, ConfirmationInvalid: 7}
    assert Confirmation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_of_the_question_all_eight_do(user: User, passkey: SoftPasskey) -> None:
    lock = Guard("FOR UPDATE", about='"accounts_passkeychallenge"')

    assert eight_answers(user, passkey, lock) == {Confirmation: 8}


@pytest.fixture
def payee(db: None) -> BankAccount:
    return BankAccountFactory.create()


@pytest.fixture
def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_confirms_by_rest(api: APIClient, passkey: SoftPasskey, payee: BankAccount) -> None:
    order = {"purpose": "transfer", "amount": "500.00", "currency": "INR", "to": payee.owner.handle}
    asked = api.post("/api/auth/confirmations/challenge", order)
    assert asked.status_code == 201
    proof = {
        "method": "passkey",
        "challenge_id": asked.data["challenge_id"],
        "credential": passkey.answer(asked.json()["options"]),
    }

    other = api.post("/api/auth/confirmations", order | proof | {"amount": "500.01"})
    made = api.post("/api/auth/confirmations", order | proof)
    again = api.post("/api/auth/confirmations", order | proof)

    assert (other.status_code, other.json()["code"]) == (403, "confirmation_invalid")
    assert (made.status_code, made.json()["method"]) == (201, "passkey")
    assert (again.status_code, again.json()["code"]) == (403, "confirmation_invalid")


@pytest.mark.parametrize("missing", ["challenge_id", "credential"])
def test_names_what_is_missing(api: APIClient, payee: BankAccount, missing: str) -> None:
    body: dict[str, Any] = {
        "method": "passkey", "amount": "1", "currency": "INR", "to": payee.number, "challenge_id": str(new_id()),
        "credential": SoftPasskey().answer({"challenge": "AA"}),
    }  # fmt: skip
    del body[missing]

    answer = api.post("/api/auth/confirmations", body)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [missing]


def test_says_by_rest_that_there_is_no_passkey(api: APIClient, payee: BankAccount) -> None:
    answer = api.post("/api/auth/confirmations/challenge", {"amount": "1", "currency": "INR", "to": payee.number})

    assert (answer.status_code, answer.json()["code"]) == (422, "no_passkey")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"credential": None}, 400),
        ({"credential": []}, 400),
        ({"credential": {"response": 7}}, 400),
        ({"challenge_id": "1"}, 400),
        ({"challenge_id": str(new_id())}, 403),
        ({"amount": "NaN"}, 422),
        ({"amount": True}, 400),
        ({"to": "nobody"}, 422),
    ],
)
def test_refuses_bad_input_by_rest(
    api: APIClient, passkey: SoftPasskey, payee: BankAccount, change: dict[str, Any], status: int
) -> None:
    order = {"purpose": "transfer", "amount": "500.00", "currency": "INR", "to": payee.owner.handle}
    asked = api.post("/api/auth/confirmations/challenge", order).json()
    proof = {"challenge_id": asked["challenge_id"], "credential": passkey.answer(asked["options"])}

    answer = api.post("/api/auth/confirmations", order | proof | {"method": "passkey"} | change)

    assert answer.status_code == status
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"amount": "NaN"}, 422),
        ({"amount": "-1"}, 422),
        ({"amount": True}, 400),
        ({"currency": "XAU"}, 400),
        ({"to": "nobody"}, 422),
        ({"purpose": "anything"}, 400),
    ],
)
def test_asks_about_nothing_that_can_not_be_paid(
    api: APIClient, passkey: SoftPasskey, payee: BankAccount, change: dict[str, Any], status: int
) -> None:
    order = {"purpose": "transfer", "amount": "500.00", "currency": "INR", "to": payee.owner.handle}

    answer = api.post("/api/auth/confirmations/challenge", order | change)

    assert answer.status_code == status
    assert not PasskeyChallenge.objects.exists()
