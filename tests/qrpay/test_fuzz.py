"""Whatever a code says, reading it ends with facts or with one of our own errors. ``make fuzz`` tries many more."""

import os
import random
from collections.abc import Callable
from contextlib import suppress

import base45
import pytest

from qrpay.codes import envelope, reading
from qrpay.codes.content import Content
from qrpay.codes.errors import BadCode
from qrpay.codes.keys import KeyRing, MasterKey
from qrpay.services import amounts, names, registry
from securebank.kernel.errors import DomainError
from tests.qrpay import examples
from tests.qrpay.fuzzing import Fuzzer
from tests.qrpay.test_seals import CODE, seal, sign
from tests.qrpay.test_standards import merchant

# Texts for each parser; ``make fuzz`` gives a number of examples for each operation of the interface.
ROUNDS = 40 * int(os.environ.get("SECUREBANK_FUZZ_EXAMPLES", "60"))
KEYS = reading.Keys(KeyRing((MasterKey(1, b"1" * 32), MasterKey(2, b"2" * 32))), "live")
SEEDS = {
    "emv": [examples.EMV, examples.PIX, examples.PROMPTPAY, examples.PROMPTPAY_AMOUNT, merchant()],
    "upi": [examples.UPI, "upi://pay?pa=a@bank&am=5&mam=1&QRexpire=2026-11-21T12:00:00+05:30&orgid=1&sign=AAAA"],
    "epc": [examples.EPC, "BCD\n002\n1\nSCT\n\nMax Mustermann\nDE89370400440532013000"],
    "swiss": [examples.SWISS, examples.SWISS_CREDITOR],
    "own": [seal(), sign()],
}


def read(text: str) -> None:
    """Read a text and everything that the services make of what it says without the database."""
    with suppress(BadCode, DomainError):
        facts = reading.read(text, keys=KEYS)
        amounts.terms_of(facts, None)
        names.differ(facts.payee_name, "Asha Rao")
        registry.own_address(facts)


def read_content(text: str) -> None:
    """Read the text's characters as the bytes behind a seal or of a signed code's envelope."""
    data = text.encode("latin-1", errors="replace")
    with suppress(BadCode):
        Content.decode(data)
    with suppress(BadCode):
        reading.read(envelope.wrapped(envelope.SIGNED, data), keys=KEYS)
    with suppress(BadCode):
        reading.read(envelope.wrapped(envelope.SEALED, data), keys=KEYS)


@pytest.mark.parametrize("family", SEEDS)
def test_reading_any_text_ends_with_facts_or_our_own_errors(family: str) -> None:
    _fuzz(SEEDS[family], read)


def test_reading_any_bytes_behind_an_envelope_ends_so_too() -> None:
    signed = base45.b45decode(sign().removeprefix(envelope.SIGNED)).decode("latin-1")

    _fuzz([CODE.encoded().decode("latin-1"), signed], read_content)


def _fuzz(seeds: list[str], target: Callable[[str], None]) -> None:
    fuzzer = Fuzzer(target, list(seeds), random.Random(ROUNDS))
    fuzzer.run(0)
    known = len(fuzzer.edges)

    fuzzer.run(ROUNDS)

    assert len(fuzzer.edges) > known, "no text walked a way that the seeds don't walk"
