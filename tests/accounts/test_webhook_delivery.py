"""What a customer's server is told, and what happens when it does not listen."""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

import accounts.tasks
from accounts.models import AuditEvent, Notification, User, WebhookDelivery, WebhookEndpoint
from accounts.services import notification_delivery, notification_preferences, notifications, webhook_delivery
from accounts.services import webhooks as services
from accounts.services.notification_preferences import Choice
from accounts.services.notifications import Notice
from accounts.webhooks import signing
from tests import webhooks
from tests.factories import UserFactory
from tests.webhooks import URL, Heard, Receiver, Wires

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_INTERNET = "tests.webhooks.Wires"
    with webhooks.receiving() as made:
        yield made


@pytest.fixture
def owner(db: None) -> User:
    user = UserFactory.create()
    want(user)
    return user


def want(user: User) -> None:
    choice = Choice("payment_received", "webhook", is_enabled=True)
    notification_preferences.choose(owner_id=user.pk, choices=[choice])


def tell(user: User, kind: str = "payment_received", **more: str) -> Notification:
    facts = {"amount": "1500.00", "currency": "INR", "name": "Ravi K••"} | more
    notifications.notify(Notice(user.pk, kind, facts))
    return notification_delivery.number_waiting(user_ids=[user.pk])[-1]


def verified(message: Heard, secret: str) -> dict[str, Any]:
    """Check a message as a receiver does, with the standard library alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join([message.headers["webhook-id"].encode(), message.headers["webhook-timestamp"].encode()])
    expected = base64.b64encode(hmac.digest(key, signed + b"." + message.body, hashlib.sha256)).decode()
    signatures = message.headers["webhook-signature"].split(" ")
    assert any(hmac.compare_digest(f"v1,{expected}", signature) for signature in signatures)
    body: dict[str, Any] = json.loads(message.body)
    return body


def test_signs_as_the_specification_publishes() -> None:
    headers = signing.headers(
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        body=b'{"test": 2432232314}',
        at=datetime.fromisoformat("2021-02-25T15:02:10.25Z"),
        keys=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )

    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_tells_a_server_what_its_owner_chose_signed_and_once(owner: User, receiver: Receiver) -> None:
    secret = services.add(owner=owner, url=URL).secret
    notice = tell(owner)
    tell(owner, "payment_sent")
    tell(UserFactory.create())

    for _ in range(3):
        webhook_delivery.tell_due(now=timezone.now())

    [message] = receiver.heard
    body = verified(message, secret)
    assert message.headers["webhook-id"] == f"msg_{notice.pk}"
    assert message.headers["content-type"] == "application/json"
    assert abs(int(message.headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert sorted(body) == ["data", "timestamp", "type"]
    assert body["type"] == "payment_received"
    assert body["data"]["amount"] == "1500.00"
    assert datetime.fromisoformat(body["timestamp"]) - notice.created_at < timedelta(milliseconds=1)


def test_the_relays_tasks_bring_a_notice_to_the_server(owner: User, receiver: Receiver) -> None:
    services.add(owner=owner, url=URL)
    notifications.notify(Notice(owner.pk, "payment_received", {"amount": "1.00", "currency": "INR"}))

    accounts.tasks.deliver_notifications(user_ids=[str(owner.pk)])
    accounts.tasks.tell_webhooks()

    assert [json.loads(message.body)["type"] for message in receiver.heard] == ["payment_received"]


def test_tells_every_server_of_the_owner(owner: User, receiver: Receiver) -> None:
    for path in ("a", "b"):
        services.add(owner=owner, url=f"https://{webhooks.HOST}/{path}")
    tell(owner)

    assert webhook_delivery.tell_due(now=timezone.now()) == 2
    assert sorted(message.path for message in receiver.heard) == ["/a", "/b"]


def test_tries_again_later_and_later_under_the_same_id(owner: User, receiver: Receiver) -> None:
    services.add(owner=owner, url=URL)
    tell(owner)
    receiver.status = 500
    now = timezone.now()

    for wait in webhook_delivery.WAITS:
        assert webhook_delivery.tell_due(now=now) == 1
        assert webhook_delivery.tell_due(now=now + wait - timedelta(seconds=1)) == 0
        now += wait
    receiver.status = 200
    webhook_delivery.tell_due(now=now)

    assert len({message.headers["webhook-id"] for message in receiver.heard}) == 1
    assert len({message.headers["webhook-timestamp"] for message in receiver.heard}) == 8
    assert len(receiver.heard) == 8
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.failures, endpoint.failing_since, endpoint.last_failure) == (0, None, "")


def test_a_message_is_tried_for_about_a_day() -> None:
    assert timedelta(hours=22) < sum(webhook_delivery.WAITS, timedelta()) < timedelta(hours=26)
    assert sorted(webhook_delivery.WAITS) == list(webhook_delivery.WAITS)


def test_gives_a_dead_server_up_and_tells_its_owner_once(owner: User, receiver: Receiver) -> None:
    endpoint = services.add(owner=owner, url=URL).endpoint
    tell(owner)
    tell(owner)
    Wires.port = 1
    now = timezone.now()

    while webhook_delivery.tell_due(now=now):
        now += timedelta(hours=8)

    endpoint.refresh_from_db()
    assert (endpoint.disabled_at is not None, endpoint.last_failure) == (True, "unreachable")
    assert not WebhookDelivery.objects.filter(given_up_at__isnull=True).exists()
    assert Notification.objects.filter(user=owner, data__event="webhook_disabled").count() == 1
    assert AuditEvent.objects.filter(action="webhook_disabled", actor=None).count() == 1
    tell(owner)
    assert webhook_delivery.tell_due(now=now) == 0


def test_asks_a_dead_server_rarely_however_much_waits(owner: User, receiver: Receiver) -> None:
    services.add(owner=owner, url=URL)
    for _ in range(20):
        tell(owner)
    receiver.status = 503
    now = timezone.now()

    for minute in range(30):
        webhook_delivery.tell_due(now=now + timedelta(minutes=minute))

    assert len(receiver.heard) <= 3


def test_stops_at_once_for_a_server_that_is_gone(owner: User, receiver: Receiver) -> None:
    services.add(owner=owner, url=URL)
    tell(owner)
    receiver.status = 410

    webhook_delivery.tell_due(now=timezone.now())

    assert WebhookEndpoint.objects.get().disabled_at is not None


def test_one_message_that_nobody_takes_stops_no_other(owner: User, receiver: Receiver) -> None:
    services.add(owner=owner, url=URL)
    tell(owner)
    WebhookDelivery.objects.update(attempts=len(webhook_delivery.WAITS))
    receiver.status = 400
    now = timezone.now()
    webhook_delivery.tell_due(now=now)
    tell(owner)
    receiver.status = 200

    webhook_delivery.tell_due(now=now + timedelta(minutes=1))

    refused, taken = WebhookDelivery.objects.order_by("id")
    assert (refused.given_up_at, refused.sent_at) == (now, None)
    assert (taken.given_up_at, taken.sent_at) == (None, now + timedelta(minutes=1))
    assert WebhookEndpoint.objects.get().disabled_at is None


def test_sends_again_what_a_worker_died_with(owner: User, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    services.add(owner=owner, url=URL)
    tell(owner)
    now = timezone.now()
    with monkeypatch.context() as dying:
        dying.setattr(webhook_delivery, "_settle", lambda *_a, **_k: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            webhook_delivery.tell_due(now=now)

    assert webhook_delivery.tell_due(now=now) == 0
    assert webhook_delivery.tell_due(now=now + webhook_delivery.LEASE) == 1
    assert len({message.headers["webhook-id"] for message in receiver.heard}) == 1


def test_both_secrets_sign_for_a_day_after_a_change(owner: User, receiver: Receiver) -> None:
    old = services.add(owner=owner, url=URL)
    new = services.rotate_secret(owner=owner, endpoint_id=old.endpoint.pk, now=timezone.now())
    for later in (timedelta(), services.OVERLAP):
        tell(owner)
        webhook_delivery.tell_due(now=timezone.now() + later)

    first, second = receiver.heard
    verified(first, old.secret)
    verified(first, new.secret)
    verified(second, new.secret)
    assert len(second.headers["webhook-signature"].split(" ")) == 1


def test_neither_database_nor_log_holds_secret_body_or_answer(
    owner: User, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.status, receiver.answer = 500, b"answer-to-nobody"
    with caplog.at_level(logging.DEBUG):
        secret = services.add(owner=owner, url=URL).secret
        tell(owner, note="rent for the blue house")
        webhook_delivery.tell_due(now=timezone.now())

    endpoint = WebhookEndpoint.objects.get()
    kept = f"{endpoint.sealed_secret} {list(AuditEvent.objects.values_list('details', flat=True))} {caplog.text}"
    assert "webhook_sent" in caplog.text
    for private in (secret.removeprefix("whsec_"), "blue house", "answer-to-nobody", "key=1"):
        assert private not in kept


@pytest.mark.django_db(transaction=True)
def test_relays_at_the_same_time_send_each_message_once(receiver: Receiver) -> None:
    for _ in range(4):
        user = UserFactory.create()
        want(user)
        services.add(owner=user, url=URL)
        for _ in range(3):
            tell(user)

    def relay() -> None:
        try:
            for _ in range(12):
                webhook_delivery.tell_due(now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(relay) for _ in range(4)]:
            done.result()

    ids = [message.headers["webhook-id"] for message in receiver.heard]
    assert (len(ids), len(set(ids))) == (12, 12)
