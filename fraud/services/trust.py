"""How much a customer is trusted, as people's decisions change it. The check itself changes it in ``assess``."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final
from uuid import UUID

from fraud.models import CustomerProfile

# Of 100. What a held or declined payment took and a release gives back; what a confirmed fraud takes.
SUSPICION: Final = Decimal(5)
FRAUD: Final = Decimal(20)

LEAST: Final = Decimal(0)
MOST: Final = Decimal(100)


def lock_profiles(customer_ids: Iterable[UUID]) -> dict[UUID, CustomerProfile]:
    """Lock these customers' profiles until the transaction ends, lowest id first; make those that aren't there."""
    wanted = sorted(set(customer_ids))
    rows = CustomerProfile.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    found = {profile.pk: profile for profile in rows}
    if missing := [customer_id for customer_id in wanted if customer_id not in found]:
        CustomerProfile.objects.bulk_create(
            [CustomerProfile(customer_id=customer_id) for customer_id in missing], ignore_conflicts=True
        )
        # From the lowest again: what was made just now may stand before what is locked, and nobody waits for it yet.
        found = {profile.pk: profile for profile in rows.all()}
    return found


def give_back(profile: CustomerProfile) -> None:
    """Return what a suspicion took that was none."""
    _change(profile, SUSPICION)


def lower_for_fraud(profile: CustomerProfile) -> None:
    """Take what a confirmed fraud costs."""
    profile.confirmed_frauds += 1
    _change(profile, -FRAUD)


def note_received_fraud(profile: CustomerProfile) -> None:
    """Remember that this customer got money that was confirmed as fraud; the trust is the payer's own matter."""
    profile.confirmed_frauds += 1
    profile.save(update_fields=["confirmed_frauds"])


def _change(profile: CustomerProfile, by: Decimal) -> None:
    profile.trust_score = min(MOST, max(LEAST, Decimal(profile.trust_score) + by))
    profile.save(update_fields=["trust_score", "confirmed_frauds"])
