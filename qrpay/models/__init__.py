"""Tables of the QR room."""

from qrpay.models.code import Code, CodePayment, SealCount
from qrpay.models.scan import BatchPicture, PictureReading, Scan

__all__ = ["BatchPicture", "Code", "CodePayment", "PictureReading", "Scan", "SealCount"]
