"""Many payments of one customer judged at the same moment; and again with the guard taken out.

Payments come here under locks of their own, so what guards the customer's profile shows only here.
"""

from collections import Counter
from functools import partial

import pytest
from django.db import IntegrityError

import fraud.services
from fraud.models import CustomerProfile, Decision
from fraud.types import Verdict
from ml.fraud.features import State
from tests.fraud.cases import CUSTOMER, facts
from tests.races import Guard, Race

pytestmark = pytest.mark.django_db(transaction=True)

PROFILE_LOCK = Guard("FOR NO KEY UPDATE OF own", about="fraud_customerprofile")


def ten_at_once(meet_before: str, *without: Guard) -> Counter[type]:
    work = [partial(fraud.services.assess, facts()) for _ in range(10)]
    return Counter(map(type, Race(meet_before, without).run(work)))


def ten_of_one_customer(*without: Guard) -> list[int]:
    """Return what each of ten payments at once counted for its hour."""
    CustomerProfile.objects.create(customer_id=CUSTOMER)
    ten_at_once("WITH remembered AS", *without)
    return sorted(signals["payments_hour"] for signals in Decision.objects.values_list("signals", flat=True))


def test_each_of_a_burst_sees_what_the_others_left() -> None:
    assert ten_of_one_customer() == list(range(1, 11))
    assert State.from_json(CustomerProfile.objects.get().state).count == 10


def test_without_the_lock_of_the_profile_none_of_a_burst_is_counted() -> None:
    assert ten_of_one_customer(PROFILE_LOCK) == [1] * 10
    assert State.from_json(CustomerProfile.objects.get().state).count == 1


def test_the_first_ten_payments_make_one_profile() -> None:
    assert ten_at_once("INSERT INTO fraud_customerprofile") == {Verdict: 10}
    assert CustomerProfile.objects.count() == 1


def test_where_the_second_profile_is_a_conflict_nine_are_lost() -> None:
    conflict = Guard(" ON CONFLICT DO NOTHING", about="INSERT INTO fraud_customerprofile")

    assert ten_at_once("INSERT INTO fraud_customerprofile", conflict) == {Verdict: 1, IntegrityError: 9}
