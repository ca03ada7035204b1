"""What a profile learns after a payment was judged."""

from fraud.events import event_of
from fraud.models import CustomerProfile, Decision
from fraud.types import PaymentFacts
from ml.fraud.features import Outcome, State


def learn_released(profile: CustomerProfile, decision: Decision) -> None:
    """Let a held payment that turned out to be genuine count among the customer's habits; the profile is locked."""
    event = event_of(PaymentFacts.from_json(decision.facts))
    state = State.from_json(profile.state)
    state.observe(event, Outcome.RELEASED)
    profile.state = state.to_json()
    profile.save(update_fields=["state"])
