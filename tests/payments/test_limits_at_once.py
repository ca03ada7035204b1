"""One customer's limits and many payments at the same moment; and again with the guard taken out."""

from collections.abc import Callable
from functools import partial

import pytest
from django.utils import timezone

from accounts.errors import PinRequired
from accounts.models import BankAccount, User
from accounts.types import Proof
from payments.models import SpendingLimits
from payments.services import limits
from payments.services.limits import LimitsOrder
from tests.factories import BankAccountFactory
from tests.payments.conftest import account_of, settled
from tests.payments.together import LIMITS_LOCK, PAYER_LOCK, WRITING, kinds, order
from tests.races import Guard, Race
from tests.threads import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

# --- one limit, many payments ----------------------------------------------------------------------------------------


def limit_to_1000_a_day(customer: User) -> None:
    SpendingLimits.objects.create(
        customer=customer, currency="INR", per_payment_minor=1_000_00, per_day_minor=1_000_00, new_payee_minor=1_000_00
    )


def spends_of_150(asha: User, ben: User, *without: Guard, times: int = 10) -> dict[str, int]:
    limit_to_1000_a_day(asha)
    return kinds(Race(WRITING, without).run([order(asha, ben, "150")] * times))


def test_fifty_payments_cannot_pass_the_days_limit(asha: User, ben: User) -> None:
    assert spends_of_150(asha, ben, times=50) == {"completed": 6, "LimitExceeded": 44}
    assert settled(ben) == 900_00


@pytest.mark.parametrize("missing", [PAYER_LOCK, LIMITS_LOCK], ids=["the account's", "the limits'"])
def test_of_two_locks_either_keeps_the_limit_of_payments_from_one_account(
    missing: Guard, asha: User, ben: User
) -> None:
    assert spends_of_150(asha, ben, missing) == {"completed": 6, "LimitExceeded": 4}


def test_without_both_locks_payments_from_one_account_pass_the_limit(asha: User, ben: User) -> None:
    assert spends_of_150(asha, ben, PAYER_LOCK, LIMITS_LOCK) == {"completed": 10}


def spends_of_600_from_two_accounts(asha: User, ben: User, *without: Guard) -> dict[str, int]:
    savings = BankAccountFactory.create(owner=asha, kind=BankAccount.Kind.SAVINGS, balance=5_000_00)
    limit_to_1000_a_day(asha)
    wanted = [order(asha, ben, "600", from_account_id=account.pk) for account in (account_of(asha), savings)]
    return kinds(Race(WRITING, without).run(wanted * 10))


def test_payments_from_two_accounts_share_one_limit(asha: User, ben: User) -> None:
    assert spends_of_600_from_two_accounts(asha, ben) == {"completed": 1, "LimitExceeded": 19}


def test_without_the_lock_of_the_limits_one_from_each_passes(asha: User, ben: User) -> None:
    assert spends_of_600_from_two_accounts(asha, ben, LIMITS_LOCK) == {"completed": 2, "LimitExceeded": 18}


# --- the first payments ----------------------------------------------------------------------------------------------


def first_payments_from_ten_accounts(ben: User, *without: Guard) -> dict[str, int]:
    owner = BankAccountFactory.create(balance=10_00).owner
    accounts = [BankAccountFactory.create(owner=owner, balance=10_00) for _ in range(9)]
    return kinds(
        Race('INSERT INTO "payments_spendinglimits"', without).run(
            [order(owner, ben, "1", from_account_id=account.pk) for account in accounts]
        )
    )


def test_first_payments_from_many_accounts_make_one_limits_row(ben: User) -> None:
    assert first_payments_from_ten_accounts(ben) == {"completed": 9}
    assert SpendingLimits.objects.count() == 1


def test_where_the_second_row_is_a_conflict_first_payments_are_lost(ben: User) -> None:
    conflict = Guard(" ON CONFLICT DO NOTHING", about='"payments_spendinglimits"')

    assert first_payments_from_ten_accounts(ben, conflict) == {"completed": 1, "IntegrityError": 8}


def test_velocity_counts_every_payment_of_a_burst(asha: User, ben: User) -> None:
    assert kinds(all_at_once([order(asha, ben, "1")] * 40)) == {"completed": 30, "held": 10}


# --- two changes of the limits ---------------------------------------------------------------------------------------


def lowered_twice(asha: User, meet_before: str, *without: Guard) -> tuple[list[type], int]:
    """Lower the day's limit from 1,000 to 100 while a change to 500 is on its way; return outcomes and the limit."""
    limit_to_1000_a_day(asha)
    race = Race(meet_before, without)

    def lower(to: str) -> Callable[[], SpendingLimits]:
        wanted = LimitsOrder(customer=asha, wanted={"per_day": to}, proof=Proof())
        return partial(limits.change_limits, order=wanted, now=timezone.now())

    outcomes = race.run([lower("500"), race.later(lower("100"))])
    return [type(item) for item in outcomes], SpendingLimits.objects.get().per_day_minor


LOCKING, CHANGING = "FOR NO KEY UPDATE", 'UPDATE "payments_spendinglimits"'


def test_a_limit_stays_as_low_as_it_was_set_last(asha: User) -> None:
    assert lowered_twice(asha, CHANGING) == ([SpendingLimits, SpendingLimits], 100_00)


def test_without_the_lock_of_the_limits_it_is_raised_without_a_pin(asha: User) -> None:
    assert lowered_twice(asha, CHANGING, LIMITS_LOCK) == ([SpendingLimits, SpendingLimits], 500_00)


def test_what_came_to_be_a_raise_needs_a_pin(asha: User) -> None:
    assert lowered_twice(asha, LOCKING) == ([PinRequired, SpendingLimits], 100_00)


def test_without_the_look_under_the_lock_it_needs_none(asha: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_raised", lambda _limits, _wanted: False)

    assert lowered_twice(asha, LOCKING) == ([SpendingLimits, SpendingLimits], 500_00)
