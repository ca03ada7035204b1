"""Two customers with money, and codes between them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from payments.models import Payment
from qrpay.services import codes, paying
from qrpay.types import CodeOrder, CodeWish, IssuedCode
from tests.payments.conftest import asha, ben, client_of, rich

__all__ = ["asha", "ben", "client_of", "rich"]

Issue = Callable[..., IssuedCode]
PayCode = Callable[..., Payment]


@pytest.fixture
def issue(ben: User) -> Issue:
    """Let Ben issue a sealed code, unless told otherwise."""

    def make(**changes: Any) -> IssuedCode:
        return codes.issue(wish=CodeWish(**({"owner": ben, "amount": "100.00"} | changes)))

    return make


@pytest.fixture
def pay_code(asha: User) -> PayCode:
    """Let Asha pay a code, unless told otherwise."""

    def submit(text: str, **changes: Any) -> Payment:
        order = CodeOrder(**({"customer": asha, "text": text} | changes))
        return paying.pay(order=order, requested_at=timezone.now())

    return submit
