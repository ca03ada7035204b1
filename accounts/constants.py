"""Numbers of the people room, each with unit and source."""

from datetime import timedelta
from typing import Final

# Open accounts a customer may hold. Our choice: more than any person needs, few enough to show on one page.
MAX_OPEN_ACCOUNTS: Final = 10

# Digits of an account number, the last two of them check digits (ISO 7064, MOD 97-10).
NUMBER_LENGTH: Final = 12

# Longest text looked at as a payee: a handle with its suffix fits, and so does any phone number.
LONGEST_PAYEE: Final = 64

# Argon2id for payment PINs: memory in KiB, passes, lanes. One of the settings that OWASP's password storage cheat
# sheet holds equally strong. Weaker than the password's on purpose, because every payment waits for it; what protects
# a short PIN is the lock-out and the pepper. Measure it with `python -m argon2 -m 12288 -t 3 -p 1`.
PIN_MEMORY_KIB: Final = 12_288
PIN_PASSES: Final = 3
PIN_LANES: Final = 1

# Wrong PINs in a row before a lock. PSD2 RTS (EU 2018/389), article 4(3)(b).
PIN_TRIES: Final = 5

# The first lock; each further one lasts twice as long as the last, up to the longest.
PIN_FIRST_LOCK: Final = timedelta(minutes=15)
PIN_LONGEST_LOCK: Final = timedelta(hours=24)

# For how long after the first of them wrong PINs and codes count as lately. An hour is our choice.
FAILURES_REMEMBERED: Final = timedelta(hours=1)

# How long a step-up stays good: the longest idle time of PSD2 RTS (EU 2018/389), article 4(3)(d).
CONFIRMATION_LIFETIME: Final = timedelta(minutes=5)

# Bytes of chance in a passkey's challenge; WebAuthn level 3, section 13.4.3, asks for 16 or more.
NONCE_LENGTH: Final = 32

# Time steps of an authenticator app after which a spent code is forgotten. A code is good for its own step only; the
# rest is room for clocks that are set back.
SPENT_STEPS_KEPT: Final = 10
