"""People who sign in."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.models import Group
from django.core.cache import cache
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import PASSWORD, UserFactory

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def forget_cached_limits() -> None:
    """Start with no rate limit used up: other tests sign in from the same address."""
    cache.clear()


@pytest.fixture
def api() -> APIClient:
    """A REST client that isn't signed in."""
    return APIClient()


def with_factor(user: User) -> User:
    """Give a person an authenticator app and recovery codes."""
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def code_now() -> str:
    """Return what the authenticator app shows."""
    return totp_code(SECRET)


def totp_code(secret: str, *, steps_ago: int = 0) -> str:
    """Return what an app with this secret shows, or showed some half minutes ago."""
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2] - steps_ago)))


def recovery_code(user: User) -> str:
    """Return an unused recovery code."""
    row = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return str(RecoveryCodes(row).get_unused_codes()[0])


def staff(role: str, **fields: Any) -> User:
    """Return a member of staff with a role and no factor yet."""
    user = UserFactory.create(is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def customer(db: None) -> User:
    """A customer without a second factor."""
    return UserFactory.create()


@pytest.fixture
def careful_customer(db: None) -> User:
    """A customer with an authenticator app and recovery codes."""
    return with_factor(UserFactory.create())


Login = Callable[..., Any]


@pytest.fixture
def login(api: APIClient) -> Login:
    """Sign somebody in by REST and return the answer."""

    def send(user: User, password: str = PASSWORD, **more: Any) -> Any:
        return api.post("/api/auth/login", {"email": user.email, "password": password} | more)

    return send


def bearer(access: str) -> dict[str, str]:
    """Return the header that a signed-in client sends."""
    return {"Authorization": f"Bearer {access}"}
