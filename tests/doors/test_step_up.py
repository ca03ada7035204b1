"""Proofs that prove nothing, at the doors where money moves: the same refusal each time, and nothing moves."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Confirmation, PasskeyChallenge, PaymentPin, User
from accounts.services import pins
from ledger.models import JournalEntry
from payments.models import Payment
from tests.doors.world import UNKNOWN
from tests.factories import PASSWORD, PIN, BankAccountFactory, UserFactory
from tests.passkeys import SoftPasskey

pytestmark = pytest.mark.django_db(transaction=True)

TRANSFER: Final = "/api/transactions/transfer"
AMOUNT: Final = "20000.00"
WRONG: Final = "9371"
USELESS: Final = ("foreign", "expired", "used", "unknown")


@pytest.fixture
def asha() -> User:
    """Pays, with a PIN."""
    cache.clear()
    return _customer()


@pytest.fixture
def olga() -> User:
    """Somebody else, with a PIN of her own."""
    return _customer()


@pytest.fixture
def ben() -> User:
    """Is paid."""
    return BankAccountFactory.create(owner=UserFactory.create(handle="ben.das")).owner


@pytest.fixture
def browser(asha: User) -> Client:
    """Asha's."""
    return _browser(asha)


def _customer() -> User:
    person: User = BankAccountFactory.create(owner=UserFactory.create(), balance=100_000_00).owner
    pins.set_pin(user=person, pin=PIN, password=PASSWORD, now=timezone.now())
    return person


def _browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def _api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def transfer(user: User, **proof: Any) -> Any:
    return _api(user).post(TRANSFER, {"to": "ben.das", "amount": AMOUNT} | proof)


def confirmed(user: User) -> str:
    wish = {"to": "ben.das", "amount": AMOUNT, "currency": "INR", "method": "pin", "pin": PIN}
    return str(_api(user).post("/api/auth/confirmations", wish).json()["id"])


def review_of(browser: Client, user: User) -> str:
    order = {"to": "ben.das", "amount": AMOUNT, "from_account": str(user.bank_accounts.get().pk), "note": ""}
    return str(browser.post("/send", order)["Location"])


def answered(browser: Client, passkey: SoftPasskey, review: str) -> dict[str, Any]:
    asked = browser.post(f"{review}/challenge").json()
    return {"challenge_id": asked["challenge_id"], "credential": passkey.answer(asked["options"])}


def useless_confirmation(kind: str, asha: User, olga: User) -> str:
    if kind == "unknown":
        return UNKNOWN
    made = confirmed(olga if kind == "foreign" else asha)
    if kind == "expired":
        Confirmation.objects.filter(pk=made).update(expires_at=Now())
    if kind == "used":
        assert transfer(asha, confirmation_id=made).status_code == 201
    return made


@pytest.mark.parametrize("kind", USELESS)
def test_a_program_moves_nothing_with_a_useless_confirmation(asha: User, olga: User, ben: User, kind: str) -> None:
    proof = useless_confirmation(kind, asha, olga)
    before = (JournalEntry.objects.count(), Payment.objects.count())

    answer = transfer(asha, confirmation_id=proof)

    assert (answer.status_code, answer.json()["code"]) == (403, "confirmation_invalid")
    assert answer.json()["detail"] == "Confirm this payment again."
    assert (JournalEntry.objects.count(), Payment.objects.count()) == before


def test_somebody_elses_confirmation_stays_good_for_them(asha: User, olga: User, ben: User) -> None:
    theirs = confirmed(olga)
    transfer(asha, confirmation_id=theirs)

    assert transfer(olga, confirmation_id=theirs).status_code == 201


def useless_answer(kind: str, asha: User, olga: User) -> dict[str, Any]:
    passkey = SoftPasskey()
    passkey.register(asha)
    if kind == "foreign":
        theirs = SoftPasskey()
        theirs.register(olga)
        other = _browser(olga)
        return answered(other, theirs, review_of(other, olga))
    mine = _browser(asha)
    review = review_of(mine, asha)
    proof = answered(mine, passkey, review)
    if kind == "expired":
        PasskeyChallenge.objects.update(expires_at=Now())
    if kind == "used":
        assert mine.post(review, {"passkey": json.dumps(proof)}).status_code == 302
    return proof | ({"challenge_id": UNKNOWN} if kind == "unknown" else {})


@pytest.mark.parametrize("kind", USELESS)
def test_the_page_moves_nothing_with_a_useless_answer(
    browser: Client, asha: User, olga: User, ben: User, kind: str
) -> None:
    proof = useless_answer(kind, asha, olga)
    review = review_of(browser, asha)
    before = (JournalEntry.objects.count(), Payment.objects.count())

    answer = browser.post(review, {"passkey": json.dumps(proof)})

    assert answer.status_code == 422
    assert "Confirm this payment again." in answer.content.decode()
    assert (JournalEntry.objects.count(), Payment.objects.count()) == before


def by_program(asha: User) -> Callable[[str], str]:
    """Return how a program tries a PIN; the answer's code."""
    return lambda pin: str(transfer(asha, pin=pin).json()["code"])


def by_page(asha: User) -> Callable[[str], str]:
    """Return how the page tries a PIN; the code of the error beside it."""
    browser = _browser(asha)
    review = review_of(browser, asha)

    def attempt(pin: str) -> str:
        form = browser.post(review, {"pin": pin}).context["form"]
        return str(form.errors.as_data()["pin"][0].code)

    return attempt


@pytest.mark.parametrize("door", [by_program, by_page])
def test_five_wrong_pins_lock_even_the_right_one_out(
    asha: User, ben: User, door: Callable[[User], Callable[[str], str]]
) -> None:
    attempt = door(asha)

    said = [attempt(WRONG) for _ in range(5)]

    assert said == ["pin_wrong"] * 4 + ["pin_locked"]
    assert attempt(PIN) == "pin_locked"
    assert PaymentPin.objects.get(user=asha).wrong_tries == 5
    assert not Payment.objects.exists()


def test_a_lock_at_one_door_holds_at_the_other(asha: User, ben: User) -> None:
    at_program, at_page = by_program(asha), by_page(asha)
    for attempt in (at_program, at_page, at_program, at_page, at_program):
        attempt(WRONG)

    assert (at_program(PIN), at_page(PIN)) == ("pin_locked", "pin_locked")
    assert not Payment.objects.exists()
