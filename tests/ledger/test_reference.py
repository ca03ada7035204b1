"""The database functions do what the readable version does."""

import random
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import QuerySet

from ledger import services
from ledger.models import Hold, JournalEntry, LedgerAccount
from ledger.types import EntryOrder, EntryType
from securebank.kernel.errors import DomainError
from securebank.kernel.money import Money
from tests.ledger import reference
from tests.ledger.builders import order

pytestmark = pytest.mark.django_db


def attempt(call: Callable[[], Any]) -> str:
    try:
        with transaction.atomic():
            call()
    except DomainError as refusal:
        return refusal.code
    return "ok"


class Play:
    """A random sequence against one of the two."""

    def __init__(self, books: ModuleType, seed: int) -> None:
        self.books = books
        self.dice = random.Random(seed)
        kinds = [LedgerAccount.Kind.ASSET, *[LedgerAccount.Kind.LIABILITY] * 4]
        self.accounts = [
            services.open_account(
                code=f"{seed}-{place}", kind=kind, currency="INR", floor_minor=0 if place else None
            ).pk
            for place, kind in enumerate(kinds)
        ]
        self.asked: list[EntryOrder] = []
        self.ended: list[str] = []

    def run(self, steps: int) -> list[Any]:
        """Play and return all that is to be seen afterwards."""
        for _ in range(steps):
            call = self.dice.choice([self.fund, self.post, self.post, self.replay, self.hold, self.capture, self.void,
                                     self.reverse])()  # fmt: skip
            self.ended.append("nothing" if call is None else attempt(call))
        return [self.ended, self.rows(), self.sums(), list(self.holds().values_list("amount_minor", "state"))]

    def rows(self) -> list[Any]:
        place = {account: number for number, account in enumerate(self.accounts)}
        return [
            (place[e.debit_account_id], place[e.credit_account_id], e.client_id, e.amount_minor, e.entry_type,
             e.debit_version, e.credit_version, e.debit_balance_after, e.credit_balance_after, e.reverses_id is None)
            for e in self.entries()
        ]  # fmt: skip

    def sums(self) -> list[Any]:
        accounts = LedgerAccount.objects.filter(pk__in=self.accounts).order_by("pk")
        return list(accounts.values_list("debits_posted", "credits_posted", "debits_held", "credits_held", "version"))

    def entries(self) -> QuerySet[JournalEntry]:
        return JournalEntry.objects.filter(debit_account__in=self.accounts).order_by("pk")

    def holds(self) -> QuerySet[Hold]:
        return Hold.objects.filter(debit_account__in=self.accounts).order_by("pk")

    def one_of(self, rows: QuerySet[Any]) -> int | None:
        keys = list(rows.values_list("pk", flat=True))
        return self.dice.choice(keys) if keys else None

    def client_id(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128), version=4)

    def part(self) -> Money | None:
        return Money(self.dice.randint(1, 50), "INR") if self.dice.random() < 0.5 else None

    def order(self) -> EntryOrder:
        debit, credit = self.dice.sample(self.accounts, 2)
        self.asked.append(order(debit, credit, self.dice.randint(1, 50), client_id=self.client_id()))
        return self.asked[-1]

    def post(self) -> Callable[[], Any]:
        return partial(self.books.post_entry, self.order())

    def fund(self) -> Callable[[], Any]:
        payee, minor = self.dice.choice(self.accounts[1:]), self.dice.randint(1, 50)
        self.asked.append(order(self.accounts[0], payee, minor, EntryType.DEPOSIT, client_id=self.client_id()))
        return partial(self.books.post_entry, self.asked[-1])

    def replay(self) -> Callable[[], Any] | None:
        return partial(self.books.post_entry, self.dice.choice(self.asked)) if self.asked else None

    def hold(self) -> Callable[[], Any]:
        debit, credit = self.dice.sample(self.accounts, 2)
        asked = order(debit, credit, self.dice.randint(1, 50), client_id=self.client_id())
        return partial(self.books.place_hold, asked)

    def capture(self) -> Callable[[], Any] | None:
        hold = self.one_of(self.holds())
        if hold is None:
            return None
        return partial(self.books.capture_hold, hold_id=hold, client_id=self.client_id(), amount=self.part())

    def void(self) -> Callable[[], Any] | None:
        hold = self.one_of(self.holds())
        return None if hold is None else partial(self.books.void_hold, hold_id=hold)

    def reverse(self) -> Callable[[], Any] | None:
        entry = self.one_of(self.entries())
        if entry is None:
            return None
        return partial(self.books.reverse_entry, entry_id=entry, client_id=self.client_id(), amount=self.part())


@pytest.mark.parametrize("seed", range(12))
def test_both_give_the_same_answers_entries_sums_and_holds(seed: int) -> None:
    played = []
    for books in (reference, services):
        with transaction.atomic():
            played.append(Play(books, seed).run(80))
            transaction.set_rollback(True)

    by_reference, by_functions = played
    assert by_functions == by_reference
    assert by_functions[0].count("ok") > 10
