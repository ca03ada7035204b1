"""Figures about codes, for Prometheus."""

from typing import Final

from prometheus_client import Counter

ISSUED: Final = Counter("securebank_qr_issued_total", "Codes issued, by format", ("scheme",))
PAID: Final = Counter("securebank_qr_paid_total", "Payments made with a code", ("scheme", "authenticity", "source"))
REFUSED: Final = Counter("securebank_qr_refused_total", "Codes refused, by reason", ("reason",))
