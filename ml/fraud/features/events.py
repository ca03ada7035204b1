"""One payment as features see it. No ids of rows, no money left in any other unit than paise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """A payment that was asked for.

    Attributes:
        at: seconds since 1970-01-01 UTC.
        amount: paise at the reference rate, positive.
        payee: who gets it; any stable text of at most 64 characters.
        local_hour: hour of the day at the payer's own clock, in [0, 24).
        local_weekday: 0 for Monday to 6 for Sunday at the payer's own clock.
        device: keyed hash of the device, or "" when the client told none.
        address: keyed hash of the network address, or "".
        country: ISO 3166-1 alpha-2, or "" when the client told none.
        latitude, longitude: degrees, or None.
        category: the merchant's category code, or "".
        available: paise that the payer could spend just before, or None when nobody knows.
        account_age_days: since the payer's account was opened.
        is_new_payee: never paid or saved, or only within the cooling-off time.
        is_own_account: both sides belong to the same customer.
        payee_trust: the payee's trust score, 0 to 100.
        payee_confirmed_frauds: payments to or by the payee that were confirmed as fraud.
        failures: failed attempts (PIN, step-up) of the payer within the last hour.
    """

    at: float
    amount: int
    payee: str
    local_hour: float
    local_weekday: int
    device: str = ""
    address: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    category: str = ""
    available: int | None = None
    account_age_days: float = 0.0
    is_new_payee: bool = False
    is_own_account: bool = False
    payee_trust: float = 100.0
    payee_confirmed_frauds: int = 0
    failures: int = 0
