"""Who has something in common with a customer: a device, an address, a payee; two steps out, bounded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from fraud.models import CustomerProfile, Link

MOST_NODES: Final = 60
# Of one customer's own sightings, the newest; and of others' for all of these together.
MOST_OWN: Final = 40
MOST_SHARED: Final = 200
Kind = Link.Kind


@dataclass(frozen=True, slots=True)
class Thing:
    """A device, an address, or somebody who is paid."""

    kind: str
    value: str

    @property
    def payee_id(self) -> UUID | None:
        """Whom a payee's value names."""
        return UUID(self.value) if self.kind == Kind.PAYEE else None


@dataclass(frozen=True, slots=True)
class Person:
    """A customer in the picture."""

    customer_id: UUID
    handle: str
    trust: float
    confirmed_frauds: int
    is_locked: bool


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What lies within two steps of one customer.

    Attributes:
        things: of the customer in the middle, those that others share first.
        people: everybody in the picture by id, the one in the middle, too.
        edges: who was seen with what.
        is_cut: there is more than is shown.
    """

    center: Person
    things: tuple[Thing, ...]
    people: dict[UUID, Person]
    edges: tuple[tuple[UUID, Thing], ...]
    is_cut: bool


def neighbourhood(customer_id: UUID) -> Neighbourhood:
    """Return the things that a customer was seen with, and who else was; five queries at most, whatever there is."""
    own = list(Link.objects.filter(customer_id=customer_id).order_by("-first_seen_at", "-id")[: MOST_OWN + 1])
    paid_by = Link.objects.filter(kind=Kind.PAYEE, value=str(customer_id)).exclude(customer_id=customer_id)
    things = [Thing(link.kind, link.value) for link in own[:MOST_OWN]]
    seen = [*_shared(things, customer_id), *paid_by[:MOST_OWN]]
    shared_with: dict[Thing, set[UUID]] = {thing: set() for thing in things}
    for link in seen:
        shared_with.setdefault(Thing(link.kind, link.value), set()).add(link.customer_id)
    kept, is_cut = _within_bound(shared_with)
    edges = [(customer_id, thing) for thing in kept if thing in things]
    edges += [(other, thing) for thing, others in kept.items() for other in sorted(others)]
    payees = {thing.payee_id for thing in kept if thing.payee_id is not None}
    people = _people({customer_id, *payees, *(person for person, _thing in edges)})
    return Neighbourhood(people[customer_id], tuple(kept), people, tuple(edges), is_cut or len(own) > MOST_OWN)


def _shared(things: Sequence[Thing], customer_id: UUID) -> list[Link]:
    """Return who else was seen with these. Devices and addresses first: everybody pays the power company."""
    found: list[Link] = []
    for kinds in ((Kind.DEVICE, Kind.ADDRESS), (Kind.PAYEE,)):
        wanted = Q()
        for kind in kinds:
            wanted |= Q(kind=kind, value__in=[thing.value for thing in things if thing.kind == kind])
        found += Link.objects.filter(wanted).exclude(customer_id=customer_id)[: MOST_SHARED // 2]
    return found


def _within_bound(shared_with: dict[Thing, set[UUID]]) -> tuple[dict[Thing, set[UUID]], bool]:
    """Keep what tells most: things that few others share, then those that many do, then those that nobody does."""
    order = sorted(shared_with, key=lambda thing: (not shared_with[thing], len(shared_with[thing]), thing.value))
    kept: dict[Thing, set[UUID]] = {}
    people: set[UUID] = set()
    for thing in order:
        room = MOST_NODES - 1 - len(kept) - len(people)
        if room < 1:
            return kept, True
        new = sorted(shared_with[thing] - people)[: room - 1]
        kept[thing] = (shared_with[thing] & people) | set(new)
        people |= set(new)
    return kept, any(kept[thing] != shared_with[thing] for thing in kept)


def _people(customer_ids: Iterable[UUID]) -> dict[UUID, Person]:
    wanted = set(customer_ids)
    users = User.objects.in_bulk(wanted)
    profiles = CustomerProfile.objects.defer("state").in_bulk(wanted)
    return {one: _person(one, users.get(one), profiles.get(one)) for one in wanted}


def _person(customer_id: UUID, user: User | None, profile: CustomerProfile | None) -> Person:
    return Person(
        customer_id=customer_id,
        handle=user.handle if user else str(customer_id)[:8],
        trust=float(profile.trust_score) if profile else 100.0,
        confirmed_frauds=profile.confirmed_frauds if profile else 0,
        is_locked=bool(user and user.is_locked),
    )
