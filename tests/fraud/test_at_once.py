"""Payments of one customer that are judged at the same moment."""

from functools import partial

import pytest

import fraud.services
from fraud.models import Alert, Case, CustomerProfile, Decision
from ml.fraud.features import State
from tests.fraud.cases import CUSTOMER, facts
from tests.threads import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_sees_what_the_others_left() -> None:
    """Guard: the lock of the profile's row, also for the very first payments."""
    all_at_once([partial(fraud.services.assess, facts()) for _ in range(20)])

    seen = [signals["payments_hour"] for signals in Decision.objects.values_list("signals", flat=True)]
    assert sorted(seen) == list(range(1, 21))
    assert State.from_json(CustomerProfile.objects.get(pk=CUSTOMER).state).count == 20


def test_held_payments_share_one_case() -> None:
    outcomes = all_at_once([partial(fraud.services.assess, facts(250_001_00)) for _ in range(10)])

    case = Case.objects.get()
    held = [outcome for outcome in outcomes if outcome.recommendation == "REVIEW"]
    assert case.at_risk_minor == len(held) * 250_001_00
    assert Alert.objects.filter(case=case).count() == 10
    assert case.worst_score == max(outcome.score for outcome in outcomes)
