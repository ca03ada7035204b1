import logging
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from accounts import sms
from accounts.errors import ChannelNotOffered
from accounts.models import Notification, NotificationDelivery, User
from accounts.selectors import notifications as selectors
from accounts.services import notification_delivery, notification_mail, notification_preferences, notifications
from accounts.services.notification_preferences import Choice
from accounts.services.notifications import Notice
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def choose(user: User, kind: str, channel: str, *, is_enabled: bool) -> None:
    notification_preferences.choose(owner_id=user.pk, choices=[Choice(kind, channel, is_enabled)])


def tell(user: User, kind: str = "payment_received", **data: Any) -> UUID:
    facts = {"amount": "1500.00", "currency": "INR", "name": "Ravi K••"} | data
    notifications.notify(Notice(user.pk, kind, facts))
    [row] = notification_delivery.number_waiting(user_ids=[user.pk])
    return row.pk


def test_tells_payments_in_the_app_only_until_asked() -> None:
    tell(UserFactory.create())

    assert NotificationDelivery.objects.count() == 0


def test_mails_what_a_person_asked_for_once() -> None:
    user = UserFactory.create()
    choose(user, "payment_received", "email", is_enabled=True)
    notice_id = tell(user)

    for _ in range(2):
        notification_mail.tell_due(now=timezone.now())

    assert [(sent.subject, sent.to) for sent in mail.outbox] == [("₹1,500.00 received", [user.email])]
    assert str(notice_id) in mail.outbox[0].extra_headers["Message-ID"]


def test_mails_security_news_to_everybody() -> None:
    tell(UserFactory.create(), "notification", event="pin_locked")

    notification_mail.tell_due(now=timezone.now())

    assert [sent.subject for sent in mail.outbox] == ["Payment PIN locked"]


def test_leaves_to_the_sign_in_what_it_mails_itself() -> None:
    tell(UserFactory.create(), "notification", event="password_changed")

    assert not NotificationDelivery.objects.filter(channel="email").exists()


def test_tries_again_later_when_the_mail_server_is_down() -> None:
    tell(UserFactory.create(), "notification", event="pin_locked")
    now = timezone.now()

    with override_settings(EMAIL_BACKEND="tests.accounts.test_notification_preferences.DeadMail"):
        notification_mail.tell_due(now=now)
    notification_mail.tell_due(now=now)
    assert mail.outbox == []
    notification_mail.tell_due(now=now + notification_mail.FIRST_WAIT)

    assert len(mail.outbox) == 1


class DeadMail:
    """A mail server that nobody reaches."""

    def __init__(self, **_options: Any) -> None:
        pass

    def send_messages(self, _messages: object) -> int:
        raise ConnectionRefusedError


def test_security_news_can_not_be_switched_off() -> None:
    user = UserFactory.create()

    for kind in ("fraud_alert", "notification"):
        for channel in ("in_app", "email"):
            with pytest.raises(ChannelNotOffered):
                choose(user, kind, channel, is_enabled=False)


def test_what_is_unwanted_in_the_app_counts_as_read() -> None:
    user = UserFactory.create()
    choose(user, "payment_sent", "in_app", is_enabled=False)

    tell(user, "payment_sent")
    tell(user, "payment_received")

    assert [row.kind for row in selectors.unread(owner_id=user.pk)] == ["payment_received"]


def test_a_choice_made_twice_keeps_the_last() -> None:
    user = UserFactory.create()
    for is_enabled in (True, False):
        choose(user, "payment_received", "email", is_enabled=is_enabled)

    tell(user)

    assert NotificationDelivery.objects.count() == 0


def test_the_console_writes_down_neither_number_nor_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        sms.send(phone="+919876543210", text="₹1,500.00 received")

    assert "••10" in caplog.text
    assert "98765432" not in caplog.text
    assert "1,500" not in caplog.text


def test_sends_text_messages_to_whom_has_a_phone() -> None:
    user = UserFactory.create(phone="+919876543210")
    choose(user, "payment_received", "sms", is_enabled=True)
    tell(user)

    assert notification_mail.tell_due(now=timezone.now()) == 1
    assert NotificationDelivery.objects.filter(sent_at__isnull=False, channel="sms").count() == 1


def test_every_kind_has_words_in_every_language() -> None:
    for language in ("en", "hi", "es", "ar"):
        user = UserFactory.create(language=language)
        for kind in Notification.Kind:
            tell(user, kind)
        assert all(
            row["data"].get("title", "-")
            for row in selectors.frames_of(selectors.numbered_after(user_id=user.pk, after=0))
        )
