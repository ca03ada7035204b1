"""Webhooks over REST."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import AuditEvent, Notification, User, WebhookEndpoint
from tests import webhooks
from tests.factories import UserFactory
from tests.webhooks import HOST, URL, Receiver, Wires

pytestmark = pytest.mark.django_db

LIST = "/api/notifications/webhooks"


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_INTERNET = "tests.webhooks.Wires"
    cache.clear()
    with webhooks.receiving() as made:
        yield made


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.fixture
def client(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def add(client: APIClient, url: str = URL) -> Any:
    return client.post(LIST, {"url": url})


def test_shows_the_secret_once(client: APIClient) -> None:
    answer = add(client)

    secret = answer.json()["secret"]
    assert (answer.status_code, secret[:6]) == (201, "whsec_")
    assert "no-store" in answer["Cache-Control"]
    found = client.get(LIST)
    assert [row["url"] for row in found.json()] == [URL]
    assert secret not in found.content.decode()
    assert "secret" not in found.json()[0]


def test_tells_the_owner_and_the_audit_what_was_done(user: User, client: APIClient) -> None:
    webhook_id = add(client).json()["webhook"]["id"]
    client.post(f"{LIST}/{webhook_id}/rotate-secret")
    assert client.delete(f"{LIST}/{webhook_id}").status_code == 204

    actions = AuditEvent.objects.filter(actor=user).order_by("id").values_list("action", "subject_id")
    assert list(actions) == [
        (action, webhook_id) for action in ("webhook_added", "webhook_secret_rotated", "webhook_removed")
    ]
    assert AuditEvent.objects.get(action="webhook_added").details == {"host": HOST}
    events = Notification.objects.filter(user=user).order_by("id").values_list("data__event", flat=True)
    assert list(events) == ["webhook_added", "webhook_secret_changed"]
    assert client.get(LIST).json() == []


def test_gives_another_secret(client: APIClient) -> None:
    first = add(client).json()

    second = client.post(f"{LIST}/{first['webhook']['id']}/rotate-secret")

    assert second.status_code == 200
    assert second.json()["secret"] != first["secret"]


def test_registers_five_at_most_and_none_twice(client: APIClient) -> None:
    answers = [add(client, f"https://{HOST}/{number}") for number in (1, 1, 2, 3, 4, 5, 6)]

    assert [answer.status_code for answer in answers] == [201, 409, 201, 201, 201, 201, 422]
    assert [answers[1].json()["code"], answers[6].json()["code"]] == ["webhook_known", "too_many_webhooks"]


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("http://shop.example/", 422, "webhook_url_refused"),
        ("https://127.0.0.1/", 422, "webhook_url_refused"),
        ("https://shop.example:8443/", 422, "webhook_url_refused"),
        ("", 400, "invalid_request"),
        ("https://shop.example/" + "a" * 500, 400, "invalid_request"),
        (["https://shop.example/"], 400, "invalid_request"),
    ],
)
def test_refuses_addresses_that_it_will_not_send_to(client: APIClient, url: Any, status: int, code: str) -> None:
    answer = add(client, url)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not WebhookEndpoint.objects.exists()


def test_another_persons_webhook_is_not_there(client: APIClient) -> None:
    stranger = APIClient()
    stranger.force_authenticate(UserFactory.create())
    theirs = add(stranger).json()["webhook"]["id"]

    for webhook_id in (theirs, uuid4()):
        for answer in (
            client.delete(f"{LIST}/{webhook_id}"),
            client.post(f"{LIST}/{webhook_id}/test"),
            client.post(f"{LIST}/{webhook_id}/rotate-secret"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "webhook_not_found")
    assert client.get(LIST).json() == []
    assert WebhookEndpoint.objects.count() == 1


def test_sends_a_test_message(client: APIClient, receiver: Receiver) -> None:
    webhook_id = add(client).json()["webhook"]["id"]

    answer = client.post(f"{LIST}/{webhook_id}/test")

    assert answer.json() == {"is_delivered": True, "status": 204, "reason": ""}
    assert receiver.heard[0].body.startswith(b'{"type":"test"')


def test_says_why_a_test_message_did_not_arrive(client: APIClient, receiver: Receiver) -> None:
    webhook_id = add(client).json()["webhook"]["id"]
    receiver.status = 302
    redirected = client.post(f"{LIST}/{webhook_id}/test").json()
    Wires.names = {HOST: [["10.0.0.1"]]}
    private = client.post(f"{LIST}/{webhook_id}/test").json()

    assert redirected == {"is_delivered": False, "status": 302, "reason": "status_302"}
    assert private == {"is_delivered": False, "status": None, "reason": "address_refused"}


def test_a_test_that_arrives_starts_a_disabled_webhook_again(client: APIClient, receiver: Receiver) -> None:
    webhook_id = add(client).json()["webhook"]["id"]
    WebhookEndpoint.objects.update(disabled_at="2026-01-01T00:00Z", failures=8, last_failure="timeout")

    client.post(f"{LIST}/{webhook_id}/test")

    [row] = client.get(LIST).json()
    assert (row["disabled_at"], row["last_failure"]) == (None, "")
    assert AuditEvent.objects.filter(action="webhook_enabled").count() == 1


def test_limits_tests(client: APIClient, receiver: Receiver) -> None:
    webhook_id = add(client).json()["webhook"]["id"]

    answers = [client.post(f"{LIST}/{webhook_id}/test").status_code for _ in range(11)]

    assert answers == [200] * 10 + [429]


@pytest.mark.parametrize(("method", "path"), [("get", LIST), ("post", LIST), ("delete", f"{LIST}/{UUID(int=7)}")])
def test_strangers_are_told_nothing(method: str, path: str) -> None:
    assert getattr(APIClient(), method)(path).status_code == 401


def test_the_page_shows_a_secret_once_and_does_what_rest_does(user: User, receiver: Receiver) -> None:
    browser = Client()
    browser.force_login(user)
    page = reverse("webhooks")

    added = browser.post(page, {"url": URL})
    webhook = WebhookEndpoint.objects.get(owner=user)
    rotated = browser.post(reverse("webhook-rotate-secret", args=[webhook.pk]))
    tested = browser.post(reverse("webhook-test", args=[webhook.pk]), follow=True)

    for answer in (added, rotated):
        assert ("whsec_" in answer.text, "no-store" in answer["Cache-Control"]) == (True, True)
    assert "took the test message" in tested.text
    assert "whsec_" not in browser.get(page).text
    browser.post(reverse("webhook-remove", args=[webhook.pk]))
    assert not WebhookEndpoint.objects.exists()


def test_the_page_refuses_beside_the_field(user: User) -> None:
    browser = Client()
    browser.force_login(user)

    answer = browser.post(reverse("webhooks"), {"url": "https://10.0.0.1/"})

    assert answer.status_code == 422
    assert "url" in answer.context["form"].errors


def test_the_page_hides_other_peoples_webhooks(user: User, client: APIClient) -> None:
    stranger = Client()
    stranger.force_login(UserFactory.create())
    webhook_id = add(client).json()["webhook"]["id"]

    for name in ("webhook-test", "webhook-rotate-secret", "webhook-remove"):
        assert stranger.post(reverse(name, args=[webhook_id])).status_code == 404
    assert URL not in stranger.get(reverse("webhooks")).text
