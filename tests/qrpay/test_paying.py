"""Pay with a code that was issued here."""

import pytest

from accounts.models import User
from qrpay.errors import CodeSpent
from tests.payments.conftest import settled
from tests.qrpay.conftest import Issue, PayCode

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sealed_code_moves_its_amount_to_its_owner(issue: Issue, pay_code: PayCode, ben: User) -> None:
    code = issue(note="Two coffees")

    payment = pay_code(code.payload)

    assert (payment.status, payment.channel, payment.note) == ("completed", "qr", "Two coffees")
    assert settled(ben) == 100_00


@pytest.mark.parametrize("scheme", ["sealed", "signed"])
def test_a_code_for_one_payment_makes_one(issue: Issue, pay_code: PayCode, ben: User, scheme: str) -> None:
    code = issue(single_use=True, scheme=scheme)
    pay_code(code.payload)

    with pytest.raises(CodeSpent):
        pay_code(code.payload)

    assert settled(ben) == 100_00
