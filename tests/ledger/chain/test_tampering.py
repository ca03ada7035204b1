"""What an owner of the database could do to the chain, and that ``verify_chain`` finds and names it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection

from ledger.chain import headers, key_ring, merkle, notes, own_keys, sealing, selectors, verification
from ledger.chain.keys import Signer
from ledger.models import Block, Checkpoint, JournalEntry, Leaf, TreeNode
from tests.ledger.chain.builders import behind_their_back, book_some_of_everything, pay, run, seal, verified

pytestmark = pytest.mark.django_db

# The booking whose leaf is number 5, the block that seals it, and what stands beside it in the tree.
VICTIMS = {
    "ledger_journalentry": "id = (SELECT entry_id FROM ledger_leaf WHERE number = 5)",
    "ledger_leaf": "number = 5",
    "ledger_treenode": "level = 1 AND place = 2",
    "ledger_block": "height = 1",
    "ledger_checkpoint": "tree_size = 8",
}
MODELS = (JournalEntry, Leaf, TreeNode, Block, Checkpoint)
COLUMNS = [(model._meta.db_table, field.column) for model in MODELS for field in model._meta.concrete_fields]
# By a column's type: the smallest change there is, to another value that the column can hold.
CHANGES = {
    "bigint": "coalesce({column} + 1000, 7)",
    "smallint": "{column} + 100",
    "bytea": "set_byte({column}, {byte}, get_byte({column}, {byte}) # 1)",
    "timestamp with time zone": "{column} + interval '1 microsecond'",
    "uuid": "overlay(coalesce({column}, gen_random_uuid())::text placing '0abc' from 33)::uuid",
    "character varying": "overlay({column} placing 'x' from 1)",
    "text": "overlay({column} placing 'x' from {byte} + 1)",
}


@pytest.fixture(autouse=True)
def chain() -> None:
    """Four blocks over thirteen bookings, and one booking that is not sealed yet."""
    book_some_of_everything()
    seal()
    pay()


def fault() -> str:
    found = verified().fault
    return "nothing" if found is None else str(found)


def change(table: str, column: str, byte: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
            (table, column),
        )
        (kind,) = cursor.fetchone()
    behind_their_back(
        f"UPDATE {table} SET {column} = {CHANGES[kind].format(column=column, byte=byte)} WHERE {VICTIMS[table]}"
    )


def victim() -> int:
    return Leaf.objects.get(number=5).entry_id


def test_a_sound_chain_has_nothing_wrong() -> None:
    report = verified()

    assert (report.fault, report.blocks, report.sealed, report.pending) == (None, 4, 13, 1)


def test_an_empty_chain_has_nothing_wrong() -> None:
    for model in MODELS[1:]:
        behind_their_back(f"DELETE FROM {model._meta.db_table}")

    report = verified()

    assert (report.fault, report.blocks, report.sealed, report.pending) == (None, 0, 0, 14)


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_change_in_any_column_is_found(table: str, column: str) -> None:
    change(table, column)

    assert fault() != "nothing"


@pytest.mark.parametrize(
    "column", [field.column for field in JournalEntry._meta.concrete_fields if field.column != "id"]
)
def test_a_changed_booking_is_named(column: str) -> None:
    change("ledger_journalentry", column)

    assert fault() == f"booking {victim()}: is not what leaf 5 sealed"


@pytest.mark.parametrize(
    ("table", "column", "named"),
    [
        ("ledger_block", "hash", "block 1: "),
        ("ledger_block", "merkle_root", "block 1: "),
        ("ledger_block", "previous_hash", "block 1: "),
        ("ledger_block", "log_root", "block 1: "),
        ("ledger_treenode", "hash", "node 1/2: is missing or altered"),
        ("ledger_leaf", "hash", "booking {victim}: is not what leaf 5 sealed"),
        ("ledger_leaf", "debit_salt", "booking {victim}: is not what leaf 5 sealed"),
        ("ledger_leaf", "credit_salt", "booking {victim}: is not what leaf 5 sealed"),
    ],
)
def test_a_change_in_any_byte_is_found_and_named(table: str, column: str, named: str) -> None:
    for byte in range(16 if column.endswith("salt") else 32):
        change(table, column, byte)
        assert fault().startswith(named.format(victim=victim())), f"byte {byte}"
        # The same change once more undoes it.
        change(table, column, byte)
    assert fault() == "nothing"


@pytest.mark.parametrize(
    ("level", "place", "named"),
    [
        (1, 5, "node 1/5: is missing or altered"),
        (2, 1, "node 2/1: is missing or altered"),
        (3, 0, "block 3: the stored tree leads to another root"),
    ],
)
def test_a_changed_node_is_named_in_a_log_of_many_pieces(
    level: int, place: int, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "PIECE", 2)
    monkeypatch.setattr(verification, "PIECE_LEVEL", 1)
    assert fault() == "nothing"

    behind_their_back(
        "UPDATE ledger_treenode SET hash = set_byte(hash, 7, get_byte(hash, 7) # 1)"
        f" WHERE level = {level} AND place = {place}"
    )

    assert fault() == named


def test_a_change_in_any_character_of_a_checkpoint_names_it() -> None:
    note = Checkpoint.objects.get(pk=8).note

    for place in range(len(note)):
        letter = "A" if note[place] != "A" else "B"
        changed = note[:place] + letter + note[place + 1 :]
        behind_their_back(f"UPDATE ledger_checkpoint SET note = $note${changed}$note$ WHERE tree_size = 8")
        assert fault().startswith("checkpoint 8: "), f"character {place}"


GONE_OR_NEW = [
    ("DELETE FROM ledger_journalentry WHERE id = {victim}", "booking {victim}: is gone from the books"),
    ("DELETE FROM ledger_leaf WHERE number = 5", "leaf 5: is missing"),
    ("DELETE FROM ledger_leaf WHERE number = 12", "tree: the tree has no node"),
    ("DELETE FROM ledger_treenode WHERE level = 1 AND place = 2", "node 1/2: is missing or altered"),
    ("DELETE FROM ledger_block WHERE height = 0", "block 0: is missing"),
    ("DELETE FROM ledger_block WHERE height = 1", "block 1: is missing"),
    ("DELETE FROM ledger_block WHERE height = 3", "checkpoint 13: belongs to no block"),
    ("DELETE FROM ledger_checkpoint WHERE tree_size = 8", "checkpoint 8: is missing for block 1"),
    ("UPDATE ledger_leaf SET number = 20 WHERE number = 5", "leaf 5: is missing"),
    ("INSERT INTO ledger_leaf {leaf} SELECT 13, {of_another}", "leaf 13: lies outside the log"),
    ("INSERT INTO ledger_leaf {leaf} SELECT -1, {of_another}", "leaf -1: lies outside the log"),
    ("INSERT INTO ledger_treenode VALUES (1, 6, sha256(''))", "node 1/6: lies outside the log"),
    ("INSERT INTO ledger_treenode VALUES (0, 1, sha256(''))", "node 0/1: lies outside the log"),
    ("INSERT INTO ledger_checkpoint VALUES (9, '')", "checkpoint 9: belongs to no block"),
    ("INSERT INTO ledger_journalentry OVERRIDING SYSTEM VALUE SELECT {earlier}", "booking -1: has no leaf"),
]
PARTS = {
    "leaf": "(number, entry_id, hash, debit_salt, credit_salt)",
    "of_another": "999999, hash, debit_salt, credit_salt FROM ledger_leaf WHERE number = 5",
    "earlier": "(jsonb_populate_record(e, jsonb_build_object('id', -1, 'client_id', gen_random_uuid()))).*"
    " FROM ledger_journalentry e ORDER BY id LIMIT 1",
}


@pytest.mark.parametrize(("sql", "named"), GONE_OR_NEW, ids=[named for _, named in GONE_OR_NEW])
def test_what_is_deleted_or_inserted_is_named(sql: str, named: str) -> None:
    entry_id = victim()

    behind_their_back(sql.format(victim=entry_id, **PARTS))

    assert fault().startswith(named.format(victim=entry_id))


def test_two_bookings_that_changed_places_are_named() -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE")
    one, other = victim(), Leaf.objects.get(number=6).entry_id

    behind_their_back(
        "UPDATE ledger_journalentry a SET amount_minor = b.amount_minor FROM ledger_journalentry b"
        f" WHERE (a.id, b.id) IN (({one}, {other}), ({other}, {one}))"
    )

    assert fault() == f"booking {one}: is not what leaf 5 sealed"


def test_two_leaves_that_changed_places_are_found() -> None:
    behind_their_back(
        "UPDATE ledger_leaf a SET (hash, debit_salt, credit_salt) = (b.hash, b.debit_salt, b.credit_salt)"
        " FROM ledger_leaf b WHERE (a.number, b.number) IN ((5, 6), (6, 5))"
    )

    assert fault() == f"booking {victim()}: is not what leaf 5 sealed"


def test_a_payer_and_a_payee_that_changed_places_are_found() -> None:
    entry_id = victim()

    behind_their_back(
        "UPDATE ledger_journalentry SET (debit_account_id, credit_account_id) = (credit_account_id, debit_account_id)"
        f" WHERE id = {entry_id}"
    )

    assert fault() == f"booking {entry_id}: is not what leaf 5 sealed"


def test_a_booking_that_was_sealed_twice_is_named() -> None:
    entry_id = victim()
    behind_their_back("ALTER TABLE ledger_leaf DROP CONSTRAINT ledger_leaf_entry_id_key")
    parent = Block.objects.get(height=3)
    again = remined(parent.header, [5], height=4)
    write_past_the_keys(again, [5])

    assert fault() == f"booking {entry_id}: is sealed twice"


def remined(parent: headers.Header, leaves: list[int], *, height: int) -> headers.Header:
    """Mine honestly what the stored leaves would give as the next block."""
    hashes = [bytes(Leaf.objects.get(number=number).hash) for number in leaves]
    every = [bytes(leaf.hash) for leaf in Leaf.objects.order_by("number")[: parent.tree_size]] + hashes
    header = headers.Header(
        height=height,
        previous_hash=bytes(Block.objects.get(height=height - 1).hash) if height else headers.NO_BLOCK,
        merkle_root=merkle.root(hashes),
        first_leaf=parent.tree_size,
        leaf_count=len(hashes),
        tree_size=parent.tree_size + len(hashes),
        log_root=merkle.root(every),
        sealed_through=parent.sealed_through,
        mined_at_us=parent.mined_at_us,
        difficulty=1,
    )
    nonce = headers.search(header.prefix, 1, is_cancelled=lambda: False)
    assert nonce is not None
    return header.with_nonce(nonce)


def write_past_the_keys(header: headers.Header, copies_of: list[int]) -> None:
    """Write a block of second leaves of bookings that are sealed already."""
    found = list(Leaf.objects.filter(number__in=copies_of).order_by("number"))
    hashes = [bytes(leaf.hash) for leaf in found]
    _, peaks = (
        header.first_leaf,
        {
            level: merkle.root(
                [bytes(leaf.hash) for leaf in Leaf.objects.order_by("number")[place << level : (place + 1) << level]]
            )
            for level, place in merkle.covering((0, header.first_leaf))
        },
    )
    nodes, _ = merkle.grown(header.first_leaf, peaks, hashes)
    salts = b"".join(bytes(leaf.debit_salt) + bytes(leaf.credit_salt) for leaf in found)
    sealing.write(sealing.Candidate(header, [leaf.entry_id for leaf in found], hashes, salts, nodes))


def forge_from(height: int) -> None:
    """Change a booking of a block and throw the chain away from there on, to be mined anew with the bank's own key."""
    first = Block.objects.get(height=height).first_leaf
    entry_id = Leaf.objects.get(number=first).entry_id
    behind_their_back(f"UPDATE ledger_journalentry SET amount_minor = amount_minor + 1 WHERE id = {entry_id}")
    behind_their_back(f"DELETE FROM ledger_checkpoint WHERE tree_size > {first}")
    behind_their_back(f"DELETE FROM ledger_block WHERE height >= {height}")
    behind_their_back(f"DELETE FROM ledger_leaf WHERE number >= {first}")
    behind_their_back(f"DELETE FROM ledger_treenode WHERE (place + 1) << level > {first}")
    run("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize("height", [0, 2])
def test_a_chain_mined_anew_from_any_block_is_found_by_a_kept_checkpoint(height: int) -> None:
    kept = selectors.latest_checkpoint().note

    forge_from(height)
    seal()

    assert verified().fault is None
    assert str(verified(kept).fault).startswith("kept checkpoint 13: ")


def test_an_old_backup_is_found_by_a_kept_checkpoint() -> None:
    kept = selectors.latest_checkpoint().note

    forge_from(2)

    assert str(verified(kept).fault) == "kept checkpoint 13: the log has only 8 bookings: its end is gone"


@pytest.mark.parametrize("size", [4, 8, 12, 13])
def test_a_log_has_grown_from_every_checkpoint_that_was_signed(size: int) -> None:
    assert verified(selectors.checkpoint(size).note).fault is None


@pytest.mark.parametrize(
    "forge",
    [
        lambda note: note.replace("\n", "\r\n"),
        lambda note: note[:-2],
        lambda note: "",
        lambda note: str(notes.sign(notes.Note.parse(note).text, Signer.generate(own_keys.signer().name))),
    ],
    ids=["other line ends", "cut off", "empty", "signed with another key"],
)
def test_a_kept_checkpoint_that_the_bank_did_not_sign_is_refused(forge: Callable[[str], str]) -> None:
    note = selectors.latest_checkpoint().note

    assert str(verified(forge(note)).fault).startswith("kept checkpoint: ")


def test_a_chain_signed_with_two_keys_in_turn_has_nothing_wrong(settings: LazySettings) -> None:
    change_keys(settings, ended=timedelta(0))
    pay(5)
    seal()

    assert len({Checkpoint.objects.get(pk=size).note.splitlines()[-1][:30] for size in (8, 19)}) == 2
    assert verified().fault is None


@pytest.mark.parametrize(
    ("ended", "is_found"),
    [(timedelta(hours=1), True), (key_ring.CLOCKS_APART + timedelta(minutes=1), True), (timedelta(minutes=1), False)],
    ids=["an hour before", "just out of the grace", "while the keys changed"],
)
def test_a_checkpoint_signed_with_a_key_that_was_no_longer_in_use_is_named(
    ended: timedelta, *, is_found: bool, settings: LazySettings
) -> None:
    """Who finds a retired key in an old backup can't go on with the chain."""
    change_keys(settings, ended=ended)

    assert fault() == (
        "checkpoint 4: bears a key that was not in use when block 0 was mined" if is_found else "nothing"
    )


def test_a_block_dated_before_its_key_is_named(settings: LazySettings) -> None:
    now = own_keys.published_keys()[0]
    settings.CHECKPOINT_PUBLIC_KEYS = replace(now, valid_from=datetime.now(UTC) + timedelta(hours=1)).line

    assert fault() == "checkpoint 4: bears a key that was not in use when block 0 was mined"


def change_keys(settings: LazySettings, *, ended: timedelta) -> None:
    """Give the bank a new key, in use since so long ago; the old one signed until then."""
    (old,), at = own_keys.published_keys(), datetime.now(UTC) - ended
    new = Signer.generate(old.verifier.name)
    ring = [replace(old, valid_until=at), key_ring.PublishedKey(new.verifier, at)]
    settings.CHECKPOINT_KEY = new.text
    settings.CHECKPOINT_PUBLIC_KEYS = "".join(f"{each.line}\n" for each in ring)


def test_a_header_with_new_work_and_no_signature_is_found() -> None:
    block = Block.objects.get(height=3)
    header = replace(block.header, mined_at_us=block.header.mined_at_us + 1)
    nonce = headers.search(header.prefix, header.difficulty, is_cancelled=lambda: False)
    assert nonce is not None
    header = header.with_nonce(nonce)

    behind_their_back(
        f"UPDATE ledger_block SET mined_at = mined_at + interval '1 microsecond', nonce = {header.nonce},"
        f" hash = '\\x{header.hash.hex()}' WHERE height = 3"
    )

    assert fault() == "checkpoint 13: signs something else than block 3"


def test_the_quick_level_reads_no_booking() -> None:
    change("ledger_journalentry", "amount_minor")

    assert verification.verify(level=verification.Level.QUICK).fault is None


def test_the_command_says_that_the_chain_is_right() -> None:
    out = StringIO()

    call_command("verify_chain", processes=1, stdout=out)

    assert out.getvalue() == "The chain is right: 4 blocks, 13 bookings, 1 pending.\n"


def test_the_command_names_what_is_wrong_and_exits_with_one() -> None:
    change("ledger_journalentry", "amount_minor")

    with pytest.raises(CommandError, match=rf"booking {victim()}: is not what leaf 5 sealed") as failure:
        call_command("verify_chain", processes=1)

    assert failure.value.returncode == 1


def test_the_command_compares_with_a_kept_checkpoint(tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_text(selectors.latest_checkpoint().note, encoding="utf-8")
    forge_from(2)

    with pytest.raises(CommandError, match="its end is gone"):
        call_command("verify_chain", processes=1, level="quick", checkpoint=kept)


@pytest.mark.parametrize(
    "sql",
    [
        f"{verb} {table}{rest}"
        for table in VICTIMS
        for verb, rest in (("DELETE FROM", ""), ("TRUNCATE", " CASCADE"))
        if table != "ledger_journalentry"
    ],
)
def test_the_database_refuses_to_take_anything_away(sql: str) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(Exception, match="refused"):
        run(sql)
