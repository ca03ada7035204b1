"""What tokens prove, and for how long."""

import base64
import json
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ConsumedRefresh, TokenFamily, User
from accounts.services import tokens
from tests.accounts.conftest import bearer
from tests.ledger import mutants
from tests.races import Guard, Race

KEY_ID = tokens.NamedKeyBackend("HS256", signing_key=settings.TOKEN_SIGNING_KEY).key_id

FAMILY_LOCK = Guard('FOR NO KEY UPDATE OF "accounts_tokenfamily"')


def issue(user: User) -> tokens.TokenPair:
    return tokens.issue(user=user, device=None, user_agent="test", ip_address=None, now=timezone.now())


def profile(api: APIClient, access: str) -> Any:
    return api.get("/api/auth/profile", headers=bearer(access))


def refresh(api: APIClient, token: str) -> Any:
    return api.post("/api/auth/refresh", {"refresh": token})


def forged(
    user: User, *, key: str = settings.TOKEN_SIGNING_KEY, headers: dict[str, Any] | None = None, **claims: Any
) -> str:
    """Return a token that is right in everything that isn't given."""
    family = issue(user).family
    now = int(timezone.now().timestamp())
    right = {
        "token_type": "access",
        "sub": str(user.pk),
        "fam": str(family.pk),
        "jti": "0" * 32,
        "iat": now,
        "nbf": now,
        "exp": now + 60,
        "aud": settings.TOKEN_AUDIENCE,
        "iss": settings.TOKEN_ISSUER,
    }
    wanted = {name: value for name, value in (right | claims).items() if value is not None}
    return jwt.encode(wanted, key, algorithm="HS256", headers={"kid": KEY_ID} | (headers or {}))


def unsigned(user: User, algorithm: str) -> str:
    """Return a token whose header names another algorithm, with the signature of the right one."""
    _header, payload, signature = forged(user).split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": "JWT", "kid": KEY_ID}).encode())
    return f"{header.decode().rstrip('=')}.{payload}.{'' if algorithm.lower() == 'none' else signature}"


def test_the_forger_of_these_tests_can_make_a_good_token(api: APIClient, customer: User) -> None:
    assert profile(api, forged(customer)).status_code == 200


@pytest.mark.parametrize(
    "attack",
    [
        {"key": "another-key-that-is-long-enough-for-hs256-signing"},
        {"key": settings.SECRET_KEY},
        {"headers": {"kid": "../../dev/null"}},
        {"headers": {"kid": ""}},
        {"headers": {"crit": ["exp"], "exp": 1}},
        {"headers": {"crit": ["b64"], "b64": False}},
        {"headers": {"typ": "at+jwt"}},
        {"token_type": "refresh"},
        {"token_type": None},
        {"aud": "another-bank"},
        {"aud": None},
        {"iss": "another-bank"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": 1e400},
        {"nbf": 99_999_999_999},
        {"iat": 99_999_999_999},
        {"jti": None},
        {"sub": None},
        {"sub": "0"},
        {"sub": 7},
        {"fam": None},
        {"fam": ["x"]},
        {"fam": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_refuses_altered_tokens(api: APIClient, customer: User, attack: dict[str, Any]) -> None:
    answer = profile(api, forged(customer, **attack))

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer.data["code"] == "token_invalid"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS384", "HS512", "RS256", "EdDSA", ""])
def test_refuses_other_algorithms(api: APIClient, customer: User, algorithm: str) -> None:
    assert profile(api, unsigned(customer, algorithm)).status_code == 401


@pytest.mark.parametrize(
    "junk", ["", "x", "a.b.c", "....", "x" * 100_000, "\u00e9.\u00e9.\u00e9", "e30.e30.e30", "null"]
)
def test_refuses_what_is_no_token(api: APIClient, customer: User, junk: str) -> None:
    assert profile(api, junk.encode().decode("latin-1")).status_code == 401
    assert refresh(api, junk).status_code in {400, 401}


def test_an_access_token_buys_no_new_pair_and_a_refresh_token_opens_nothing(api: APIClient, customer: User) -> None:
    pair = issue(customer)

    assert refresh(api, pair.access).status_code == 401
    assert profile(api, pair.refresh).status_code == 401


def test_somebody_elses_family_does_not_fit(api: APIClient, customer: User, careful_customer: User) -> None:
    foreign = issue(careful_customer).family

    assert profile(api, forged(customer, fam=str(foreign.pk))).status_code == 401


def test_a_refresh_token_works_once_and_its_reuse_ends_the_family(api: APIClient, customer: User) -> None:
    first = issue(customer)
    second = refresh(api, first.refresh).data

    assert profile(api, second["access"]).status_code == 200
    assert refresh(api, first.refresh).status_code == 401
    assert profile(api, second["access"]).status_code == 401
    assert refresh(api, second["refresh"]).status_code == 401
    assert TokenFamily.objects.get().revoke_reason == "reuse"


def thirty_refreshes(customer: User, *without: Guard) -> Counter[int]:
    token = issue(customer).refresh
    race = Race('INSERT INTO "accounts_consumedrefresh"', without)
    return Counter(race.run([lambda: int(refresh(APIClient(), token).status_code)] * 30))


@pytest.mark.django_db(transaction=True)
def test_of_thirty_refreshes_at_once_one_succeeds(customer: User) -> None:
    assert thirty_refreshes(customer) == {200: 1, 401: 29}
    assert ConsumedRefresh.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_of_the_family_its_unique_number_still_lets_one_succeed(customer: User) -> None:
    assert thirty_refreshes(customer, FAMILY_LOCK) == {200: 1, 401: 29}


@pytest.mark.django_db(transaction=True)
def test_without_both_several_refreshes_succeed(mutate: ExitStack, customer: User) -> None:
    mutate.enter_context(mutants.dropped("accounts_consumedrefresh", "accounts_consumedrefresh_pkey"))

    # Ten, unless one that waits for a moment elsewhere comes after the others have written.
    assert thirty_refreshes(customer, FAMILY_LOCK)[200] > 1


def test_signing_out_ends_access_at_once(api: APIClient, customer: User) -> None:
    pair = issue(customer)

    assert api.post("/api/auth/logout", {"refresh": pair.refresh}).status_code == 204
    assert profile(api, pair.access).status_code == 401
    assert refresh(api, pair.refresh).status_code == 401


def test_switching_a_person_off_ends_access_at_once(api: APIClient, customer: User) -> None:
    pair = issue(customer)
    User.objects.filter(pk=customer.pk).update(is_active=False)

    assert profile(api, pair.access).status_code == 401
    assert refresh(api, pair.refresh).status_code == 401


def test_no_refresh_outlives_the_family(customer: User) -> None:
    pair = issue(customer)
    later = timezone.now() + settings.TOKEN_FAMILY_LIFETIME + timedelta(seconds=1)

    with pytest.raises(tokens.TokenRefused):
        tokens.rotate(refresh=pair.refresh, now=later)


def test_costs_one_query_a_request(customer: User, django_assert_num_queries: Any) -> None:
    pair = issue(customer)

    with django_assert_num_queries(1):
        family = tokens.family_of(access=pair.access, now=timezone.now())

    with django_assert_num_queries(0):
        assert family.user == customer


def test_forgets_families_that_have_ended(customer: User) -> None:
    issue(customer)
    tokens.forget_ended(now=timezone.now())
    assert TokenFamily.objects.count() == 1

    tokens.forget_ended(now=timezone.now() + settings.TOKEN_FAMILY_LIFETIME + timedelta(seconds=1))
    assert TokenFamily.objects.count() == 0
