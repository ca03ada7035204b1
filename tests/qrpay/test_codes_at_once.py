"""One code and many payments at the same moment; and again without what lets it be spent once."""

from collections.abc import Callable
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import User
from payments.models import Payment
from qrpay.services import paying
from qrpay.types import CodeOrder
from securebank.web.transactions import in_transaction
from tests.factories import BankAccountFactory
from tests.payments.conftest import settled
from tests.payments.together import kinds
from tests.qrpay.conftest import Issue
from tests.races import Guard, Race
from tests.threads import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

SPENDING = 'UPDATE "qrpay_code" SET "spent_at"'
# That the update asks whether the code is unspent is what keeps fifty payers apart.
UNSPENT = Guard('"qrpay_code"."spent_at" IS NULL', "TRUE", about='UPDATE "qrpay_code"')


def payment_of(payer: User, text: str) -> Callable[[], Payment]:
    """Return a payment that was judged and confirmed while the code was open."""
    plan = paying.prepare(order=CodeOrder(customer=payer, text=text), requested_at=timezone.now())
    return partial(in_transaction, partial(paying.carry_out, plan))


def payers(number: int) -> list[User]:
    return [BankAccountFactory.create(balance=500_00).owner for _payer in range(number)]


def test_of_fifty_payments_of_a_code_for_one_exactly_one_succeeds(issue: Issue, ben: User) -> None:
    code = issue(single_use=True)
    people = payers(10)

    outcomes = all_at_once([payment_of(people[number % 10], code.payload) for number in range(50)])

    assert kinds(outcomes) == {"completed": 1, "CodeSpent": 49}
    assert settled(ben) == 100_00
    assert Payment.objects.count() == 1


def test_payers_who_meet_before_the_code_is_spent_don_t_spend_it_twice(issue: Issue, ben: User) -> None:
    code = issue(single_use=True)
    race = Race(meet_before=SPENDING)

    outcomes = race.run([payment_of(payer, code.payload) for payer in payers(10)])

    assert kinds(outcomes) == {"completed": 1, "CodeSpent": 9}
    assert settled(ben) == 100_00


def test_without_the_question_whether_it_is_unspent_a_code_is_spent_again(issue: Issue, ben: User) -> None:
    code = issue(single_use=True)
    race = Race(meet_before=SPENDING, without=[UNSPENT])

    outcomes = race.run([payment_of(payer, code.payload) for payer in payers(10)])

    assert kinds(outcomes) == {"completed": 10}
    assert settled(ben) == 1_000_00
