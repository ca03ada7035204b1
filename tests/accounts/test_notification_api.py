from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Notification, User
from accounts.services.notifications import Notice, notify
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.fixture
def client(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def tell(user: User, count: int = 1) -> None:
    for amount in range(1, count + 1):
        notify(
            Notice(
                user.pk,
                "payment_sent",
                {"amount": f"{amount}.00", "currency": "INR", "name": "Ravi K••", "note": "tea"},
            )
        )


def test_lists_what_a_person_was_told_newest_first_in_words(user: User, client: APIClient) -> None:
    tell(user, 2)
    tell(UserFactory.create())

    results = client.get("/api/notifications").json()["results"]

    assert [(row["title"], row["body"], row["read_at"]) for row in results] == [
        ("₹2.00 sent", "To Ravi K•• · tea", None),
        ("₹1.00 sent", "To Ravi K•• · tea", None),
    ]


def test_pages_through_the_list(user: User, client: APIClient) -> None:
    tell(user, 3)

    first = client.get("/api/notifications?page_size=2").json()
    second = client.get(first["next"]).json()

    assert (len(first["results"]), len(second["results"]), second["next"]) == (2, 1, None)


def test_marks_one_read(user: User, client: APIClient) -> None:
    tell(user, 2)
    newest = client.get("/api/notifications").json()["results"][0]

    answer = client.post(f"/api/notifications/{newest['id']}/read").json()

    assert answer["read_at"] is not None
    assert Notification.objects.filter(read_at__isnull=True).count() == 1


def test_marks_all_read(user: User, client: APIClient) -> None:
    tell(user, 2)
    tell(UserFactory.create())

    assert client.post("/api/notifications/read-all").json() == {"marked": 2}
    assert Notification.objects.filter(read_at__isnull=True).count() == 1


def test_another_persons_notice_is_not_there(client: APIClient) -> None:
    stranger = UserFactory.create()
    tell(stranger)

    for notification_id in (Notification.objects.get(user=stranger).pk, uuid4()):
        answer = client.post(f"/api/notifications/{notification_id}/read")
        assert (answer.status_code, answer.json()["code"]) == (404, "notification_not_found")


def test_shows_what_may_be_chosen(client: APIClient) -> None:
    kinds = {row["kind"]: row["channels"] for row in client.get("/api/notifications/preferences").json()["kinds"]}

    assert kinds["payment_received"]["email"] == {"is_enabled": False, "is_fixed": False, "is_offered": True}
    assert kinds["notification"]["email"] == {"is_enabled": True, "is_fixed": True, "is_offered": True}
    assert kinds["payment_received"]["webhook"] == {"is_enabled": False, "is_fixed": False, "is_offered": True}


def put(client: APIClient, choices: Any) -> Any:
    return client.put("/api/notifications/preferences", {"choices": choices})


def test_keeps_a_choice(client: APIClient) -> None:
    answer = put(client, [{"kind": "payment_received", "channel": "email", "is_enabled": True}])

    kinds = {row["kind"]: row["channels"] for row in answer.json()["kinds"]}
    assert kinds["payment_received"]["email"]["is_enabled"]


@pytest.mark.parametrize(
    ("choices", "status", "code"),
    [
        ([{"kind": "notification", "channel": "email", "is_enabled": False}], 422, "channel_not_offered"),
        ([{"kind": "gossip", "channel": "email", "is_enabled": True}], 400, "invalid_request"),
        ([{"kind": "payment_sent", "channel": "pigeon", "is_enabled": True}], 400, "invalid_request"),
        ([], 400, "invalid_request"),
        ("all", 400, "invalid_request"),
        ([1], 400, "invalid_request"),
    ],
)
def test_refuses_what_can_not_be_chosen(client: APIClient, choices: Any, status: int, code: str) -> None:
    answer = put(client, choices)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/notifications"),
        ("post", "/api/notifications/read-all"),
        ("get", "/api/notifications/preferences"),
        ("put", "/api/notifications/preferences"),
    ],
)
def test_strangers_are_told_nothing(method: str, path: str) -> None:
    assert getattr(APIClient(), method)(path).status_code == 401
