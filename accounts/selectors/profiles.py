"""Read a person's own profile."""

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress

from accounts import registry
from accounts.models import User
from accounts.selectors import bank_accounts
from accounts.services import factors
from accounts.types import AccountView


@dataclass(frozen=True, slots=True)
class Profile:
    """A person, what other rooms know about them, and their accounts."""

    user: User
    is_email_verified: bool
    has_second_factor: bool
    facts: dict[str, Any]
    accounts: list[AccountView]


def profile_of(*, user: User) -> Profile:
    """Return everything a person may see about themselves."""
    return Profile(
        user=user,
        is_email_verified=EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists(),
        has_second_factor=factors.has_factor(user),
        facts=registry.facts_of(user.pk),
        accounts=bank_accounts.accounts_with_balances(owner=user),
    )
