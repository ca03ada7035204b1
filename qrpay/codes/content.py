"""What our own codes hold, sealed or signed: a CBOR map with integer keys. Imports no Django."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import cbor2

from qrpay.codes import cbor
from qrpay.codes.currencies import LETTERS, NUMBERS, major
from qrpay.codes.errors import Malformed
from qrpay.codes.facts import CodeFacts, Scheme
from qrpay.codes.plain import cut

ID, ACCOUNT, CURRENCY, AMOUNT, LEAST, MOST, ISSUED, LIFE, NAME, SINGLE_USE = range(1, 11)
NEEDED: Final = frozenset({ID, ACCOUNT, CURRENCY, ISSUED})
KINDS: Final[dict[int, type]] = {ID: bytes, NAME: str} | dict.fromkeys(
    (ACCOUNT, CURRENCY, AMOUNT, LEAST, MOST, ISSUED, LIFE, SINGLE_USE), int
)
ID_BYTES: Final = 16
ACCOUNT_DIGITS: Final = 12
# Seconds since 1970 that a datetime can hold with any life added: up to the year 9000.
LATEST: Final = 221_845_392_000
LONGEST_LIFE: Final = 10**10
HIGHEST_AMOUNT: Final = 10**14


@dataclass(frozen=True, slots=True)
class Content:
    """What one of our codes says.

    Attributes:
        account: number of the account to be paid, 12 digits.
        amount: minor units; None when the payer chooses between ``least`` and ``most``.
        name: of the payee, cut so that the code stays small.
        life: seconds from ``issued_at`` until the code is void; None for ever.
    """

    code_id: UUID
    account: str
    currency: str
    issued_at: datetime
    amount: int | None = None
    least: int | None = None
    most: int | None = None
    life: int | None = None
    name: str = ""
    is_single_use: bool = False

    def encoded(self) -> bytes:
        """Return the bytes; the same each time."""
        written: dict[int, Any] = {
            ID: self.code_id.bytes,
            ACCOUNT: int(self.account),
            CURRENCY: NUMBERS[self.currency],
            AMOUNT: self.amount,
            LEAST: self.least,
            MOST: self.most,
            ISSUED: int(self.issued_at.timestamp()),
            LIFE: self.life,
            NAME: self.name or None,
            SINGLE_USE: 1 if self.is_single_use else None,
        }
        return cbor2.dumps({key: value for key, value in written.items() if value is not None}, canonical=True)

    def fitted(self, most_bytes: int) -> "Content":
        """Return the content with its name cut, at a whole character, so that it takes so many bytes at most."""
        over = len(self.encoded()) - most_bytes
        if over <= 0:
            return self
        return replace(self, name=cut(self.name, len(self.name.encode()) - over)).fitted(most_bytes)

    @classmethod
    def decode(cls, data: bytes) -> "Content":
        """Return what the bytes say.

        Raises:
            Malformed: they say nothing that this version of the format knows.
        """
        found = _checked(cbor.read(data))
        return cls(
            code_id=UUID(bytes=found[ID]),
            account=f"{found[ACCOUNT]:0{ACCOUNT_DIGITS}d}",
            currency=LETTERS[found[CURRENCY]],
            issued_at=datetime.fromtimestamp(found[ISSUED], UTC),
            amount=found.get(AMOUNT),
            least=found.get(LEAST),
            most=found.get(MOST),
            life=found.get(LIFE),
            name=found.get(NAME, ""),
            is_single_use=SINGLE_USE in found,
        )

    @property
    def expires_at(self) -> datetime | None:
        """The instant from which the code is void."""
        return None if self.life is None else self.issued_at + timedelta(seconds=self.life)

    def facts(self, scheme: Scheme) -> CodeFacts:
        """Return the same in the terms that all formats share."""
        amount, least, most = (
            None if minor is None else major(minor, self.currency) for minor in (self.amount, self.least, self.most)
        )
        return CodeFacts(
            scheme=scheme,
            payee_name=self.name,
            payee_address=self.account,
            amount=amount,
            least=least,
            most=most,
            currency=self.currency,
            reference=self.code_id.hex,
            expires_at=self.expires_at,
            code_id=self.code_id,
            is_static=not self.is_single_use,
        )


def _checked(found: Any) -> dict[int, Any]:
    """Return the map once every key is known, every value of its kind and within its bounds."""
    if not isinstance(found, dict) or not NEEDED <= found.keys() <= KINDS.keys():
        raise Malformed("a map of known keys, with those that are needed")
    if any(not isinstance(value, KINDS[key]) for key, value in found.items()):
        raise Malformed("a value of another kind than its key says")
    bounds = (
        len(found[ID]) == ID_BYTES,
        0 < found[ACCOUNT] < 10**ACCOUNT_DIGITS,
        found[CURRENCY] in LETTERS,
        0 < found[ISSUED] < LATEST,
        0 < found.get(LIFE, 1) <= LONGEST_LIFE,
        found.get(SINGLE_USE, 1) == 1,
        all(0 < found.get(key, 1) <= HIGHEST_AMOUNT for key in (AMOUNT, LEAST, MOST)),
        AMOUNT not in found or not found.keys() & {LEAST, MOST},
        found.get(LEAST, 1) <= found.get(MOST, HIGHEST_AMOUNT),
    )
    if not all(bounds):
        raise Malformed("a value outside of its bounds")
    return found
