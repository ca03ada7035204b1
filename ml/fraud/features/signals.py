"""What a customer's past says about one more payment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Signals:
    """Plain figures that rules compare and the model's inputs are made of. Safe to write as JSON and read back.

    Everything is about the time before this payment, except the counts, which include it.

    Attributes:
        trust: the payer's trust score, 0 to 100.
        payments_hour, payments_day: payments asked for in the last 60 minutes and 24 hours, this one counted in;
            exact up to the size of the window that ``State`` keeps.
        amount_day: paise asked for in the last 24 hours, this one counted in.
        payments_seen: payments ever asked for before this one.
        amount_mean, amount_deviation: of all payments before, in paise; 0 when there were none.
        deviations: how many standard deviations this amount lies above the mean; 0 with too few payments before.
        hour_share, weekday_share: how usual this hour and this weekday are for the customer, 0 (never) to 1.
        local_hour: as the event says.
        is_new_country, is_new_device: told by the client, and not seen before although others were.
        is_new_payee: as the event says.
        travel_kmh: speed needed since the last known place, in km/h; 0 when either place is unknown.
        travel_km: distance from the last known place, in km.
        near_limit: payments in the last 24 hours, this one counted in, just under a reporting limit.
        balance_share: share of the available money that this payment takes, 0 to 1; 0 when nobody knows.
        gap_seconds: since the payment before; 0 when there was none.
        account_age_days: as the event says.
        failures: failed attempts and declined payments lately.
        payee_trust, payee_confirmed_frauds: as the event says.
        payee_known_days: since the customer first paid this payee, as far as ``State`` remembers.
        blocked: kinds of block-list entries that this payment meets, such as ``customer``.
        is_window_full: more payments in 24 hours than are kept; the counts and sums of the day are at least so high.
        log_deviations: as ``deviations``, of logarithms, careful with few payments before.
        pace_hour: payments lately, this one counted in; each counts half after an hour.
        pace_day, spend_day, spend_week: payments and paise of the last day or week, fading, this one counted in,
            over what the last month would let one expect; 1 is as usual, and what a first payment has.
        payees_day: different payees paid in the last 24 hours, this one counted in.
    """

    trust: float = 100.0
    payments_hour: int = 1
    payments_day: int = 1
    amount_day: int = 0
    payments_seen: int = 0
    amount_mean: float = 0.0
    amount_deviation: float = 0.0
    deviations: float = 0.0
    hour_share: float = 0.0
    weekday_share: float = 0.0
    local_hour: float = 12.0
    is_new_country: bool = False
    is_new_device: bool = False
    is_new_payee: bool = False
    travel_kmh: float = 0.0
    travel_km: float = 0.0
    near_limit: int = 0
    balance_share: float = 0.0
    gap_seconds: float = 0.0
    account_age_days: float = 0.0
    failures: int = 0
    payee_trust: float = 100.0
    payee_confirmed_frauds: int = 0
    payee_known_days: float = 0.0
    blocked: tuple[str, ...] = ()
    is_window_full: bool = False
    log_deviations: float = 0.0
    pace_hour: float = 1.0
    pace_day: float = 1.0
    spend_day: float = 1.0
    spend_week: float = 1.0
    payees_day: int = 1

    def as_json(self) -> dict[str, Any]:
        """Return the figures as JSON values, to be stored with the decision."""
        return {name: getattr(self, name) for name in self.__slots__} | {"blocked": list(self.blocked)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Signals":
        """Return what was stored; what did not exist then has its neutral value."""
        known = {name: stored[name] for name in cls.__slots__ if name in stored}
        return cls(**known | {"blocked": tuple(stored.get("blocked", ()))})
