"""Receipts and proofs of payments, over REST: for the two people of a payment, once it is sealed."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import SUPERVISOR, ensure_roles
from ledger.chain import mining, notes, own_keys
from ledger.chain.merkle import proves_consistency, proves_inclusion
from ledger.chain.receipt_checks import Question, Step, steps
from ledger.chain.receipts import Receipt, read_receipt
from ledger.models import Block
from payments.models import Payment
from payments.services import refunds, reviews
from tests.factories import BankAccountFactory, UserFactory
from tests.payments.conftest import Pay, account_of, settled

ClientOf = Callable[[User], APIClient]
UNKNOWN: Final = UUID("00000000-0000-7000-8000-000000000000")


@pytest.fixture
def mine(settings: Any) -> Callable[[], int]:
    """Seal what is booked, with hardly any work."""
    settings.CHAIN_DIFFICULTY = 1
    return mining.mine_pending


def receipt_for(client: APIClient, payment: Payment) -> tuple[Receipt, bytes]:
    answer = client.get(f"/api/transactions/{payment.pk}/receipt")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    return read_receipt(answer.content), answer.content


def is_problem(answer: Any, status: int, code: str) -> bool:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return (answer.status_code, answer.json()["code"]) == (status, code)


def holds(receipt: Receipt) -> bool:
    return list(steps(Question(receipt, own_keys.published_keys(), timezone.now()))) == list(Step)


def test_both_people_get_a_receipt_that_proves_the_payment(
    pay: Pay, asha: User, ben: User, client_of: ClientOf, mine: Callable[[], int]
) -> None:
    payment = pay("125.50", note="Dinner")
    mine()

    payers, payees = (receipt_for(client_of(person), payment)[0] for person in (asha, ben))

    assert holds(payers)
    assert holds(payees)
    assert (payers.shown["direction"], payees.shown["direction"]) == ("out", "in")
    assert (payers.shown["amount"], payees.shown["amount"]) == ("125.50", "125.50")
    assert payers.leaf_hash == payees.leaf_hash


def test_a_receipt_opens_the_readers_side_only(
    pay: Pay, asha: User, ben: User, client_of: ClientOf, mine: Callable[[], int]
) -> None:
    payment = pay("125.50")
    mine()

    payers, payees = (receipt_for(client_of(person), payment) for person in (asha, ben))

    assert payers[0].debit.opening is not None
    assert payers[0].debit.opening.side.balance_after_minor == settled(asha)
    assert payers[0].credit.opening is None
    assert payees[0].debit.opening is None
    assert payees[0].credit.opening is not None
    assert payees[0].credit.opening.side.account_id == account_of(ben).ledger_account_id
    # What opens the other side stands nowhere in the file.
    assert payees[0].credit.opening.salt.hex().encode() not in payers[1]
    assert payers[0].debit.opening.salt.hex().encode() not in payees[1]
    assert b"Ben Das" not in payers[1]
    assert b"Asha Rao" not in payees[1]


def test_between_own_accounts_both_sides_are_open(
    pay: Pay, asha: User, client_of: ClientOf, mine: Callable[[], int]
) -> None:
    savings = BankAccountFactory.create(owner=asha, kind="savings")
    payment = pay("10.00", to=savings.number)
    mine()

    receipt, _file = receipt_for(client_of(asha), payment)

    assert holds(receipt)
    assert receipt.shown["direction"] == "own"


def test_the_receipt_stays_the_same_while_the_log_grows(
    pay: Pay, asha: User, client_of: ClientOf, mine: Callable[[], int]
) -> None:
    payment = pay("1.00")
    mine()
    _receipt, first = receipt_for(client_of(asha), payment)
    for _ in range(3):
        pay("2.00")
        mine()

    asha.language = "hi"
    asha.save()
    _receipt, second = receipt_for(client_of(asha), payment)

    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()


def test_a_refund_has_a_receipt_that_names_what_it_reverses(
    pay: Pay, asha: User, client_of: ClientOf, mine: Callable[[], int]
) -> None:
    ensure_roles()
    supervisor = UserFactory.create(name="Sunil", is_staff=True)
    supervisor.groups.add(Group.objects.get(name=SUPERVISOR))
    payment = pay("10.00")
    refund = refunds.refund(payment_id=payment.pk, supervisor=supervisor, reason="by mistake", amount=None)
    mine()

    receipt, _file = receipt_for(client_of(asha), refund)

    assert holds(receipt)
    assert receipt.shown["direction"] == "in"
    assert receipt.booking.reverses_id == payment.entry_id


def test_a_payment_that_is_not_sealed_yet_has_no_receipt(pay: Pay, asha: User, client_of: ClientOf) -> None:
    payment = pay("1.00")
    client = client_of(asha)

    assert is_problem(client.get(f"/api/transactions/{payment.pk}/receipt"), 409, "not_sealed_yet")
    assert is_problem(client.get(f"/api/blockchain/proof/{payment.pk}"), 409, "not_sealed_yet")


def test_a_held_payment_waits_and_a_refused_one_is_nothing_to_prove(
    held: Payment, asha: User, reviewer: User, client_of: ClientOf
) -> None:
    address = f"/api/transactions/{held.pk}/receipt"
    assert is_problem(client_of(asha).get(address), 409, "not_sealed_yet")

    reviews.confirm_fraud(payment_id=held.pk, reviewer=reviewer, comment="no", now=timezone.now())

    assert is_problem(client_of(asha).get(address), 409, "not_booked")


def test_a_released_payment_proves_that_it_was_held(
    held: Payment, asha: User, reviewer: User, client_of: ClientOf, mine: Callable[[], int]
) -> None:
    reviews.release(payment_id=held.pk, reviewer=reviewer, comment="fine", now=timezone.now())
    mine()

    receipt, _file = receipt_for(client_of(asha), held)

    assert holds(receipt)
    assert receipt.booking.hold_id == held.hold_id


@pytest.mark.parametrize("address", ["/api/transactions/{}/receipt", "/api/blockchain/proof/{}"])
def test_somebody_elses_payment_is_not_there(
    pay: Pay, client_of: ClientOf, mine: Callable[[], int], address: str
) -> None:
    payment = pay("1.00")
    mine()
    stranger = client_of(UserFactory.create())

    theirs, nobodys = (stranger.get(address.format(each)) for each in (payment.pk, UNKNOWN))

    assert is_problem(theirs, 404, "transaction_not_found")
    assert theirs.content == nobodys.content


def test_the_payee_of_a_held_payment_sees_nothing(held: Payment, ben: User, client_of: ClientOf) -> None:
    assert is_problem(client_of(ben).get(f"/api/transactions/{held.pk}/receipt"), 404, "transaction_not_found")


def test_transactions_name_their_block_once_there_is_one(
    pay: Pay, asha: User, client_of: ClientOf, mine: Callable[[], int]
) -> None:
    client = client_of(asha)
    first = pay("1.00")
    mine()
    pay("2.00")

    history = client.get("/api/transactions/history").json()["results"]

    assert [each["block_height"] for each in history] == [None, 0]
    assert client.get(f"/api/transactions/{first.pk}").json()["block_height"] == 0


def test_the_proof_leads_to_the_root_of_any_later_log(
    pay: Pay, asha: User, client_of: ClientOf, mine: Callable[[], int]
) -> None:
    payment = pay("1.00")
    mine()
    pay("2.00")
    mine()
    client = client_of(asha)
    latest = client.get("/api/blockchain/checkpoint").json()

    proof = client.get(f"/api/blockchain/proof/{payment.pk}", {"tree_size": latest["tree_size"]}).json()

    assert proof["root_hash"] == latest["root_hash"]
    assert proof["block_height"] == 0
    assert proves_inclusion(
        leaf=bytes.fromhex(proof["leaf_hash"]),
        index=proof["leaf_index"],
        size=latest["tree_size"],
        path=[bytes.fromhex(step) for step in proof["path"]],
        root=bytes.fromhex(latest["root_hash"]),
    )


@pytest.mark.parametrize("size", ["0", "-1", "1000", str(2**63), "9" * 30])
def test_no_proof_in_a_log_of_another_size(
    pay: Pay, asha: User, client_of: ClientOf, mine: Callable[[], int], size: str
) -> None:
    payment = pay("1.00")
    mine()

    answer = client_of(asha).get(f"/api/blockchain/proof/{payment.pk}", {"tree_size": size})

    assert is_problem(answer, 422, "size_out_of_range")


def test_the_checkpoint_is_signed_with_the_published_key(
    pay: Pay, asha: User, client_of: ClientOf, mine: Callable[[], int]
) -> None:
    pay("1.00")
    mine()

    found = client_of(asha).get("/api/blockchain/checkpoint").json()

    keys = APIClient().get("/.well-known/securebank-checkpoint-keys").json()["keys"]
    assert found["public_key"] in [key["vkey"] for key in keys]
    note = notes.Note.parse(found["checkpoint"])
    notes.verify(note, [own_keys.signer().verifier])
    head = notes.Checkpoint.parse(note.text)
    assert (head.tree_size, head.root_hash.hex()) == (found["tree_size"], found["root_hash"])


def test_an_empty_log_has_no_checkpoint(asha: User, client_of: ClientOf) -> None:
    assert is_problem(client_of(asha).get("/api/blockchain/checkpoint"), 409, "not_sealed_yet")


def test_the_log_is_shown_to_have_only_grown(
    pay: Pay, asha: User, client_of: ClientOf, mine: Callable[[], int]
) -> None:
    client = client_of(asha)
    for _ in range(3):
        pay("1.00")
        mine()
    sizes = [block["tree_size"] for block in client.get("/api/blockchain/chain").json()["results"]][::-1]

    proof = client.get("/api/blockchain/consistency", {"from": sizes[0], "to": sizes[2]}).json()

    assert (proof["from"], proof["to"]) == (sizes[0], sizes[2])
    assert client.get("/api/blockchain/consistency", {"from": sizes[0]}).json() == proof
    old, new, *path = (bytes.fromhex(each) for each in (proof["old_root"], proof["new_root"], *proof["path"]))
    assert proves_consistency(old=sizes[0], new=sizes[2], old_root=old, new_root=new, path=path)


@pytest.mark.parametrize(
    "sizes",
    [
        {"from": "-1"},
        {"from": "2", "to": "1"},
        {"from": "0", "to": "100000"},
        {"from": "100000"},
        {"from": "0", "to": str(2**70)},
        {"from": "-" + "9" * 40, "to": "9" * 40},
    ],
    ids=range(6),
)
def test_sizes_that_the_log_never_had_are_refused(
    pay: Pay, asha: User, client_of: ClientOf, mine: Callable[[], int], sizes: dict[str, str]
) -> None:
    pay("1.00")
    mine()

    assert is_problem(client_of(asha).get("/api/blockchain/consistency", sizes), 422, "size_out_of_range")


@pytest.mark.parametrize(
    "sizes", [{}, {"from": ""}, {"from": "x"}, {"from": "1.5"}, {"from": "1", "to": "\x00"}], ids=range(5)
)
def test_what_is_no_size_is_refused(asha: User, client_of: ClientOf, sizes: dict[str, str]) -> None:
    assert is_problem(client_of(asha).get("/api/blockchain/consistency", sizes), 400, "invalid_request")


def test_the_chain_is_listed_newest_first_in_pages(
    pay: Pay, asha: User, client_of: ClientOf, mine: Callable[[], int]
) -> None:
    client = client_of(asha)
    for _ in range(5):
        pay("1.00")
        mine()

    heights, address, pages = [], "/api/blockchain/chain?page_size=2", []
    while address:
        page = client.get(address).json()
        pages.append(page)
        heights.append([block["height"] for block in page["results"]])
        address = page["next"]

    assert heights == [[4, 3], [2, 1], [0]]
    assert client.get(pages[1]["previous"]).json()["results"] == pages[0]["results"]
    assert pages[0]["previous"] is None
    newest, before = pages[0]["results"]
    assert newest["previous_hash"] == before["hash"]


def test_a_block_is_what_its_row_says(pay: Pay, asha: User, client_of: ClientOf, mine: Callable[[], int]) -> None:
    pay("1.00")
    mine()

    found = client_of(asha).get("/api/blockchain/blocks/0").json()

    block = Block.objects.get()
    assert found["hash"] == bytes(block.hash).hex()
    assert found["hash"].startswith("0")
    assert (found["leaf_count"], found["tree_size"]) == (block.leaf_count, block.tree_size)
    assert timezone.now() - block.mined_at < timedelta(minutes=5)


@pytest.mark.parametrize("height", ["0", "7", str(2**63), "9" * 100, "-1", "x", "9" * 5000])
def test_no_such_block(asha: User, client_of: ClientOf, height: str) -> None:
    answer = client_of(asha).get(f"/api/blockchain/blocks/{height}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "asked",
    [{"page_size": "0"}, {"page_size": "101"}, {"cursor": "-1"}, {"cursor": "x"}, {"cursor": str(2**63)}],
    ids=range(5),
)
def test_no_such_page_of_the_chain(asha: User, client_of: ClientOf, asked: dict[str, str]) -> None:
    assert is_problem(client_of(asha).get("/api/blockchain/chain", asked), 400, "invalid_request")


@pytest.mark.parametrize("address", ["chain", "blocks/0", f"proof/{UNKNOWN}", "checkpoint", "consistency?from=0"])
def test_answers_nobody_who_is_not_signed_in(db: None, address: str) -> None:
    assert APIClient().get(f"/api/blockchain/{address}").status_code == 401


def test_a_receipt_takes_as_few_questions_in_a_long_log_as_in_a_short_one(
    pay: Pay, asha: User, client_of: ClientOf, mine: Callable[[], int]
) -> None:
    client, asked = client_of(asha), []

    for bookings in (1, 9):
        payments = [pay("1.00") for _ in range(bookings)]
        mine()
        with CaptureQueriesContext(connection) as queries:
            receipt_for(client, payments[0])
        asked.append(len(queries))

    assert asked[0] == asked[1]
