"""Payment handles: ``asha.rao``, shown to people as ``asha.rao@securebank``."""

import re
import secrets
import unicodedata
from collections.abc import Iterator
from typing import Final

SUFFIX: Final = "@securebank"
SHORTEST: Final = 3
LONGEST: Final = 30
# ASCII only: no letter of another script can imitate one of these.
HANDLE: Final = re.compile(r"[a-z][a-z0-9._]{2,29}")
# Names that a customer would take for the bank itself.
RESERVED: Final = frozenset(
    word
    for line in (
        "account accounts admin administrator analyst api audit auditor bank billing compliance contact customer",
        "customercare finance fraud help helpdesk info legal mail manager me news nobody noreply notify null official",
        "operator owner pay payment payments postmaster privacy refund refunds root sales secure securebank security",
        "service settlement staff status superuser supervisor support system team treasury trust undefined upi user",
        "verify webmaster www",
    )
    for word in line.split()
)


def is_reserved(handle: str) -> bool:
    """Tell whether a handle would pass for the bank.

    >>> is_reserved("support"), is_reserved("s.u.p.p.o.r.t"), is_reserved("securebank.help"), is_reserved("asha.rao")
    (True, True, True, False)
    """
    bare = re.sub(r"[._]", "", handle)
    return handle in RESERVED or bare in RESERVED or bare.startswith(("securebank", "admin"))


def bare_handle(written: str) -> str:
    """Return a handle as it is stored: lower case, without ``@securebank``.

    >>> bare_handle(" Asha.Rao@SecureBank ")
    'asha.rao'
    """
    return written.strip().lower().removesuffix(SUFFIX)


def derived_handles(name: str, email: str) -> Iterator[str]:
    """Yield handles for somebody who chose none: from the name, from the address, then with random digits.

    >>> from itertools import islice
    >>> list(islice(derived_handles("Asha Rao", "ar@example.com"), 1))
    ['asha.rao']
    """
    stems = [stem for stem in (_stem(name), _stem(email.partition("@")[0])) if stem] or ["customer"]
    for stem in stems:
        if HANDLE.fullmatch(stem) and not is_reserved(stem):
            yield stem
    stem = stems[0] if not is_reserved(stems[0]) else "customer"
    while True:
        yield f"{stem[: LONGEST - 6]}{secrets.randbelow(900_000) + 100_000}"


def _stem(text: str) -> str:
    """Return the ASCII letters and digits of a name, words joined by dots."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", ".", ascii_text).strip(".").lstrip("0123456789.")[:LONGEST].rstrip(".")
