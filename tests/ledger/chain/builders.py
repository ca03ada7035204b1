"""Books with some of everything, sealed in blocks that cost next to nothing."""

from contextlib import AbstractContextManager

from django.db import connection
from django.test import override_settings

from ledger import services
from ledger.chain import mining, verification
from ledger.chain.findings import Report
from ledger.models import Block
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money
from tests.ledger.builders import customer, order


def cheap_blocks(bookings: int = 4) -> AbstractContextManager[None]:
    return override_settings(CHAIN_DIFFICULTY=1, CHAIN_BLOCK_BOOKINGS=bookings)


def book_some_of_everything() -> int:
    """Book thirteen entries; return the last one's number."""
    payer, payee, shop = customer(1000), customer(50), customer()
    services.set_shards(account_id=shop, shards=2)
    hold = services.place_hold(order(payer, payee, 30))
    services.capture_hold(hold_id=hold.hold_id, client_id=new_id(), amount=Money(20, "INR"))
    undone = services.post_entry(order(payer, shop, 50))
    services.reverse_entry(entry_id=undone.entry_id, client_id=new_id(), amount=Money(20, "INR"))
    services.post_batch([order(payer, payee, minor) for minor in (1, 2, 3, 4, 5, 6, 7)], batch_id=new_id())
    return services.post_entry(order(payee, shop, 7)).entry_id


def pay(times: int = 1) -> int:
    """Book that many entries more between two customers; return the last one's number."""
    payer, payee = customer(), customer()
    run(f"UPDATE ledger_ledgeraccount SET floor_minor = NULL WHERE id = {payer}")
    return [services.post_entry(order(payer, payee, 5)).entry_id for _ in range(times)][-1]


def seal(bookings: int = 4) -> list[Block]:
    """Mine until all is sealed."""
    with cheap_blocks(bookings):
        found: list[Block] = []
        mining.mine_pending(tell=found.append)
    return found


def verified(kept_checkpoint: str | None = None) -> Report:
    return verification.verify(kept_checkpoint=kept_checkpoint)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def behind_their_back(sql: str) -> None:
    """Do what only an owner of the database can: past triggers, foreign keys and checks."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' AND connamespace ="
            " 'public'::regnamespace AND conrelid::regclass::text LIKE 'ledger_%'"
        )
        for table, name in cursor.fetchall():
            if table in sql:
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute(sql)
