"""``python -m ledger.witness_checkpoint EXPORT --seen FILE --log-keys KEYS --key FILE``: cosign what the log says.

For somebody else than the bank: needs Python and ``cryptography``, no bank, no network; imports no Django. Ends with 0
and writes the cosigned checkpoint, with 1 when it must not sign, with 2 when it was called in a wrong way.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ledger.chain.key_ring import PublishedKey, read_published
from ledger.chain.keys import BadKey, SignatureKind, Signer
from ledger.chain.notes import BadNote, BadSignature, Note, NotSigned
from ledger.chain.witness import BadExport, Export, Fork, NotGrown, read_export, witness

SIGNED: Final = 0
REFUSED: Final = 1
WRONG_CALL: Final = 2
LONGEST_FILE: Final = 64 * 1024 * 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at one export; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        signer = _signer(options.key, options.name)
        keys, known, export = _keys(options.log_keys), _known(options.seen), _export(options.export)
    except (OSError, ValueError) as error:
        _tell(str(error))
        return WRONG_CALL
    try:
        note = witness(export, known=known, keys=keys, signer=signer, time=int(time.time()))
    except Fork as fork:
        _tell(f"REFUSED  {fork}\n")
        for title, each in zip(("signed before:", "signed now:"), fork.notes, strict=True):
            _tell(f"{title}\n{each}")
        return REFUSED
    except (NotGrown, NotSigned, BadSignature) as refusal:
        _tell(f"REFUSED  {refusal}")
        return REFUSED
    _remember(options.seen, note)
    sys.stdout.write(str(note))
    return SIGNED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ledger.witness_checkpoint",
        description="Cosign a checkpoint if it follows from those that were seen before.",
    )
    parser.add_argument("export", type=Path, help="what the bank's export_checkpoint wrote")
    parser.add_argument("--seen", type=Path, required=True, help="file of the checkpoints seen so far; made if missing")
    parser.add_argument("--log-keys", required=True, help="the bank's public keys: a vkey, or a file of published keys")
    parser.add_argument("--key", type=Path, required=True, help="file of the witness's own signing key")
    parser.add_argument("--name", help="makes that key under this name if it is missing, such as witness.example/w")
    return parser


def _signer(path: Path, name: str | None) -> Signer:
    if name is not None and not path.exists():
        made = Signer.generate(name, SignatureKind.COSIGNATURE)
        path.touch(mode=0o600)
        path.write_text(f"{made.text}\n", encoding="utf-8")
        _tell(f"The witness's public key: {made.verifier.vkey}")
    signer = Signer.parse(_text(path).strip())
    if signer.kind is not SignatureKind.COSIGNATURE:
        raise BadKey(f"{path} holds a key that signs notes, not the times at which a witness saw them")
    return signer


def _keys(written: str) -> tuple[PublishedKey, ...]:
    return read_published(written if written.count("+") > 1 else _text(Path(written)))


def _known(path: Path) -> list[Note]:
    """Return the notes that were seen: a JSON text a line."""
    lines = _text(path).splitlines() if path.exists() else []
    try:
        return [Note.parse(json.loads(line)) for line in lines]
    except (ValueError, TypeError) as error:
        raise BadNote(f"{path} was changed: {error}") from None


def _export(path: Path) -> Export:
    try:
        return read_export(_text(path))
    except BadExport as error:
        raise BadExport(f"{path}: {error}") from None


def _text(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(LONGEST_FILE + 1)
    if len(content) > LONGEST_FILE:
        raise BadExport(f"{path} is too large")
    return content.decode("utf-8")


def _remember(path: Path, note: Note) -> None:
    """Write down what is signed before it is given away: a witness that forgets can be led astray."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(str(note)) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
