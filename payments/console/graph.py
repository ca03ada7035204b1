"""The picture of linked customers: places are worked out here, the template draws them as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from fraud.models import Link
from fraud.selectors.links import Neighbourhood, Person, Thing

WIDTH: Final = 720
HEIGHT: Final = 520
INNER: Final = 0.5
OUTER: Final = 0.92
LETTERS_OF_A_MARK: Final = 6


@dataclass(frozen=True, slots=True)
class Node:
    """One circle with its words."""

    x: int
    y: int
    kind: str
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Edge:
    """One line."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, slots=True)
class Row:
    """The same in words: one thing, and who else was seen with it."""

    kind: str
    kind_code: str
    label: str
    value: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    rows: tuple[Row, ...]
    is_cut: bool
    width: int = WIDTH
    height: int = HEIGHT


def drawn(near: Neighbourhood) -> Picture:
    """Put the customer in the middle, what they were seen with around, and the others outside.

    A payee is a person and a thing at once: drawn once, as a thing.
    """
    center = near.center.customer_id
    paid = {thing.payee_id for thing in near.things if thing.payee_id is not None} - {center}
    others = sorted({person for person, _thing in near.edges} - paid - {center})
    spots: dict[UUID | Thing, tuple[int, int]] = {center: (WIDTH // 2, HEIGHT // 2)}
    spots |= _ring([thing for thing in near.things if thing.payee_id != center], INNER)
    spots |= _ring(others, OUTER)
    for thing in near.things:
        if thing.payee_id is not None:
            spots.setdefault(thing, spots[center])
            spots.setdefault(thing.payee_id, spots[thing])
    nodes = [_node(near, what, spot) for what, spot in spots.items() if not _is_drawn_as_thing(what, center, paid)]
    lines = {(spots[person], spots[thing]) for person, thing in near.edges if spots[person] != spots[thing]}
    return Picture(
        tuple(nodes),
        tuple(Edge(*start, *end) for start, end in sorted(lines)),
        tuple(_row(near, thing) for thing in near.things),
        near.is_cut,
    )


def _is_drawn_as_thing(what: UUID | Thing, center: UUID, paid: set[UUID]) -> bool:
    if isinstance(what, Thing):
        return what.payee_id == center
    return what in paid


def _ring(items: Sequence[UUID | Thing], radius: float) -> dict[UUID | Thing, tuple[int, int]]:
    turn = 2 * pi / max(1, len(items))
    return {
        item: (
            round(WIDTH / 2 + cos(index * turn - pi / 2) * radius * WIDTH / 2.6),
            round(HEIGHT / 2 + sin(index * turn - pi / 2) * radius * HEIGHT / 2.2),
        )
        for index, item in enumerate(items)
    }


def _node(near: Neighbourhood, what: UUID | Thing, spot: tuple[int, int]) -> Node:
    anchor = "start" if spot[0] > WIDTH / 2 + 1 else "end" if spot[0] < WIDTH / 2 - 1 else "middle"
    if isinstance(what, Thing):
        return Node(*spot, what.kind, _label(near, what), anchor)
    person = near.people[what]
    is_bad = person.confirmed_frauds > 0 or person.is_locked
    kind = "center" if what == near.center.customer_id else "bad" if is_bad else "person"
    return Node(*spot, kind, person.handle, anchor)


def _label(near: Neighbourhood, thing: Thing) -> str:
    if thing.payee_id is not None:
        return near.people[thing.payee_id].handle
    return f"{Link.Kind(thing.kind).label} {thing.value[:LETTERS_OF_A_MARK]}"


def _row(near: Neighbourhood, thing: Thing) -> Row:
    others = tuple(
        near.people[person] for person, seen in near.edges if seen == thing and person != near.center.customer_id
    )
    kind = _("Pays this customer") if thing.payee_id == near.center.customer_id else Link.Kind(thing.kind).label
    return Row(str(kind), thing.kind, _label(near, thing), thing.value, others)
