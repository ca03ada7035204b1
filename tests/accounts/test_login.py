"""Signing in by REST."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import AuditEvent, TokenFamily, User
from tests.accounts.conftest import Login, bearer, code_now, recovery_code, staff, with_factor
from tests.factories import PASSWORD


def test_answers_tokens_and_profile(api: APIClient, login: Login, customer: User) -> None:
    answer = login(customer)

    assert answer.status_code == 200
    assert answer.data["user"]["id"] == str(customer.pk)
    assert api.get("/api/auth/profile", headers=bearer(answer.data["access"])).status_code == 200


def test_finds_the_address_in_any_case(api: APIClient, customer: User) -> None:
    answer = api.post("/api/auth/login", {"email": f"  {customer.email.upper()} ", "password": PASSWORD})

    assert answer.status_code == 200


@pytest.mark.parametrize("change", [{"password": "wrong-password"}, {"email": "nobody@example.com"}, {"password": " "}])
def test_refuses_wrong_credentials_without_saying_which(api: APIClient, customer: User, change: dict[str, str]) -> None:
    answer = api.post("/api/auth/login", {"email": customer.email, "password": PASSWORD} | change)

    assert answer.status_code in {400, 401}
    if answer.status_code == 401:
        assert answer.data["code"] == "invalid_credentials"
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer["Content-Type"] == "application/problem+json"


def test_refuses_a_person_who_was_switched_off(login: Login, customer: User) -> None:
    User.objects.filter(pk=customer.pk).update(is_active=False)

    assert login(customer).data["code"] == "invalid_credentials"


def test_asks_for_the_second_factor(login: Login, careful_customer: User) -> None:
    answer = login(careful_customer)

    assert (answer.status_code, answer.data["code"]) == (403, "mfa_required")
    assert not TokenFamily.objects.exists()


def test_takes_the_code_of_an_authenticator_app_once(login: Login, careful_customer: User) -> None:
    code = code_now()

    first = login(careful_customer, otp=code)
    again = login(careful_customer, otp=f" {code[:3]} {code[3:]}")

    assert first.status_code == 200
    assert (again.status_code, again.data["code"]) == (403, "mfa_required")


def test_takes_a_recovery_code_once(login: Login, careful_customer: User) -> None:
    code = recovery_code(careful_customer)

    assert login(careful_customer, otp=code).status_code == 200
    assert login(careful_customer, otp=code).data["code"] == "mfa_required"


@pytest.mark.parametrize("otp", ["000000", "", "x" * 40, "\u0661\u0662\u0663\u0664\u0665\u0666", "12345\u00006"])
def test_refuses_a_wrong_code(login: Login, careful_customer: User, otp: str) -> None:
    answer = login(careful_customer, otp=otp)

    assert answer.status_code in {400, 403}
    assert not TokenFamily.objects.exists()


def test_stops_guessing_of_codes(login: Login, careful_customer: User) -> None:
    answers = [login(careful_customer, otp=f"{guess:06}").status_code for guess in range(6)]

    assert answers == [403, 403, 403, 403, 403, 429]


@pytest.mark.django_db
def test_sends_staff_without_a_factor_to_set_one_up(login: Login) -> None:
    answer = login(staff("ANALYST"))

    assert (answer.status_code, answer.data["code"]) == (403, "mfa_enrollment_required")
    assert not TokenFamily.objects.exists()


@pytest.mark.django_db
def test_lets_staff_in_with_a_factor(login: Login) -> None:
    assert login(with_factor(staff("ANALYST")), otp=code_now()).status_code == 200


def test_stops_guessing_of_passwords(login: Login, customer: User, settings: Settings) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login_failed": (3, 300)}

    answers = [login(customer, password="wrong-password") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 300
    assert answers[-1].data["code"] == "too_many_requests"


def test_guessing_elsewhere_does_not_lock_the_owner_out(
    api: APIClient, login: Login, customer: User, settings: Settings
) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login_failed": (1, 300)}
    body = {"email": customer.email, "password": "wrong-password"}
    guesses = [api.post("/api/auth/login", body, REMOTE_ADDR="203.0.113.9") for _ in range(2)]

    assert [guess.status_code for guess in guesses] == [401, 429]
    assert login(customer).status_code == 200


def test_a_spoofed_address_does_not_reset_the_limit(api: APIClient, customer: User, settings: Settings) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login_failed": (1, 300)}
    body = {"email": customer.email, "password": "wrong-password"}
    guesses = [
        api.post("/api/auth/login", body, headers={"X-Forwarded-For": f"203.0.113.{number}"}) for number in range(2)
    ]

    assert [guess.status_code for guess in guesses] == [401, 429]


def test_right_passwords_do_not_count(login: Login, customer: User, settings: Settings) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login_failed": (1, 300), "login_failed_address": (1, 300)}

    assert {login(customer).status_code for _ in range(3)} == {200}


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_get_no_more_tries(login: Login, customer: User, settings: Settings) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login_failed": (5, 300)}

    def guess(_number: int) -> int:
        try:
            answer = APIClient().post("/api/auth/login", {"email": customer.email, "password": "wrong-password"})
        finally:
            connection.close()
        return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(20)))

    assert (answers.count(401), answers.count(429)) == (5, 15)


def test_leaves_a_trace_without_the_typed_address(login: Login, customer: User) -> None:
    login(customer, password="wrong-password")
    login(customer)

    events = list(AuditEvent.objects.order_by("id").values_list("action", flat=True))
    assert events == ["sign_in_failed", "signed_in"]
    assert customer.email not in str(list(AuditEvent.objects.values()))


def test_the_trace_names_the_address_that_nobody_can_write(api: APIClient, customer: User) -> None:
    body = {"email": customer.email, "password": PASSWORD}
    api.post("/api/auth/login", body, headers={"X-Forwarded-For": "198.51.100.7"}, REMOTE_ADDR="203.0.113.9")

    assert AuditEvent.objects.get(action="signed_in").ip_address == "203.0.113.9"
