"""The public keys of signed codes, as they are given away. Imports no Django."""

import json
from collections.abc import Mapping
from typing import Any, Final

from qrpay.codes.keys import KEY_BYTES, KeyRing, thumbprint

LONGEST: Final = 64 * 1024
ALGORITHM: Final = "Ed25519"


def write_json(ring: KeyRing, *, environment: str) -> dict[str, Any]:
    """Return the keys as they stand at their public address, the newest first; each verifies for ever."""
    keys = ring.public_keys(environment=environment)
    return {
        "keys": [
            {"id": key_id.hex(), "algorithm": ALGORITHM, "public_key": public.hex()}
            for key_id, public in reversed(keys.items())
        ]
    }


def read_json(text: str) -> Mapping[bytes, bytes]:
    """Return the public keys of a file by their thumbprints, which are made anew and not believed.

    Raises:
        ValueError: the file holds none in this form.
    """
    if len(text) > LONGEST:
        raise ValueError("too many keys")
    try:
        keys = [bytes.fromhex(row["public_key"]) for row in json.loads(text)["keys"] if row["algorithm"] == ALGORITHM]
    except (ValueError, RecursionError, KeyError, TypeError):
        raise ValueError("the file holds no keys in the form in which they are published") from None
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise ValueError("a key has 32 bytes, and there is one at least")
    return {thumbprint(key): key for key in keys}
