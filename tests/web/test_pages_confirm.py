"""Confirming on the pages: with a passkey, or with a code where there is no PIN."""

import json
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import BankAccount, Confirmation, PasskeyChallenge, User
from accounts.services import pins
from payments.models import Payment, PaymentRequest, SpendingLimits
from payments.services import requests
from payments.services.requests import MoneyRequest
from tests.accounts.conftest import SECRET, code_now
from tests.factories import PASSWORD, PIN, BankAccountFactory, UserFactory
from tests.passkeys import SoftPasskey

pytestmark = pytest.mark.django_db(transaction=True)
LARGE = "20000.00"


@pytest.fixture
def asha() -> User:
    return UserFactory.create(name="Asha Rao", handle="asha")


@pytest.fixture
def account(asha: User) -> BankAccount:
    return BankAccountFactory.create(owner=asha, balance=500_000_00)


@pytest.fixture
def ravi() -> User:
    person = UserFactory.create(name="Ravi Sharma", handle="ravi")
    BankAccountFactory.create(owner=person)
    return person


@pytest.fixture
def browser(asha: User, account: BankAccount, ravi: User) -> Client:
    client = Client()
    client.force_login(asha, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def passkey(asha: User) -> SoftPasskey:
    made = SoftPasskey()
    made.register(asha)
    return made


def review_of(browser: Client, account: BankAccount, amount: str = LARGE) -> str:
    order = {"to": "ravi", "amount": amount, "from_account": str(account.pk), "note": ""}
    return str(browser.post(reverse("send"), order)["Location"])


def answered(
    browser: Client, passkey: SoftPasskey, address: str, typed: dict[str, str] | None = None
) -> dict[str, str]:
    """Do what ``step-up.js`` does."""
    asked = browser.post(address, typed or {}).json()
    answer = {"challenge_id": asked["challenge_id"], "credential": passkey.answer(asked["options"])}
    return {"passkey": json.dumps(answer)}


def test_a_passkey_confirms_the_payment_on_the_page(
    browser: Client, account: BankAccount, passkey: SoftPasskey
) -> None:
    review = review_of(browser, account)
    page = browser.get(review).content.decode()
    assert f'data-step-up="{review}/challenge"' in page
    assert "₹20,000.00" in page
    assert "Ravi S••" in page

    answer = browser.post(review, answered(browser, passkey, f"{review}/challenge"))

    assert answer.status_code == 302
    assert Payment.objects.get().amount_minor == 20_000_00
    assert Confirmation.objects.get().method == Confirmation.Method.PASSKEY


def test_a_passkey_stands_beside_the_pin(
    browser: Client, asha: User, account: BankAccount, passkey: SoftPasskey
) -> None:
    pins.set_pin(user=asha, pin=PIN, password=PASSWORD, now=timezone.now())
    review = review_of(browser, account, "1")
    page = browser.get(review).content.decode()

    assert 'name="pin"' in page
    assert browser.post(review, answered(browser, passkey, f"{review}/challenge")).status_code == 302


def test_a_passkey_s_answer_pays_no_other_draft(browser: Client, account: BankAccount, passkey: SoftPasskey) -> None:
    cheap, dear = review_of(browser, account, "15000.00"), review_of(browser, account)

    answer = browser.post(dear, answered(browser, passkey, f"{cheap}/challenge"))

    assert answer.status_code == 422
    assert "Confirm this payment again." in answer.content.decode()
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "written", ["{", "null", "7", "[]", "{}", '{"challenge_id": 1, "credential": {}}', "[" * 16_000, "[" * 20_000]
)
def test_shows_the_page_again_when_a_passkey_can_not_be_read(
    browser: Client, account: BankAccount, passkey: SoftPasskey, written: str
) -> None:
    answer = browser.post(review_of(browser, account), {"passkey": written})

    assert answer.status_code == 422
    assert not Payment.objects.exists()


def test_asks_for_a_code_where_there_is_no_pin(browser: Client, asha: User, account: BankAccount) -> None:
    TOTP.activate(asha, SECRET)
    review = review_of(browser, account)
    assert 'name="otp"' in browser.get(review).content.decode()

    without = browser.post(review)
    wrong = browser.post(review, {"otp": f"{(int(code_now()) + 1) % 1_000_000:06}"})
    right = browser.post(review, {"otp": code_now()})

    assert [answer.status_code for answer in (without, wrong, right)] == [422, 422, 302]
    assert "This field is required." in without.content.decode()
    assert "not a fresh code" in wrong.content.decode()
    assert Payment.objects.count() == 1


def test_a_passkey_pays_a_request(browser: Client, asha: User, ravi: User, passkey: SoftPasskey) -> None:
    wanted = MoneyRequest(requester=ravi, payer=asha.handle, amount=LARGE)
    asked = requests.ask(wanted=wanted, now=timezone.now())
    proof = answered(browser, passkey, reverse("request-challenge", args=[asked.pk]))

    browser.post(reverse("request-accept", args=[asked.pk]), proof)

    asked.refresh_from_db()
    assert asked.status == PaymentRequest.Status.ACCEPTED


def limits(**changes: str) -> dict[str, str]:
    return {"per_payment": "500000.00", "per_day": "1000000.00", "new_payee": "100000.00"} | changes


def test_a_passkey_raises_exactly_the_limits_it_was_asked_for(
    browser: Client, asha: User, passkey: SoftPasskey
) -> None:
    wanted = limits(new_payee="150000.00")
    proof = answered(browser, passkey, reverse("limits-challenge"), wanted)

    higher = browser.post(reverse("limits"), proof | limits(new_payee="150000.01"))
    assert higher.status_code == 422
    right = browser.post(reverse("limits"), proof | wanted)

    assert right.status_code == 302
    assert SpendingLimits.objects.get(pk=asha.pk).new_payee_minor == 150_000_00


def test_a_code_raises_limits_where_there_is_no_pin(browser: Client, asha: User) -> None:
    TOTP.activate(asha, SECRET)
    wanted = limits(new_payee="150000.00")

    without = browser.post(reverse("limits"), wanted)
    right = browser.post(reverse("limits"), wanted | {"otp": code_now()})

    assert [answer.status_code for answer in (without, right)] == [422, 302]


@pytest.mark.parametrize("bad", [{"per_day": "x"}, {"per_day": "1e9"}, {"per_day": "99999999.00"}, {"per_day": ""}])
def test_asks_no_passkey_about_limits_that_can_not_be(
    browser: Client, passkey: SoftPasskey, bad: dict[str, Any]
) -> None:
    assert browser.post(reverse("limits-challenge"), limits(**bad)).status_code == 422
    assert not PasskeyChallenge.objects.exists()


def test_strangers_get_no_challenge(browser: Client, account: BankAccount, passkey: SoftPasskey) -> None:
    review = review_of(browser, account)
    stranger = Client()
    stranger.force_login(UserFactory.create(), backend=settings.AUTHENTICATION_BACKENDS[0])

    assert [client.post(f"{review}/challenge").status_code for client in (Client(), stranger)] == [302, 409]


def test_a_locked_customer_may_look_but_not_pay_with_a_passkey(
    browser: Client, asha: User, account: BankAccount, passkey: SoftPasskey
) -> None:
    User.objects.filter(pk=asha.pk).update(locked_at=timezone.now())
    review = review_of(browser, account)
    assert browser.get(review).status_code == 200

    answer = browser.post(review, answered(browser, passkey, f"{review}/challenge"))

    assert answer.status_code == 422
    assert not Payment.objects.exists()
