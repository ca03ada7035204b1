"""A payment's facts as the features see them."""

from functools import lru_cache
from zoneinfo import ZoneInfo

from fraud.keyed import device_hash
from fraud.types import PaymentFacts
from ml.fraud.features import PaymentEvent

DAY_SECONDS = 86_400

clock_of = lru_cache(maxsize=1024)(ZoneInfo)


def event_of(facts: PaymentFacts, *, payee_trust: float = 100.0, payee_confirmed_frauds: int = 0) -> PaymentEvent:
    """Return one payment as rules, models and profiles are told of it."""
    local = facts.requested_at.astimezone(clock_of(facts.time_zone))
    where = facts.location
    return PaymentEvent(
        at=facts.requested_at.timestamp(),
        amount=facts.reference_minor,
        payee=str(facts.payee_customer_id),
        local_hour=local.hour + local.minute / 60 + local.second / 3600,
        local_weekday=local.weekday(),
        device=device_hash(facts.device),
        address=facts.address,
        country=where.get("country", ""),
        latitude=where.get("latitude"),
        longitude=where.get("longitude"),
        category=facts.category,
        available=facts.available_minor,
        account_age_days=max(0.0, (facts.requested_at - facts.account_opened_at).total_seconds() / DAY_SECONDS),
        is_new_payee=facts.is_new_payee,
        is_own_account=facts.is_own_account,
        payee_trust=payee_trust,
        payee_confirmed_frauds=payee_confirmed_frauds,
        failures=facts.failures,
    )
