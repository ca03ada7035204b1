"""Held payments at the staff's desk."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import SUPERVISOR, ensure_roles
from payments.models import Payment
from tests.factories import UserFactory
from tests.payments.conftest import Pay, account_of, available, settled


@pytest.fixture
def desk(reviewer: User) -> Client:
    """The analyst's browser, signed in; who has a factor has shown it."""
    Authenticator.objects.create(user=reviewer, type=Authenticator.Type.TOTP, data={})
    client = Client()
    client.force_login(reviewer)
    return client


@pytest.fixture
def refund_desk(db: None) -> Client:
    """The supervisor's browser."""
    ensure_roles()
    person = UserFactory.create(name="Sara Super", is_staff=True)
    person.groups.add(Group.objects.get(name=SUPERVISOR))
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    client = Client()
    client.force_login(person)
    return client


def act(desk: Client, action: str, *payments: Payment, **changes: str) -> Any:
    selected = [str(payment.pk) for payment in payments]
    data = {"action": action, "_selected_action": selected, "comment": "called the customer"} | changes
    return desk.post("/admin/payments/payment/?status=all", data, follow=True)


@pytest.mark.parametrize(("action", "status"), [("release", "completed"), ("confirm_fraud", "declined")])
def test_an_analyst_decides_with_a_comment(
    desk: Client, held: Payment, reviewer: User, action: str, status: str
) -> None:
    assert act(desk, action, held).status_code == 200

    held.refresh_from_db()
    assert (held.status, held.reviewed_by, held.review_comment) == (status, reviewer, "called the customer")


def test_a_second_decision_is_told_and_changes_nothing(desk: Client, held: Payment, rich: User) -> None:
    act(desk, "confirm_fraud", held)

    page = act(desk, "release", held)

    assert "already decided" in page.content.decode()
    assert available(rich) == 2_005_000_00


def test_an_analyst_does_not_refund(desk: Client, held: Payment) -> None:
    act(desk, "release", held)
    act(desk, "refund", held)

    held.refresh_from_db()
    assert held.status == "completed"


def test_a_supervisor_refunds(refund_desk: Client, pay: Pay, asha: User) -> None:
    payment = pay("100")

    act(refund_desk, "refund", payment)

    payment.refresh_from_db()
    assert (payment.status, settled(asha)) == ("reversed", 5_000_00)


def test_a_supervisor_refunds_a_part(refund_desk: Client, pay: Pay, asha: User) -> None:
    payment = pay("100")

    act(refund_desk, "refund", payment, amount="30.00")

    payment.refresh_from_db()
    assert (payment.status, settled(asha)) == ("completed", 4_930_00)


@pytest.mark.parametrize("amount", ["-1", "0", "100.01", "1e2", "x", "NaN", "١٠"])
def test_a_refund_that_cannot_be_is_told(refund_desk: Client, pay: Pay, asha: User, amount: str) -> None:
    page = act(refund_desk, "refund", pay("100"), amount=amount)

    assert 'class="warning"' in page.content.decode()
    assert settled(asha) == 4_900_00


def test_an_amount_is_for_one_payment(refund_desk: Client, pay: Pay, asha: User) -> None:
    page = act(refund_desk, "refund", pay("100"), pay("100"), amount="30")

    assert "An amount is for one payment" in page.content.decode()
    assert settled(asha) == 4_800_00


def test_any_comment_can_be_kept(refund_desk: Client, pay: Pay) -> None:
    act(refund_desk, "refund", pay("100"), comment="a\u202eb " + "x" * 200)

    assert Payment.objects.get(kind="refund").note == "ab " + "x" * 137


def test_an_analyst_sees_the_held_payments_first(desk: Client, held: Payment, pay: Pay) -> None:
    pay("1")

    def listed(query: str) -> int:
        return int(desk.get(f"/admin/payments/payment/{query}").context["cl"].result_count)

    assert (listed(""), listed("?status=all"), listed("?status=completed"), listed("?status=held")) == (1, 2, 1, 1)


@pytest.mark.parametrize("words", ["ben.das", "{id}", "{number}"])
def test_finds_a_payment_by_handle_id_or_number(desk: Client, pay: Pay, ben: User, words: str) -> None:
    payment = pay("1")
    query = words.format(id=payment.pk, number=account_of(ben).number)

    page = desk.get("/admin/payments/payment/", {"status": "all", "q": query})

    assert [found.pk for found in page.context["cl"].result_list] == [payment.pk]


def test_a_longer_list_takes_no_more_queries(
    desk: Client, pay: Pay, asha: User, ben: User, django_assert_num_queries: Any
) -> None:
    pay("1")
    desk.get("/admin/payments/payment/?status=all")  # the first visit notes the session
    with CaptureQueriesContext(connection) as short:
        desk.get("/admin/payments/payment/?status=all")
    for _ in range(5):
        pay("1")

    with django_assert_num_queries(len(short)):
        desk.get("/admin/payments/payment/?status=all")


def test_shows_what_the_decision_rests_on(desk: Client, held: Payment) -> None:
    page = desk.get(f"/admin/payments/payment/{held.pk}/change/").content.decode()

    assert "AMOUNT_LIMIT" in page
    assert "reference_minor: 20000000" in page


def test_nothing_is_edited_by_hand(desk: Client, held: Payment) -> None:
    assert desk.post(f"/admin/payments/payment/{held.pk}/change/", {"status": "completed"}).status_code == 403
    assert desk.post(f"/admin/payments/payment/{held.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk.get("/admin/payments/payment/add/").status_code == 403
