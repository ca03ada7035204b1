"""The pages, as a browser without JavaScript uses them."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from payments.models import Payment, PaymentRequest
from tests.factories import PIN
from tests.payments.conftest import settled
from tests.voice.conftest import Say, grow_old
from voice.models import VoiceCommand

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(asha: User) -> Client:
    """Asha's browser."""
    client = Client()
    client.force_login(asha, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def test_a_name_with_two_bearers_is_chosen_on_the_page(browser: Client) -> None:
    address = browser.post("/voice", {"text": "pay 500 to priya"})["Location"]
    chosen = User.objects.get(handle="priya.nair").bank_accounts.get()
    payee = VoiceCommand.objects.get().owner.payees.get(account=chosen)

    without = browser.post(address, {"pin": PIN})
    paid = browser.post(address, {"pin": PIN, "payee": payee.pk})

    assert (without.status_code, paid.status_code) == (422, 302)
    assert settled(chosen.owner) == 500_00


def test_a_second_press_leads_to_the_same_payment(browser: Client) -> None:
    address = browser.post("/voice", {"text": "pay 500 to ben"})["Location"]

    first, second = (browser.post(address, {"pin": PIN})["Location"] for _ in range(2))

    assert first == second == f"/activity/{Payment.objects.get().pk}"


def test_a_request_asks_for_no_pin(browser: Client) -> None:
    address = browser.post("/voice", {"text": "request 300 from ben"})["Location"]

    assert b'name="pin"' not in browser.get(address).content
    assert browser.post(address)["Location"] == "/requests"
    assert PaymentRequest.objects.count() == 1


def test_an_expired_command_leads_back_to_a_new_sentence(browser: Client, say: Say) -> None:
    command_id = say("pay 500 to ben").command_id
    grow_old(command_id)

    assert browser.get(f"/voice/{command_id}")["Location"] == "/voice"
    assert browser.post(f"/voice/{command_id}", {"pin": PIN})["Location"] == "/voice"
    assert not Payment.objects.exists()


def test_what_is_missing_is_said_on_the_same_page(browser: Client) -> None:
    answer = browser.post("/voice", {"text": "pay ben"})

    assert answer.status_code == 200
    assert b"How much?" in answer.content


def test_a_command_is_cancelled_on_the_page(browser: Client, say: Say) -> None:
    command_id = say("pay 500 to ben").command_id

    assert browser.post(f"/voice/{command_id}/cancel")["Location"] == "/voice"
    assert VoiceCommand.objects.get().state == "cancelled"
