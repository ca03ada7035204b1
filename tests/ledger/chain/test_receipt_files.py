"""What is no receipt is refused in a sentence, before anything is proven."""

import json

import pytest

from ledger.chain.receipts import LONGEST_RECEIPT, BadReceipt, read_receipt
from tests.ledger.chain.receipt_builder import GOOD, changed


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "ends too early"),
        (b"null", "not a receipt"),
        (b"[]", "not a receipt"),
        (b"hello", "not a receipt"),
        (b'"', "not a receipt"),
        (b'{"format', "ends too early"),
        (b"{}", "not a receipt"),
        (b'{"format": 1}', "not a receipt"),
        (b'{"format": "securebank/receipt/v2"}', "not known here: 'securebank/receipt/v2'"),
        (b'{"format": "securebank/receipt/v1"}', "lacks 'shown'"),
        (b"\xff\xfe", "not text"),
        (b"\x00" * 100, "not a receipt"),
        (b"[" * 60_000, "nested too deeply"),
        (b'{"a":' * 10_000, "nested too deeply"),
        (b" " * (LONGEST_RECEIPT + 1), "too large"),
        (GOOD.replace(b'"index": "4"', b'"index": 4'), "where a whole number belongs"),
        (GOOD.replace(b'"index": "4"', b'"index": "04"'), "where a whole number belongs"),
        (GOOD.replace(b'"index": "4"', b'"index": "4.0"'), "where a whole number belongs"),
        (GOOD.replace(b'"index": "4"', '"index": "٤"'.encode()), "where a whole number belongs"),
        (GOOD.replace(b'"index": "4"', b'"index": "9999999999999999999"'), "where a whole number belongs"),
        (GOOD.replace(b'"index": "4"', b'"index": 4.5'), "written in a wrong way"),
        (GOOD.replace(b'"index": "4"', b'"index": NaN'), "written in a wrong way"),
        (GOOD.replace(b'"index": "4"', b'"index": "4", "index": "4"'), "says something twice"),
        (GOOD.replace(b'"index": "4"', b'"index": "4", "more": "4"'), "holds 'more'"),
        (GOOD.replace(b'"key"', b'"kez"'), "lacks 'key'"),
        (GOOD.replace(b'"note": "Dinner', b'"note": ["Dinner"], "x": "'), "holds 'x'"),
        (changed("shown.note", ["x"]), "where a text belongs"),
        (changed("shown.note", "x" * 500), "where a text belongs"),
        (changed("booking.client_id", "x"), "where an identifier belongs"),
        (changed("leaf.hash", "xyz"), "where a hash belongs"),
        (changed("leaf.hash", "AB"), "where a hash belongs"),
        (changed("block.previous_hash", ""), "where a hash belongs"),
        (changed("proof.path", "ab"), "no list of hashes"),
        (changed("proof.path", ["00"] * 65), "no list of hashes"),
        (changed("sides", None), "missing or of the wrong kind"),
        (GOOD.replace(b"\n", b"\r\n"), "not written as the bank writes"),
        (json.dumps(json.loads(GOOD)).encode(), "not written as the bank writes"),
    ],
    ids=range(37),
)
def test_refuses_what_is_no_receipt(content: bytes, sentence: str) -> None:
    with pytest.raises(BadReceipt, match=sentence):
        read_receipt(content)
