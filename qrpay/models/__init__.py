"""Tables of the QR room."""

from qrpay.models.code import Code, CodePayment, SealCount

__all__ = ["Code", "CodePayment", "SealCount"]
