"""A QR code taken apart, shared by the bank and by what trains its models."""

from ml.qr.features.evidence import Evidence, examine
from ml.qr.features.reed_solomon import Uncorrectable
from ml.qr.features.stream import Ending

__all__ = ["Ending", "Evidence", "Uncorrectable", "examine"]
