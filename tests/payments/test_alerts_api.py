"""``/api/fraud/alerts`` and ``/api/fraud/statistics``."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import AUDITOR
from fraud.models import Alert, CustomerProfile, Label
from payments.models import Payment
from securebank.kernel.ids import new_id
from tests.accounts.conftest import with_factor
from tests.factories import UserFactory
from tests.fraud.builders import alert_of
from tests.payments.conftest import Pay, settled

ClientOf = Callable[[User], APIClient]


@pytest.fixture
def analyst(reviewer: User) -> User:
    """The reviewer with a second factor, as REST asks of staff."""
    return with_factor(reviewer)


@pytest.fixture
def alert(held: Payment) -> Alert:
    """Asha's held payment's alert."""
    return alert_of(held)


def review(client: APIClient, alert: Alert, **body: Any) -> Any:
    body = {"confirmed_fraud": True, "comments": "called the customer"} | body
    return client.put(f"/api/fraud/alerts/{alert.pk}/review", body, format="json")


def ids(answer: Any) -> list[str]:
    return [found["id"] for found in answer.json()["results"]]


def test_customers_see_their_own_alerts_in_plain_words(
    client_of: ClientOf, alert: Alert, held: Payment, rich: User, ben: User
) -> None:
    Alert.objects.update(comment="mule?")

    (mine,) = client_of(rich).get("/api/fraud/alerts").json()["results"]

    assert (mine["transaction_id"], mine["amount"], mine["state"]) == (str(held.pk), "200000.00", "open")
    assert (mine["case_id"], mine["comments"]) == (None, None)
    assert mine["reasons"][0]["detail"] == "We look at large payments before they leave."
    assert ids(client_of(ben).get("/api/fraud/alerts")) == []


@pytest.mark.parametrize("role", ["analyst", "auditor"])
def test_staff_see_everybodys(client_of: ClientOf, alert: Alert, analyst: User, role: str) -> None:
    if role == "auditor":
        analyst.groups.set([Group.objects.get(name=AUDITOR)])
        analyst = User.objects.get(pk=analyst.pk)

    (found,) = client_of(analyst).get("/api/fraud/alerts").json()["results"]

    assert (found["id"], found["case_id"], found["comments"]) == (str(alert.pk), str(alert.case_id), "")


def test_staff_without_a_second_factor_see_their_own_alone(client_of: ClientOf, alert: Alert, reviewer: User) -> None:
    assert ids(client_of(reviewer).get("/api/fraud/alerts")) == []
    assert review(client_of(reviewer), alert).status_code == 403


def test_what_is_decided_is_no_longer_unreviewed(client_of: ClientOf, alert: Alert, analyst: User, rich: User) -> None:
    assert ids(client_of(rich).get("/api/fraud/alerts/unreviewed")) == [str(alert.pk)]

    review(client_of(analyst), alert)

    assert ids(client_of(rich).get("/api/fraud/alerts/unreviewed")) == []
    assert ids(client_of(rich).get("/api/fraud/alerts")) == [str(alert.pk)]


@pytest.mark.parametrize(
    ("is_fraud", "state", "status", "arrived"),
    [(True, "confirmed", "declined", 0), (False, "released", "completed", 200_000_00)],
    ids=["fraud", "genuine"],
)
def test_a_review_moves_the_money(
    client_of: ClientOf, alert: Alert, held: Payment, analyst: User, ben: User,
    is_fraud: bool, state: str, status: str, arrived: int,
) -> None:  # fmt: skip
    answer = review(client_of(analyst), alert, confirmed_fraud=is_fraud)

    held.refresh_from_db()
    assert (answer.status_code, answer.json()["state"], answer.json()["comments"]) == (
        200, state, "called the customer",
    )  # fmt: skip
    assert (held.status, settled(ben)) == (status, arrived)


def test_a_second_review_is_told(client_of: ClientOf, alert: Alert, analyst: User) -> None:
    review(client_of(analyst), alert)

    answer = review(client_of(analyst), alert, confirmed_fraud=False)

    assert (answer.status_code, answer.json()["code"]) == (409, "already_reviewed")
    assert Label.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [{"confirmed_fraud": "yes"}, {"confirmed_fraud": None}, {"confirmed_fraud": 1}, {"comments": "x" * 281},
     {"comments": "a\u202eb"}, {"comments": 5}],
    ids=["word", "null", "number", "long", "unprintable", "no text"],
)  # fmt: skip
def test_a_review_that_makes_no_sense_changes_nothing(
    client_of: ClientOf, alert: Alert, analyst: User, body: dict[str, Any]
) -> None:
    assert review(client_of(analyst), alert, **body).status_code == 400
    assert not Label.objects.exists()


def test_an_alert_that_is_not_there_is_missing(client_of: ClientOf, alert: Alert, analyst: User) -> None:
    alert.pk = new_id()

    answer = review(client_of(analyst), alert)

    assert (answer.status_code, answer.json()["code"]) == (404, "alert_not_found")


def test_an_analyst_reviews_no_money_of_their_own(client_of: ClientOf, alert: Alert, analyst: User, ben: User) -> None:
    ben.is_staff = True
    ben.save(update_fields=["is_staff"])
    ben.groups.set(analyst.groups.all())

    answer = review(client_of(with_factor(ben)), alert, confirmed_fraud=False)

    assert (answer.status_code, answer.json()["code"], settled(ben)) == (403, "own_payment", 0)


def test_tells_a_customers_figures(client_of: ClientOf, alert: Alert, analyst: User, rich: User) -> None:
    CustomerProfile.objects.filter(pk=rich.pk).update(trust_score=60)
    review(client_of(analyst), alert)

    expected = {
        "user_id": str(rich.pk),
        "trust_score": 40.0,
        "total_fraud_alerts": 1,
        "fraudulent_transactions": 1,
        "account_locked": False,
    }
    for reader in (rich, analyst):
        assert client_of(reader).get(f"/api/fraud/statistics/{rich.pk}").json() == expected


def test_another_customers_figures_are_missing(client_of: ClientOf, rich: User, ben: User) -> None:
    theirs = client_of(ben).get(f"/api/fraud/statistics/{rich.pk}")
    nobodys = client_of(ben).get(f"/api/fraud/statistics/{new_id()}")

    assert (theirs.status_code, theirs.json()) == (404, nobodys.json())


def test_a_longer_list_takes_no_more_queries(client_of: ClientOf, alert: Alert, analyst: User, pay: Pay) -> None:
    client = client_of(analyst)
    client.get("/api/fraud/alerts")  # the first visit reads what the reader may do
    with CaptureQueriesContext(connection) as short:
        client.get("/api/fraud/alerts")
    for _ in range(4):
        alert_of(pay("1"))

    with CaptureQueriesContext(connection) as long:
        assert len(ids(client.get("/api/fraud/alerts"))) == 5

    assert len(long) == len(short)


def test_a_customer_is_no_analyst(client_of: ClientOf, alert: Alert) -> None:
    assert review(client_of(UserFactory.create()), alert).status_code == 403
