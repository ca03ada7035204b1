"""Numbers of the voice room, each with its unit and where it comes from."""

from datetime import timedelta
from typing import Final

# How long a command may be confirmed: long enough to read it back and type a PIN, too short to be found open later.
LIFE: Final = timedelta(minutes=2)

# Paise, at the reference rate. UPI 123PAY, payments by phone call, began with 5,000 rupees a payment (NPCI, 2022);
# the day's limit is policy of this bank: two such payments.
VOICE_PER_PAYMENT_MINOR: Final = 5_000_00
VOICE_PER_DAY_MINOR: Final = 10_000_00

# Sentences are about rupees.
CURRENCY: Final = "INR"

# Of the people that a customer has paid, so many of the latest are compared with a heard name.
MOST_PEOPLE: Final = 500

# Payments told as history.
TOLD_PAYMENTS: Final = 3
