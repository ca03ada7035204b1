"""Many payments of one customer judged at the same moment; and again with the guard taken out.

Payments come here under locks of their own, so what guards the customer's profile shows only here.
"""

from collections import Counter

import pytest
from django.db import IntegrityError

from fraud.models import CustomerProfile
from fraud.types import Verdict
from tests.fraud.test_assess import CUSTOMER, assess, earlier
from tests.races import Guard, Race

pytestmark = pytest.mark.django_db(transaction=True)

PROFILE_LOCK = Guard("FOR NO KEY UPDATE", about='"fraud_customerprofile"')


def ten_after_25(*without: Guard) -> Counter[str]:
    """Judge ten at once of a customer who made 25 payments lately; from the 31st on they are reviewed."""
    CustomerProfile.objects.create(customer_id=CUSTOMER)
    earlier(25, minutes_ago=30)
    return Counter(
        verdict.recommendation for verdict in Race('INSERT INTO "fraud_decision"', without).run([assess] * 10)
    )


def test_velocity_counts_every_payment_of_a_burst() -> None:
    assert ten_after_25() == {"APPROVE": 5, "REVIEW": 5}


def test_without_the_lock_of_the_profile_none_of_a_burst_is_counted() -> None:
    assert ten_after_25(PROFILE_LOCK) == {"APPROVE": 10}


def ten_first(*without: Guard) -> Counter[type]:
    return Counter(map(type, Race('INSERT INTO "fraud_customerprofile"', without).run([assess] * 10)))


def test_the_first_ten_payments_make_one_profile() -> None:
    assert ten_first() == {Verdict: 10}
    assert CustomerProfile.objects.count() == 1


def test_where_the_second_profile_is_a_conflict_nine_are_lost() -> None:
    conflict = Guard(" ON CONFLICT DO NOTHING", about='"fraud_customerprofile"')

    assert ten_first(conflict) == {Verdict: 1, IntegrityError: 9}
