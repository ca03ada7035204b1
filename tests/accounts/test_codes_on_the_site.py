import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import code_now
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def past_the_password(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def is_let_in(client: Client, code: str) -> bool:
    client.post(reverse("mfa_authenticate"), {"code": code})
    return client.get("/api/auth/profile").status_code == 200


def test_a_code_opens_the_door_once_though_the_cache_is_emptied(careful_customer: User) -> None:
    first, second = past_the_password(careful_customer), past_the_password(careful_customer)
    code = code_now()
    assert is_let_in(first, code)
    cache.clear()

    assert not is_let_in(second, code)
