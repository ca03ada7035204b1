"""Numbers of the QR room, each with its unit and where it comes from."""

from datetime import timedelta
from typing import Final

# Characters. Longer than any code of the formats that are read here (an EPC code has 331 bytes, a Swiss one 997),
# shorter than what a QR code can hold (2,953 bytes).
LONGEST_TEXT: Final = 1000

# Messages that one AES-GCM key may seal under random 96-bit nonces (NIST SP 800-38D, section 8.3).
SEALS_A_KEY: Final = 2**32
COUNTERS: Final = 16
SEALS_A_COUNTER: Final = SEALS_A_KEY // COUNTERS

# Bytes of name and note that go into codes of open formats: a link writes three characters for one byte, and an EPC
# code has 331 bytes in all. The row keeps the whole note.
MOST_NAME_BYTES: Final = 120
MOST_NOTE_BYTES: Final = 120

# How long a code may be asked to last.
SHORTEST_LIFE: Final = timedelta(seconds=30)
LONGEST_LIFE: Final = timedelta(days=366)

# Open codes that one customer may have: far more than posters and open bills, few enough to list.
MOST_OPEN_CODES: Final = 500

# Paise for one payment. A picture or a text that somebody sent is how most code fraud begins; NPCI lets codes from the
# gallery pay 2,000 rupees at most (UPI "QR share and pay", April 2025). A camera sees what stands in the shop.
MOST_FROM_PICTURE_MINOR: Final = 2_000_00

# This bank in the formats of others: EMV and IBAN; its UPI addresses are in accounts.handles.
# No bank has these numbers: 99999 is no institution of the Swiss and Liechtenstein register.
EMV_COUNTRY: Final = "IN"
EMV_CITY: Final = "Mumbai"
IBAN_COUNTRY: Final = "LI"
IBAN_BANK: Final = "99999"

# Pictures in one batch, and how long what was read in one is kept for whoever sends the same again.
MOST_IN_BATCH: Final = 32
READING_KEPT: Final = timedelta(days=1)
# After this a picture that a process took on is somebody else's: more than a reader may take for one.
PICTURE_CLAIM: Final = timedelta(seconds=60)
# Pictures of batches whose sender is long gone.
PICTURE_KEPT: Final = timedelta(minutes=10)
