"""What a receipt is made of, before it is a file."""

from dataclasses import dataclass
from hashlib import sha256

from ledger.chain.receipts import Receipt, write_receipt
from payments.models import Payment


@dataclass(frozen=True, slots=True)
class SealedReceipt:
    """A payment and its receipt, as one of its two people may have it."""

    payment: Payment
    receipt: Receipt

    @property
    def content(self) -> bytes:
        """The file: the same bytes every time."""
        return write_receipt(self.receipt)

    @property
    def digest(self) -> str:
        """SHA-256 of the file, as ``sha256sum`` writes it."""
        return sha256(self.content).hexdigest()

    @property
    def filename(self) -> str:
        """The name to save it under; it says nothing about people or money."""
        return f"receipt-{str(self.payment.pk)[-12:]}.json"
