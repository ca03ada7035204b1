"""Builders of customers and their accounts."""

from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from factory.declarations import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

import ledger.services
from accounts.models import BankAccount, User
from accounts.services import bank_accounts
from ledger.models import LedgerAccount
from ledger.types import EntryOrder, EntryType
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money

PASSWORD = "correct-horse-battery"
PIN = "4826"


@cache
def hashed(password: str) -> str:
    """Hash once: Argon2 is slow on purpose."""
    return make_password(password)


class UserFactory(DjangoModelFactory[User]):
    """A customer with a verified address who signs in with ``PASSWORD``; no bank account yet."""

    class Meta:
        model = User

    name = "Asha Rao"
    handle = Sequence(lambda number: f"asha{number}")
    email = LazyAttribute(lambda user: f"{user.handle}@example.com")
    password = LazyFunction(lambda: hashed(PASSWORD))

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, verified: bool = True, **fields: Any) -> User:
        user = User.objects.create(**fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
        return user


class BankAccountFactory(DjangoModelFactory[BankAccount]):
    """An account opened through the service; ``balance`` (minor units) comes from outside the bank."""

    class Meta:
        model = BankAccount

    owner = SubFactory(UserFactory)
    kind = BankAccount.Kind.CURRENT
    currency = "INR"

    @classmethod
    def _create(cls, model_class: type[BankAccount], *args: Any, **kwargs: Any) -> BankAccount:
        balance = kwargs.pop("balance", 0)
        status = kwargs.pop("status", BankAccount.Status.ACTIVE)
        account = bank_accounts.open_account(**kwargs)
        if balance:
            fund(account, balance)
        if status != account.status:
            account.status = status
            account.save(update_fields=["status"])
        return account


def fund(account: BankAccount, minor: int) -> None:
    """Bring money in from outside the bank."""
    settlement = ledger.services.system_account(
        code=f"settlement:{account.currency}", kind=LedgerAccount.Kind.ASSET, currency=account.currency
    )
    ledger.services.post_entry(
        EntryOrder(
            client_id=new_id(),
            debit_account_id=settlement.pk,
            credit_account_id=account.ledger_account_id,
            amount=Money(minor, account.currency),
            entry_type=EntryType.DEPOSIT,
        )
    )
