"""What customers read about a stopped payment, and the buttons beside it."""

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

import accounts.tasks
from accounts.models import NotificationDelivery, User
from accounts.services import locks, pins
from fraud.models import CustomerAnswer
from payments.models import Payment, SpendingLimits
from payments.services import disputes, transfers
from payments.types import TransferOrder
from tests.factories import PASSWORD, PIN, BankAccountFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asha() -> User:
    asha = BankAccountFactory.create(owner=UserFactory.create(phone="+919812345670"), balance=500_000_00).owner
    pins.set_pin(user=asha, pin=PIN, password=PASSWORD, now=timezone.now())
    every = 500_000_00
    SpendingLimits.objects.create(
        customer=asha, currency="INR", per_payment_minor=every, per_day_minor=every, new_payee_minor=every
    )
    return asha


def pay(customer: User, amount: str) -> Payment:
    payee = BankAccountFactory.create(owner=UserFactory.create(name="Ben Das")).owner
    order = TransferOrder(customer=customer, to=payee.handle, amount=amount, pin=PIN)
    return transfers.submit_transfer(order=order, requested_at=timezone.now())


@pytest.fixture
def held(asha: User) -> Payment:
    payment = pay(asha, "200000.00")
    assert payment.status == Payment.Status.HELD
    return payment


@pytest.fixture
def paid(asha: User) -> Payment:
    payment = pay(asha, "100.00")
    assert payment.status == Payment.Status.COMPLETED
    return payment


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def browser(asha: User) -> Client:
    return browser_of(asha)


def test_a_held_payment_says_what_happened_whether_the_money_is_safe_what_next_and_how_long(
    browser: Client, held: Payment
) -> None:
    page = browser.get(f"/activity/{held.pk}").content.decode()

    for question in ("What happened?", "Is my money safe?", "What happens next?", "How long does it take?"):
        assert question in page
    assert "If nobody has decided by" in page


def test_tells_no_score_and_no_code_of_a_rule(browser: Client, held: Payment) -> None:
    page = browser.get(f"/activity/{held.pk}").content.decode()

    assert held.decision is not None
    assert [reason["code"] for reason in held.decision.reasons if reason["code"] in page] == []
    assert f"{held.decision.score:.2f}" not in page


def test_the_list_says_what_a_held_payment_means_for_the_money(browser: Client, held: Payment) -> None:
    assert "set aside while a colleague looks at it" in browser.get("/activity").content.decode()


def test_the_question_goes_away_once_it_is_answered(browser: Client, held: Payment) -> None:
    assert "Was this you?" in browser.get(f"/activity/{held.pk}").content.decode()

    answer = browser.post(f"/activity/{held.pk}/mine", {"pin": PIN}, follow=True)

    assert "You told us that it was you" in answer.content.decode()
    assert "Was this you?" not in answer.content.decode()
    assert CustomerAnswer.objects.get().kind == "mine"


def test_it_was_me_needs_the_right_pin(browser: Client, held: Payment) -> None:
    for typed in ({}, {"pin": "9173"}):
        answer = browser.post(f"/activity/{held.pk}/mine", typed)
        assert (answer.status_code, bool(answer.context["form"].errors["pin"])) == (422, True)

    assert not CustomerAnswer.objects.exists()


def test_it_was_not_me_asks_once_more_before_it_stops_everything(browser: Client, asha: User, held: Payment) -> None:
    page = browser.get(f"/activity/{held.pk}/not-mine").content.decode()
    asha.refresh_from_db()
    assert not asha.is_locked
    assert "All payments from your accounts stop" in page

    answer = browser.post(f"/activity/{held.pk}/not-mine", follow=True)

    asha.refresh_from_db()
    assert asha.is_locked
    assert "Not paid" in answer.content.decode()


def test_a_second_answer_is_told_that_it_is_too_late(browser: Client, held: Payment) -> None:
    browser.post(f"/activity/{held.pk}/mine", {"pin": PIN})

    answer = browser.post(f"/activity/{held.pk}/not-mine")

    assert answer.status_code == 422
    assert "You have answered this already." in answer.content.decode()


def test_a_dispute_is_made_shown_and_taken_back(browser: Client, paid: Payment) -> None:
    made = browser.post(f"/activity/{paid.pk}/dispute", {"text": "I was asleep"}, follow=True).content.decode()
    assert "You told us that you didn't make this payment." in made.replace("&#x27;", "'")

    taken_back = browser.post(f"/activity/{paid.pk}/dispute/withdraw", follow=True).content.decode()

    assert "Your dispute is taken back." in taken_back
    assert f"/activity/{paid.pk}/dispute" in taken_back


def test_the_payee_is_offered_nothing_and_told_nothing(asha: User, paid: Payment) -> None:
    disputes.open_dispute(customer=asha, payment_id=paid.pk, text="", now=timezone.now())
    assert paid.payee_account is not None
    page = browser_of(paid.payee_account.owner).get(f"/activity/{paid.pk}").content.decode()

    assert "dispute" not in page
    assert "You told us" not in page


@pytest.mark.parametrize("path", ["/", "/send", "/cash-out", "/security"])
def test_a_stopped_customer_reads_what_to_do_and_how_to_reach_people(browser: Client, asha: User, path: str) -> None:
    locks.stop_payments(person=asha, reason="tried", by=None, now=timezone.now())

    page = browser.get(path).content.decode()

    assert "Your payments are stopped" in page
    assert settings.SUPPORT_EMAIL in page


def test_nobody_else_reads_that(browser: Client) -> None:
    assert "Your payments are stopped" not in browser.get("/").content.decode()


def test_a_stop_and_its_end_are_told_by_mail_and_text_message() -> None:
    somebody = UserFactory.create(phone="+919812345670")
    locks.stop_payments(person=somebody, reason="tried", by=None, now=timezone.now())
    locks.allow_payments(person=somebody, by=somebody)
    accounts.tasks.deliver_notifications(user_ids=[str(somebody.pk)])

    accounts.tasks.tell_outside()

    assert [message.subject for message in mail.outbox] == ["Payments stopped", "Payments possible again"]
    sent = NotificationDelivery.objects.filter(channel="sms", sent_at__isnull=False)
    assert sent.count() == 2
