"""Signed notes and checkpoints, against the vectors that their specifications and the reference program give."""

import base64
import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.keys import BadKey, SignatureKind, Signer, Verifier
from ledger.chain.notes import (
    MOST_SIGNATURES,
    BadNote,
    BadSignature,
    Checkpoint,
    Note,
    NotSigned,
    cosign,
    sign,
    verify,
)

# golang.org/x/mod/sumdb/note
PETER = Signer.parse("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
PETERS_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = Verifier.parse("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop")
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS_LINE = (
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCHS_LINE = (
    "\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
# c2sp.org/signed-note: a text with a blank line in it
POEM = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n\u2014 quasimodo."
    "example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)
# c2sp.org/signed-note@v1.0.0
FOO = Verifier.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
FOOS_NOTE = (
    "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZ"
    "XsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# c2sp.org/tlog-cosignature
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\u2014 example.com/beh"
    "ind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTO"
    "AYQ8=\n\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2o"
    "yin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
LOG = Signer("bank.example/ledger", bytes(32))
WITNESS = Signer("witness.example/w", bytes([7]) * 32, SignatureKind.COSIGNATURE)
HEAD = Checkpoint("bank.example/ledger", 9, bytes(range(32)))


def test_signs_byte_for_byte_as_the_reference_program() -> None:
    assert PETER.verifier.vkey == PETERS_VKEY
    assert PETER.text.endswith("+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
    assert str(sign(TEXT, PETER)) == f"{TEXT}\n{PETERS_LINE}"


def test_verifies_notes_of_others() -> None:
    both = Note.parse(f"{TEXT}\n{PETERS_LINE}{ENOCHS_LINE}")

    assert [each.verifier for each in verify(both, [PETER.verifier, ENOCH])] == [PETER.verifier, ENOCH]
    assert [each.verifier for each in verify(both, [ENOCH])] == [ENOCH]
    assert verify(Note.parse(FOOS_NOTE), [FOO])[0].verifier.vkey == FOO.vkey


@pytest.mark.parametrize("written", [POEM, SOFA, FOOS_NOTE], ids=["poem", "sofa", "foo"])
def test_reads_and_writes_the_specifications_examples_unchanged(written: str) -> None:
    assert str(Note.parse(written)) == written


def test_parts_the_text_at_the_last_blank_line() -> None:
    assert Note.parse(POEM).text.endswith("\n\ned è subito sera.\n")


def test_reads_a_checkpoint() -> None:
    note = Note.parse(SOFA)
    head = Checkpoint.parse(note.text)

    assert (head.origin, head.tree_size) == ("example.com/behind-the-sofa", 20852163)
    assert head.text == note.text
    assert int.from_bytes(note.signatures[1].payload[:8]) == 1679315147


def test_cosigns_as_the_specification_spells_it() -> None:
    note = cosign(sign(HEAD.text, LOG), WITNESS, time=1679315147)
    line = base64.b64decode(str(note).splitlines()[-1].split(" ")[2])
    public = WITNESS.verifier.public_key

    assert line[:4] == hashlib.sha256(b"witness.example/w\n\x04" + public).digest()[:4]
    assert line[4:12] == bytes.fromhex("00000000641850cb")
    message = b"cosignature/v1\ntime 1679315147\n" + HEAD.text.encode()
    Ed25519PublicKey.from_public_bytes(public).verify(line[12:], message)
    assert [each.time for each in verify(note, [LOG.verifier, WITNESS.verifier])] == [None, 1679315147]


def test_a_witness_signature_for_another_time_is_refused() -> None:
    note = cosign(sign(HEAD.text, LOG), WITNESS, time=1000)
    line = note.signatures[1]
    moved = replace(line, payload=(2000).to_bytes(8) + line.payload[8:])

    with pytest.raises(BadSignature):
        verify(Note(note.text, (note.signatures[0], moved)), [LOG.verifier, WITNESS.verifier])


def test_lines_of_unknown_keys_are_passed_over_but_prove_nothing() -> None:
    with pytest.raises(NotSigned):
        verify(Note.parse(FOOS_NOTE), [PETER.verifier])


def test_a_known_keys_line_under_another_name_is_unknown() -> None:
    note = sign(HEAD.text, LOG)

    with pytest.raises(NotSigned):
        verify(note, [replace(LOG.verifier, name="other.example")])


def test_one_wrong_line_of_a_known_key_spoils_the_note() -> None:
    good = sign(HEAD.text, LOG)
    bad = replace(good.signatures[0], payload=bytes(64))

    with pytest.raises(BadSignature):
        verify(Note(good.text, (*good.signatures, bad)), [LOG.verifier])


@given(place=st.integers(0, len(f"{TEXT}\n{PETERS_LINE}".encode()) - 1), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found(place: int, bit: int) -> None:
    written = bytearray(f"{TEXT}\n{PETERS_LINE}".encode())
    written[place] ^= 1 << bit

    with pytest.raises((BadNote, BadSignature, NotSigned, UnicodeDecodeError)):
        verify(Note.parse(written.decode()), [PETER.verifier])


@pytest.mark.parametrize(
    "written",
    [
        "",
        "\n",
        "\n\n",
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{PETERS_LINE[:-1]}",
        f"{TEXT}{PETERS_LINE}",
        f"\n{PETERS_LINE}",
        f"{TEXT}\n{PETERS_LINE.replace(chr(0x2014), '-')}",
        f"{TEXT}\n{PETERS_LINE}\n",
        f"{TEXT}\n{PETERS_LINE}trailing\n",
        f"{TEXT}\n\u2014 PeterNeumann\n",
        f"{TEXT}\n\u2014 Peter Neumann x08go/ZJ\n",
        f"{TEXT}\n\u2014 Peter+Neumann x08go/ZJ\n",
        f"{TEXT}\n\u2014 PeterNeumann x08g\n",
        f"{TEXT}\n\u2014 PeterNeumann x08go/ZJkuB\n",
        f"{TEXT}\n\u2014 PeterNeumann x08go_ZJ\n",
        f"a\rb\n\n{PETERS_LINE}",
        f"a\x00b\n\n{PETERS_LINE}",
        f"a\ud800b\n\n{PETERS_LINE}",
        f"a\n\n{PETERS_LINE * (MOST_SIGNATURES + 1)}",
        "a" * 70_000 + f"\n\n{PETERS_LINE}",
    ],
    ids=range(22),
)
def test_refuses_what_is_no_note(written: str) -> None:
    with pytest.raises(BadNote):
        Note.parse(written)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        f"a\n1\n{'A' * 43}=",
        f"\n1\n{'A' * 43}=\n",
        f"a\n01\n{'A' * 43}=\n",
        f"a\n-1\n{'A' * 43}=\n",
        f"a\n+1\n{'A' * 43}=\n",
        f"a\n\u0661\n{'A' * 43}=\n",
        f"a\n{'9' * 20}\n{'A' * 43}=\n",
        f"a\n1\n{'A' * 42}==\n",
        f"a\n1\n{'A' * 42}B=\n",
        "a\n1\nAAAA\n",
        f"a\n1\n{'A' * 43}=\n\nmore\n",
    ],
    ids=range(13),
)
def test_refuses_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


@pytest.mark.parametrize("text", ["", "no end", "\ud800\n", "\x07\n"], ids=range(4))
def test_signs_no_text_that_could_not_be_read_again(text: str) -> None:
    with pytest.raises((BadNote, UnicodeEncodeError)):
        sign(text, LOG)


@pytest.mark.parametrize("time", [-1, 2**63], ids=["negative", "too late"])
def test_cosigns_no_time_that_can_not_be_written(time: int) -> None:
    with pytest.raises(BadNote):
        cosign(sign(HEAD.text, LOG), WITNESS, time=time)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "a" * 1000 + "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
    ids=range(11),
)
def test_refuses_what_is_no_key(text: str) -> None:
    with pytest.raises(BadKey):
        Verifier.parse(text)
    with pytest.raises(BadKey):
        Signer.parse(f"PRIVATE+KEY+{text}")


def test_a_public_key_is_no_signing_key() -> None:
    with pytest.raises(BadKey):
        Signer.parse(PETERS_VKEY)


def test_a_signing_key_does_not_show_itself() -> None:
    assert PETER.text not in repr(PETER)
    assert str(PETER.seed) not in repr(PETER)
