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
        fields: dict[str, Any] = {"owner": ben, "amount": "100.00"} | changes
        return codes.issue(wish=CodeWish(**fields))

    return make


@pytest.fixture
def pay_code(asha: User) -> PayCode:
    """Let Asha pay a code, unless told otherwise."""

    def submit(text: str, **changes: Any) -> Payment:
        fields: dict[str, Any] = {"customer": asha, "text": text} | changes
        return paying.pay(order=CodeOrder(**fields), requested_at=timezone.now())

    return submit
