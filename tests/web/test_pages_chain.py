"""The explorer, receipts and the page that checks them, as a browser gets them."""

import hashlib
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as bank
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from ledger.chain import mining
from ledger.chain.receipts import read_receipt
from payments.models import Payment
from payments.receipts.codes import code_text
from payments.receipts.drawing import picture_of
from payments.services import transfers
from payments.types import TransferOrder
from tests.factories import BankAccountFactory, UserFactory
from tests.ledger.chain.receipt_builder import make_receipt
from tests.web.test_pages import INLINE

pytestmark = pytest.mark.django_db


@pytest.fixture
def asha() -> User:
    return BankAccountFactory.create(owner=UserFactory.create(name="Asha Rao", handle="asha"), balance=5_000_00).owner


@pytest.fixture
def ravi() -> User:
    return BankAccountFactory.create(owner=UserFactory.create(name="Ravi Sharma", handle="ravi")).owner


@pytest.fixture
def payment(asha: User, ravi: User) -> Payment:
    order = TransferOrder(customer=asha, to="ravi", amount="1250.50", note="Dinner")
    return transfers.submit_transfer(order=order, requested_at=timezone.now())


@pytest.fixture
def mine(settings: Any) -> Callable[[], int]:
    settings.CHAIN_DIFFICULTY = 1
    return mining.mine_pending


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=bank.AUTHENTICATION_BACKENDS[0])
    return client


def test_a_payment_is_booked_at_once_and_sealed_later(asha: User, payment: Payment, mine: Callable[[], int]) -> None:
    browser, address = browser_of(asha), reverse("payment", args=[payment.pk])
    before = browser.get(address).content.decode()
    mine()
    after = browser.get(reverse("payment-seal", args=[payment.pk])).content.decode()

    assert "It is sealed in a block within seconds." in before
    assert 'data-rooms="chain"' in before
    assert "Sealed in block 0" in after
    assert "hx-get" not in after
    assert "Sealed in block 0" in browser.get(address).content.decode()


def test_the_receipt_page_shows_the_hash_of_the_file_it_gives(
    asha: User, payment: Payment, mine: Callable[[], int]
) -> None:
    mine()
    browser = browser_of(asha)

    page = browser.get(reverse("receipt", args=[payment.pk])).content.decode()
    file = browser.get(reverse("receipt-file", args=[payment.pk]))

    assert hashlib.sha256(file.content).hexdigest() in page
    assert file.headers["Content-Disposition"].startswith('attachment; filename="receipt-')
    assert read_receipt(file.content).shown["note"] == "Dinner"


def test_the_receipt_on_paper_says_the_same(asha: User, payment: Payment, mine: Callable[[], int]) -> None:
    mine()
    browser = browser_of(asha)
    digest = hashlib.sha256(browser.get(reverse("receipt-file", args=[payment.pk])).content).hexdigest()

    answer = browser.get(reverse("receipt-pdf", args=[payment.pk]))

    assert answer.headers["Content-Type"] == "application/pdf"
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "1,250.50" in text
    assert str(payment.pk) in text
    assert digest[:32] in text
    assert digest[32:] in text
    assert "Ravi S" in text
    assert "Sharma" not in text


def test_the_code_leads_to_the_check_with_the_hash_where_no_server_sees_it() -> None:
    assert re.fullmatch(r"https?://[^/]+/receipts/check#sha256=ab12", code_text("ab12"))


@pytest.mark.parametrize("name", ["receipt", "receipt-file", "receipt-pdf"])
def test_an_unsealed_payment_has_no_receipt_page(asha: User, payment: Payment, name: str) -> None:
    assert browser_of(asha).get(reverse(name, args=[payment.pk])).status_code == 409


@pytest.mark.parametrize("name", ["receipt", "receipt-file", "receipt-pdf", "payment-seal"])
def test_somebody_elses_receipt_is_not_there(payment: Payment, mine: Callable[[], int], name: str) -> None:
    mine()

    assert browser_of(UserFactory.create()).get(reverse(name, args=[payment.pk])).status_code == 404


def test_the_explorer_lists_blocks_and_ones_own_payments(
    asha: User, ravi: User, payment: Payment, mine: Callable[[], int]
) -> None:
    browser = browser_of(asha)
    assert "No block yet." in browser.get(reverse("chain")).content.decode()
    mine()

    mine_page = browser.get(reverse("chain")).content.decode()
    strangers = browser_of(UserFactory.create()).get(reverse("chain")).content.decode()

    assert "Block 0" in mine_page
    assert reverse("receipt", args=[payment.pk]) in mine_page
    assert "Block 0" in strangers
    assert str(payment.pk) not in strangers


def test_a_block_shows_its_reader_their_own_payments_only(
    asha: User, ravi: User, payment: Payment, mine: Callable[[], int]
) -> None:
    mine()
    address = reverse("block", args=[0])

    payers, payees, strangers = (browser_of(person).get(address) for person in (asha, ravi, UserFactory.create()))

    assert all("Root of the whole log" in each.content.decode() for each in (payers, payees, strangers))
    assert [str(payment.pk) in each.content.decode() for each in (payers, payees, strangers)] == [True, True, False]


@pytest.mark.parametrize("before", ["x", "-1", "", "9" * 30, "１"])
def test_a_place_in_the_chain_that_makes_no_sense_is_passed_over(asha: User, before: str) -> None:
    assert browser_of(asha).get(reverse("chain"), {"before": before}).status_code == 200


def test_older_blocks_are_a_page_away(asha: User, mine: Callable[[], int], ravi: User) -> None:
    for _ in range(22):
        transfers.submit_transfer(
            order=TransferOrder(customer=asha, to="ravi", amount="1"), requested_at=timezone.now()
        )
        mine()
    browser = browser_of(asha)

    first = browser.get(reverse("chain")).content.decode()
    second = browser.get(reverse("chain"), {"before": 2}).content.decode()

    assert f"{reverse('chain')}?before=2" in first
    assert re.findall(r"Block (\d+)", second) == ["1", "0"]


def test_nobody_needs_to_sign_in_to_check_a_receipt(asha: User) -> None:
    page = Client().get(reverse("receipt-check"))

    assert (page.status_code, browser_of(asha).get(reverse("receipt-check")).status_code) == (200, 200)
    assert INLINE.search(page.content.decode()) is None
    keys = Client().get("/.well-known/securebank-checkpoint-keys").json()["keys"]
    assert keys[0]["vkey"] in page.content.decode()


def test_the_published_keys_say_the_same_in_both_forms() -> None:
    as_json = Client().get("/.well-known/securebank-checkpoint-keys").json()["keys"]
    as_text = Client().get("/.well-known/securebank-checkpoint-keys.txt").content.decode()

    assert [key["vkey"] for key in as_json] == [line.split()[0] for line in reversed(as_text.splitlines())]
    assert "PRIVATE" not in json.dumps(as_json) + as_text


@pytest.mark.parametrize(("size", "index"), [(1, 0), (2, 1), (7, 4), (7, 6), (100, 99)])
def test_the_picture_leads_from_the_booking_to_the_signed_root(size: int, index: int) -> None:
    receipt = make_receipt(size=size, index=index)

    picture = picture_of(receipt)

    assert picture.leaf.hash == receipt.leaf_hash.hex()
    assert picture.root.hash == receipt.block.log_root.hex()
    assert [joint.given.hash for joint in picture.joints] == [step.hex() for step in receipt.path]
