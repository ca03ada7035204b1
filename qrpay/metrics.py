"""Figures about codes, for Prometheus."""

from typing import Final

from prometheus_client import Counter, Histogram

ISSUED: Final = Counter("securebank_qr_issued_total", "Codes issued, by format", ("scheme",))
PAID: Final = Counter("securebank_qr_paid_total", "Payments made with a code", ("scheme", "authenticity", "source"))
REFUSED: Final = Counter("securebank_qr_refused_total", "Codes refused, by reason", ("reason",))
SCANS: Final = Counter(
    "securebank_qr_scans_total",
    "Pictures judged, by judgement and by how it is known whom the code pays",
    ("level", "authenticity"),
)
UNREAD: Final = Counter(
    "securebank_qr_unread_total", "Pictures in which no code could be judged, by reason", ("reason",)
)
SCAN_SECONDS: Final = Histogram(
    "securebank_qr_scan_seconds",
    "Time to read and judge one picture",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15),
)
