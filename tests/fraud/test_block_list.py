"""Who gets on the block list, and off it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts.models import Approval, AuditEvent, User
from accounts.roles import ANALYST, SUPERVISOR, ensure_roles
from accounts.services import approvals
from fraud.errors import AlreadyListed, EntryMissing, EntryRefused, MayNotList
from fraud.models import BlockListEntry
from fraud.services import block_list
from fraud.services.block_list import Wanted
from tests.accounts.conftest import with_factor
from tests.factories import UserFactory

ADD = "/admin/fraud/blocklistentry/add/"
pytestmark = pytest.mark.django_db


def colleague(role: str) -> User:
    ensure_roles()
    person = with_factor(UserFactory.create(is_staff=True))
    person.groups.add(Group.objects.get(name=role))
    return person


def add(person: User, **changes: Any) -> BlockListEntry:
    wanted = Wanted(**({"kind": "country", "value": "zz", "reason": "Sanctions"} | changes))
    return block_list.add(wanted=wanted, person=person, now=timezone.now())


def desk(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_supervisor_lists_and_takes_off_again() -> None:
    person = colleague(SUPERVISOR)

    entry = add(person)
    assert (entry.value, entry.added_by) == ("ZZ", person)
    block_list.remove(entry_id=entry.pk, person=person, now=timezone.now())

    entry.refresh_from_db()
    assert entry.removed_by == person
    steps = AuditEvent.objects.filter(actor=person).order_by("id").values_list("action", flat=True)
    assert list(steps) == ["block_list_added", "block_list_removed"]


def test_a_customer_is_listed_by_handle() -> None:
    UserFactory.create(handle="mule.one")

    entry = add(colleague(SUPERVISOR), kind="customer", value="Mule.One@securebank")

    assert entry.value == str(User.objects.get(handle="mule.one").pk)


@pytest.mark.parametrize(
    "changes",
    [{"value": "India"}, {"value": "1N"}, {"reason": " "}, {"reason": "x" * 281}, {"kind": "customer"},
     {"kind": "device", "value": "my phone"}, {"kind": "address", "value": "10.0.0.1"}, {"kind": "device", "value": ""},
     {"kind": "planet"}, {"expires_at": timezone.now() - timedelta(days=1)}],
    ids=["name", "digit", "no reason", "long", "nobody", "words", "raw", "empty", "kind", "past"],
)  # fmt: skip
def test_what_makes_no_sense_is_not_listed(changes: dict[str, Any]) -> None:
    with pytest.raises(EntryRefused):
        add(colleague(SUPERVISOR), **changes)

    assert not BlockListEntry.objects.exists()


def test_nothing_is_listed_twice_until_it_ran_out() -> None:
    person, now = colleague(SUPERVISOR), timezone.now()
    entry = add(person, expires_at=now + timedelta(days=1))
    with pytest.raises(AlreadyListed):
        add(person)

    later = block_list.add(wanted=Wanted("country", "ZZ", "Again"), person=person, now=now + timedelta(days=2))

    assert later.pk != entry.pk
    assert BlockListEntry.objects.filter(removed_at__isnull=True).count() == 1


def test_an_analyst_proposes_and_a_supervisor_lists() -> None:
    analyst, supervisor = colleague(ANALYST), colleague(SUPERVISOR)
    with pytest.raises(MayNotList):
        add(analyst)

    desk(analyst).post(ADD, {"kind": "device", "value": "AB" * 32, "reason": "Same phone in three cases"})

    assert not BlockListEntry.objects.exists()
    approvals.approve(approval_id=Approval.objects.get().pk, decided_by=supervisor, now=timezone.now())
    entry = BlockListEntry.objects.get()
    assert (entry.kind, entry.value, entry.added_by) == ("device", "ab" * 32, supervisor)


def test_a_supervisor_lists_at_the_desk_until_a_day() -> None:
    person = colleague(SUPERVISOR)
    end = timezone.now() + timedelta(days=30)

    page = desk(person).post(
        ADD, {"kind": "country", "value": "zz", "reason": "Sanctions", "expires_at": end.strftime("%Y-%m-%dT%H:%M")}
    )

    entry = BlockListEntry.objects.get()
    assert page.status_code == 302
    assert entry.expires_at is not None
    assert abs(entry.expires_at - end) < timedelta(days=1)


def test_a_refusal_stands_beside_the_form() -> None:
    page = desk(colleague(SUPERVISOR)).post(ADD, {"kind": "country", "value": "India", "reason": "x"})

    assert "two letters" in page.content.decode()
    assert not BlockListEntry.objects.exists()


def test_what_was_removed_is_not_removed_again() -> None:
    person = colleague(SUPERVISOR)
    entry = add(person)
    block_list.remove(entry_id=entry.pk, person=person, now=timezone.now())

    with pytest.raises(EntryMissing):
        block_list.remove(entry_id=entry.pk, person=person, now=timezone.now())


def test_an_analyst_takes_nothing_off() -> None:
    entry = add(colleague(SUPERVISOR))

    with pytest.raises(MayNotList):
        block_list.remove(entry_id=entry.pk, person=colleague(ANALYST), now=timezone.now())
