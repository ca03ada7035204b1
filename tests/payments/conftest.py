"""Two customers with money, and ways to pay."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from rest_framework.test import APIClient

import ledger.selectors
from accounts.models import BankAccount, Confirmation, User
from accounts.roles import ANALYST, ensure_roles
from accounts.services.confirmations import TRANSFER, Binding, confirm
from payments.models import Payment, SpendingLimits
from payments.services import transfers
from payments.types import TransferOrder
from securebank.kernel.money import Money
from tests.factories import BankAccountFactory, UserFactory, fund

Pay = Callable[..., Payment]


@pytest.fixture
def asha(db: None) -> User:
    """Pays; has 5,000.00 on a current account."""
    return BankAccountFactory.create(owner=UserFactory.create(name="Asha Rao"), balance=5_000_00).owner


@pytest.fixture
def ben(db: None) -> User:
    """Is paid; has nothing yet."""
    return BankAccountFactory.create(
        owner=UserFactory.create(name="Ben Das", handle="ben.das", phone="+919812345678")
    ).owner


@pytest.fixture
def pay(asha: User, ben: User) -> Pay:
    """Let Asha pay Ben, unless told otherwise."""

    def submit(amount: Any = "100.00", **changes: Any) -> Payment:
        order = TransferOrder(**({"customer": asha, "to": ben.handle, "amount": amount} | changes))
        return transfers.submit_transfer(order=order, requested_at=timezone.now())

    return submit


@pytest.fixture
def client_of() -> Callable[[User], APIClient]:
    """Return a REST client signed in as somebody."""

    def signed_in(user: User) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client

    return signed_in


def account_of(user: User) -> BankAccount:
    """Return a customer's first account."""
    return user.bank_accounts.select_related("ledger_account").earliest("opened_at")


def settled(user: User) -> int:
    """Return what is on a customer's first account, in minor units."""
    return ledger.selectors.balance_of(account_of(user).ledger_account_id).settled.minor


def available(user: User) -> int:
    """Return what a customer can spend from the first account, in minor units."""
    return ledger.selectors.balance_of(account_of(user).ledger_account_id).available.minor


@pytest.fixture
def rich(asha: User) -> User:
    """Asha with 2,000,000.00 more, and limits that let her spend it."""
    fund(account_of(asha), 2_000_000_00)
    SpendingLimits.objects.create(
        customer=asha,
        currency="INR",
        per_payment_minor=2_000_000_00,
        per_day_minor=5_000_000_00,
        new_payee_minor=5_000_000_00,
    )
    return asha


@pytest.fixture
def reviewer(db: None) -> User:
    """An analyst who is neither Asha nor Ben."""
    ensure_roles()
    person = UserFactory.create(name="Rita Review", is_staff=True)
    person.groups.add(Group.objects.get(name=ANALYST))
    return person


def prove(user: User, payee: User, amount: str) -> UUID:
    """Return a step-up of the payer for one payment, as if an authenticator code had been checked."""
    binding = Binding(TRANSFER, Money.parse(amount, "INR"), str(account_of(payee).pk))
    return confirm(user=user, method=Confirmation.Method.TOTP, binding=binding, now=timezone.now()).pk


@pytest.fixture
def held(pay: Pay, rich: User, ben: User) -> Payment:
    """A payment of 200,000.00 from Asha to Ben that waits for a reviewer."""
    return pay("200000.00", confirmation_id=prove(rich, ben, "200000.00"))
