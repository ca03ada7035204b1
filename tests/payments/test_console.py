"""The review console at the staff's desk."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, User
from accounts.roles import ANALYST, AUDITOR, SUPERVISOR, ensure_roles
from fraud.models import Alert, Case, CaseComment, Link
from payments.models import Payment, SavedView
from tests.accounts.conftest import with_factor
from tests.factories import BankAccountFactory, UserFactory
from tests.fraud.builders import alert_of
from tests.payments.conftest import Pay, account_of, settled

QUEUE = "/admin/fraud/case/"
# Session, reader, factor, permissions, live position, and what pages of the admin ask: nothing depends on rows.
MOST_QUERIES_OF_A_QUEUE = 14
MOST_QUERIES_OF_A_CASE = 32

Desk = Callable[[str], Client]


@pytest.fixture
def colleague(db: None) -> Callable[[str], User]:
    """Return the colleague of a role."""
    ensure_roles()
    people: dict[str, User] = {}

    def find(role: str) -> User:
        if role not in people:
            people[role] = with_factor(UserFactory.create(name=role.title(), is_staff=True))
            people[role].groups.add(Group.objects.get(name=role))
        return people[role]

    return find


@pytest.fixture
def desk(colleague: Callable[[str], User]) -> Desk:
    """Return the browser of a colleague of a role, signed in."""

    def signed_in(role: str) -> Client:
        client = Client()
        client.force_login(colleague(role))
        client.get("/you")
        return client

    return signed_in


@pytest.fixture
def case(held: Payment) -> Case:
    """Asha's case: 200,000.00 to Ben is held."""
    return alert_of(held).case


def address(case: Case) -> str:
    return f"{QUEUE}{case.pk}/change/"


def press(client: Client, case: Case, action: str, **more: Any) -> str:
    answer = client.post(f"{QUEUE}{case.pk}/act", {"action": action} | more, follow=True)
    return str(answer.content.decode())


def listed(client: Client, query: str = "") -> list[Any]:
    return [found.pk for found in client.get(QUEUE + query).context["cl"].result_list]


def another_case(**changes: Any) -> Case:
    """Return a case of a new customer, without any alert."""
    owner = BankAccountFactory.create().owner
    return Case.objects.create(**({"customer_id": owner.pk} | changes))


def test_the_queue_begins_with_the_most_money_then_the_oldest(desk: Desk, case: Case) -> None:
    small, same = another_case(at_risk_minor=5), another_case(at_risk_minor=case.at_risk_minor)

    assert listed(desk(ANALYST)) == [case.pk, same.pk, small.pk]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"held", "mine", "handed on"}),
        ("?state=closed", {"closed"}),
        ("?state=all", {"held", "mine", "handed on", "closed"}),
        ("?assigned=me", {"mine"}),
        ("?assigned=nobody", {"held", "handed on"}),
        ("?assigned=others", set()),
        ("?escalated=yes", {"handed on"}),
        ("?escalated=no", {"held", "mine"}),
        ("?kind=held", {"held"}),
        ("?kind=stopped", set()),
        ("?level=MEDIUM", {"held"}),
        ("?level=LOW", set()),
    ],
)
def test_the_queue_is_narrowed_down(
    desk: Desk, case: Case, colleague: Callable[[str], User], query: str, expected: set[str]
) -> None:
    Alert.objects.update(level="MEDIUM")
    named = {
        case.pk: "held",
        another_case(assigned_to=colleague(ANALYST)).pk: "mine",
        another_case(is_escalated=True).pk: "handed on",
        another_case(state="closed").pk: "closed",
    }

    assert {named[pk] for pk in listed(desk(ANALYST), query)} == expected


@pytest.mark.parametrize("words", ["{handle}", "{handle}@securebank", "{number}", "{payment}", "{case}", "{customer}"])
def test_finds_a_case_by_what_one_has_in_hand(desk: Desk, case: Case, held: Payment, rich: User, words: str) -> None:
    another_case()
    query = words.format(
        handle=rich.handle, number=account_of(rich).number, payment=held.pk, case=case.pk, customer=rich.pk
    )

    found = desk(ANALYST).get(QUEUE, {"q": query}).context["cl"].result_list

    assert [one.pk for one in found] == [case.pk]


def test_finds_nothing_for_words_that_name_nothing(desk: Desk, case: Case) -> None:
    assert listed(desk(ANALYST), "?q=nobody-of-this-name") == []


def test_a_view_is_kept_for_its_owner(desk: Desk, case: Case) -> None:
    analyst, supervisor = desk(ANALYST), desk(SUPERVISOR)
    analyst.post(QUEUE + "views/save", {"name": "Big & mine", "assigned": "me", "next": "//evil", "level": "HIGH"})

    view = SavedView.objects.get()
    assert view.query == "level=HIGH&assigned=me"
    assert "Big &amp; mine" in analyst.get(QUEUE).content.decode()
    assert "Big &amp; mine" not in supervisor.get(QUEUE).content.decode()
    assert supervisor.post(f"{QUEUE}views/{view.pk}/remove").status_code == 404
    assert analyst.post(f"{QUEUE}views/{view.pk}/remove").status_code == 302
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 41])
def test_a_view_without_a_name_is_not_kept(desk: Desk, name: str) -> None:
    assert desk(ANALYST).post(QUEUE + "views/save", {"name": name}).status_code == 422
    assert not SavedView.objects.exists()


def test_everything_that_decides_stands_on_the_case(desk: Desk, case: Case, held: Payment, rich: User) -> None:
    Link.objects.create(customer_id=rich.pk, kind="device", value="ab" * 32)
    other = BankAccountFactory.create(owner=UserFactory.create(handle="same.device")).owner
    Link.objects.create(customer_id=other.pk, kind="device", value="ab" * 32)

    page = desk(ANALYST).get(address(case)).content.decode()

    for words in ("₹2,00,000.00", rich.handle, "ben.das", "AMOUNT_LIMIT", "The client told no place.", "same.device"):
        assert words in page, words
    assert "<svg" in page
    assert "Confirm fraud…" in page


def test_an_auditor_looks_and_decides_nothing(desk: Desk, case: Case, held: Payment) -> None:
    auditor = desk(AUDITOR)

    page = auditor.get(address(case))

    assert page.status_code == 200
    assert 'name="action"' not in page.content.decode()
    alert = Alert.objects.get()
    for action in ("take", "comment", "escalate", "confirm", "release"):
        answer = auditor.post(f"{QUEUE}{case.pk}/act", {"action": action, "alert": alert.pk, "comment": "x"})
        assert answer.status_code == 403
    assert not CaseComment.objects.exists()


@pytest.mark.parametrize(("action", "status"), [("release", "completed"), ("confirm", "declined")])
def test_an_analyst_decides_on_the_page(
    desk: Desk, case: Case, held: Payment, colleague: Callable[[str], User], action: str, status: str
) -> None:
    press(desk(ANALYST), case, action, alert=Alert.objects.get().pk, comment="called the customer")

    held.refresh_from_db()
    assert (held.status, held.reviewed_by, held.review_comment) == (
        status, colleague(ANALYST), "called the customer",
    )  # fmt: skip


def test_whoever_comes_second_is_told(desk: Desk, case: Case, ben: User) -> None:
    alert = Alert.objects.get()
    press(desk(ANALYST), case, "confirm", alert=alert.pk)

    page = press(desk(SUPERVISOR), case, "release", alert=alert.pk)

    assert "already decided" in page
    assert settled(ben) == 0


def test_only_an_alert_of_the_case_is_decided_there(desk: Desk, case: Case, held: Payment) -> None:
    page = press(desk(ANALYST), another_case(), "release", alert=Alert.objects.get().pk)

    assert "There is no such alert." in page
    held.refresh_from_db()
    assert held.status == "held"


@pytest.mark.parametrize(
    "typed",
    [{}, {"action": "delete"}, {"action": "release"}, {"action": "release", "alert": "1"},
     {"action": "confirm", "comment": "x" * 281}, {"action": "assign"}, {"action": "comment", "comment": "x" * 2001}],
    ids=["nothing", "unknown", "no alert", "odd alert", "long", "nobody", "longer"],
)  # fmt: skip
def test_what_makes_no_sense_changes_nothing(desk: Desk, case: Case, typed: dict[str, str]) -> None:
    before = AuditEvent.objects.count()

    answer = desk(ANALYST).post(f"{QUEUE}{case.pk}/act", typed, follow=True)

    assert 'class="warning"' in answer.content.decode()
    assert (AuditEvent.objects.count(), CaseComment.objects.count()) == (before, 0)


def test_a_case_is_taken_once(desk: Desk, case: Case, colleague: Callable[[str], User]) -> None:
    second = with_factor(UserFactory.create(is_staff=True))
    second.groups.add(Group.objects.get(name=ANALYST))
    late = Client()
    late.force_login(second)

    press(desk(ANALYST), case, "take")
    page = press(late, case, "take")

    case.refresh_from_db()
    assert case.assigned_to == colleague(ANALYST)
    assert "A colleague was first." in page


def test_a_supervisor_assigns_and_an_analyst_puts_back(
    desk: Desk, case: Case, colleague: Callable[[str], User]
) -> None:
    press(desk(SUPERVISOR), case, "assign", colleague=colleague(ANALYST).pk)
    case.refresh_from_db()
    assert case.assigned_to == colleague(ANALYST)

    press(desk(ANALYST), case, "put_back")

    case.refresh_from_db()
    assert case.assigned_to is None


@pytest.mark.parametrize("who", ["auditor", "customer"])
def test_only_who_works_on_cases_gets_one(
    desk: Desk, case: Case, colleague: Callable[[str], User], ben: User, who: str
) -> None:
    person = colleague(AUDITOR) if who == "auditor" else ben

    press(desk(SUPERVISOR), case, "assign", colleague=person.pk)

    case.refresh_from_db()
    assert case.assigned_to is None


def test_an_analyst_does_not_assign(desk: Desk, case: Case, colleague: Callable[[str], User]) -> None:
    press(desk(ANALYST), case, "assign", colleague=colleague(SUPERVISOR).pk)

    case.refresh_from_db()
    assert case.assigned_to is None


def test_an_escalated_case_offers_an_analyst_no_decision(desk: Desk, case: Case) -> None:
    press(desk(ANALYST), case, "escalate", comment="Looks like a ring.")

    assert "Confirm fraud…" not in desk(ANALYST).get(address(case)).content.decode()
    page = desk(SUPERVISOR).get(address(case)).content.decode()
    assert "Confirm fraud…" in page
    assert "Looks like a ring." in page


def test_nobody_sees_a_case_of_their_own(desk: Desk, case: Case, rich: User) -> None:
    rich.is_staff = True
    rich.save(update_fields=["is_staff"])
    rich.groups.set([Group.objects.get_or_create(name=ANALYST)[0]])
    ensure_roles()
    own = Client()
    own.force_login(with_factor(rich))

    assert listed(own) == []
    assert own.get(address(case)).status_code == 404
    press(own, case, "comment", comment="Nothing to see here.")
    assert not CaseComment.objects.exists()


def test_a_comment_is_text(desk: Desk, case: Case) -> None:
    page = press(desk(ANALYST), case, "comment", comment="<script>alert(1)</script>\n\u202esecond line")

    assert "<script>alert(1)" not in page
    assert CaseComment.objects.get().text == "<script>alert(1)</script>\nsecond line"


def test_an_odd_profile_says_nothing_and_breaks_nothing(desk: Desk, case: Case) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE fraud_customerprofile SET state = '{\"v\": 999}'")

    assert desk(ANALYST).get(address(case)).status_code == 200


def test_a_longer_queue_takes_no_more_queries(desk: Desk, case: Case) -> None:
    analyst = desk(ANALYST)
    with CaptureQueriesContext(connection) as short:
        analyst.get(QUEUE)
    for number in range(8):
        another_case(at_risk_minor=number)

    with CaptureQueriesContext(connection) as long:
        assert len(listed(analyst)) == 9

    assert len(long) == len(short) <= MOST_QUERIES_OF_A_QUEUE


def test_a_fuller_case_takes_no_more_queries(desk: Desk, case: Case, pay: Pay, rich: User, ben: User) -> None:
    analyst = desk(ANALYST)
    Link.objects.create(customer_id=rich.pk, kind="address", value="cd" * 32)
    _stranger(rich, "payee", str(rich.pk))
    with CaptureQueriesContext(connection) as short:
        analyst.get(address(case))
    for number in range(6):
        alert_of(pay("1"))
        press(analyst, case, "comment", comment=f"Comment {number}")
        another_case(customer_id=rich.pk, state="closed")
        _stranger(rich, "address", "cd" * 32)

    with CaptureQueriesContext(connection) as long:
        page = analyst.get(address(case)).content.decode()

    assert page.count("data-alert=") == 7
    assert len(long) == len(short) <= MOST_QUERIES_OF_A_CASE


def _stranger(rich: User, kind: str, value: str) -> None:
    person = BankAccountFactory.create().owner
    Link.objects.create(customer_id=person.pk, kind=kind, value=value)
