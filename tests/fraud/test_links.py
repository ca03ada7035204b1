"""What customers have in common."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from fraud.models import Link
from fraud.selectors.links import MOST_NODES, neighbourhood
from payments.console import graph
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asha() -> User:
    return UserFactory.create(handle="asha")


def link(person: User, kind: str, value: str) -> None:
    Link.objects.create(customer_id=person.pk, kind=kind, value=value)


def others(person: User) -> dict[str, set[UUID]]:
    """Return who else was seen with each thing, by kind."""
    near = neighbourhood(person.pk)
    return {
        thing.kind: {who for who, what in near.edges if what == thing and who != person.pk} for thing in near.things
    }


@pytest.mark.parametrize("kind", ["device", "address"])
def test_finds_who_shares_a_thing(asha: User, kind: str) -> None:
    ben, stranger = UserFactory.create(), UserFactory.create()
    link(asha, kind, "a" * 64)
    link(ben, kind, "a" * 64)
    link(stranger, kind, "b" * 64)

    assert others(asha) == {kind: {ben.pk}}


def test_finds_who_pays_the_same_payee_and_who_pays_the_customer(asha: User) -> None:
    shop, ben, friend = UserFactory.create(handle="shop"), UserFactory.create(), UserFactory.create()
    link(asha, "payee", str(shop.pk))
    link(ben, "payee", str(shop.pk))
    link(friend, "payee", str(asha.pk))

    near = neighbourhood(asha.pk)

    seen = {(near.people[who].handle, near.people[what.payee_id].handle) for who, what in near.edges if what.payee_id}
    assert seen == {("asha", "shop"), (ben.handle, "shop"), (friend.handle, "asha")}


def test_a_crowd_is_cut_and_the_telling_ones_stay(asha: User) -> None:
    shop, twin = UserFactory.create(), UserFactory.create(handle="twin")
    link(asha, "payee", str(shop.pk))
    link(asha, "device", "d" * 64)
    link(twin, "device", "d" * 64)
    for _ in range(MOST_NODES + 10):
        link(UserFactory.create(), "payee", str(shop.pk))

    near = neighbourhood(asha.pk)

    assert near.is_cut
    assert twin.pk in near.people
    assert len(graph.drawn(near).nodes) <= MOST_NODES


def test_costs_the_same_for_a_crowd(asha: User) -> None:
    link(asha, "device", "d" * 64)
    with CaptureQueriesContext(connection) as few:
        neighbourhood(asha.pk)
    for _ in range(20):
        link(UserFactory.create(), "device", "d" * 64)

    with CaptureQueriesContext(connection) as many:
        neighbourhood(asha.pk)

    assert len(few) == len(many) <= 6


def test_every_line_of_the_picture_joins_two_circles(asha: User) -> None:
    shop, ben = UserFactory.create(), UserFactory.create()
    for person in (asha, ben):
        link(person, "payee", str(shop.pk))
        link(person, "address", "c" * 64)
    link(ben, "payee", str(asha.pk))
    link(asha, "payee", str(ben.pk))

    picture = graph.drawn(neighbourhood(asha.pk))

    spots = {(node.x, node.y) for node in picture.nodes}
    assert {(line.x1, line.y1) for line in picture.edges} | {(line.x2, line.y2) for line in picture.edges} <= spots
    assert all(0 < x < picture.width and 0 < y < picture.height for x, y in spots)


def test_a_customer_without_links_stands_alone(asha: User) -> None:
    picture = graph.drawn(neighbourhood(asha.pk))

    assert ([node.label for node in picture.nodes], picture.rows) == (["asha"], ())
