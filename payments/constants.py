"""Numbers of the payments room, each with its unit and where it comes from."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

# Paise. What a customer gets until they choose otherwise: policy of this bank, version 1.
DEFAULT_PER_PAYMENT_MINOR: Final = 500_000_00
DEFAULT_PER_DAY_MINOR: Final = 1_000_000_00
DEFAULT_NEW_PAYEE_MINOR: Final = 100_000_00

# Paise. The highest limits that a customer may choose.
MAX_PER_PAYMENT_MINOR: Final = 2_000_000_00
MAX_PER_DAY_MINOR: Final = 5_000_000_00
MAX_NEW_PAYEE_MINOR: Final = 500_000_00

# Paise. Without a PIN, payments up to here go through.
PIN_FREE_MINOR: Final = 10_000_00

# Major units of the account's currency: one demo deposit or withdrawal.
MAX_CASH_MAJOR: Final = 1_000_000

# How long a payee counts as new, from the day they were saved or first paid.
COOLING_OFF: Final = timedelta(hours=24)

# How long a payment may wait for a reviewer before the money goes back.
REVIEW_WITHIN: Final = timedelta(days=7)

# How long after a payment its payer may say that they didn't make it: 13 months, as PSD2 (EU 2015/2366), article 71.
DISPUTE_WITHIN: Final = timedelta(days=396)

# A request for money that names no end.
REQUEST_OPEN_FOR: Final = timedelta(days=7)
REQUEST_OPEN_AT_MOST: Final = timedelta(days=90)
MAX_PENDING_REQUESTS: Final = 100

NOTE_LENGTH: Final = 140
DISPUTE_TEXT_LENGTH: Final = 280
NICKNAME_LENGTH: Final = 40
ADDRESS_LENGTH: Final = 60

# Rupees for one unit of each currency. Fixed and rounded on purpose: they only measure payments in
# other currencies against limits and fraud rules, and a limit must not move with the market.
REFERENCE_RATES: Final = {
    "AED": Decimal(23),
    "AUD": Decimal(56),
    "BHD": Decimal(226),
    "BRL": Decimal(16),
    "CAD": Decimal(62),
    "CHF": Decimal(100),
    "EUR": Decimal(95),
    "GBP": Decimal(110),
    "INR": Decimal(1),
    "JPY": Decimal("0.6"),
    "KWD": Decimal(280),
    "MXN": Decimal(5),
    "SAR": Decimal(23),
    "SGD": Decimal(65),
    "THB": Decimal("2.6"),
    "USD": Decimal(85),
}
REFERENCE_CURRENCY: Final = "INR"
