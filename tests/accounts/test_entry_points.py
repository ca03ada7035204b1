"""Every way in, tried with the right password and without the second factor."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import TokenFamily, User
from tests.accounts.conftest import code_now, staff, with_factor
from tests.factories import PASSWORD

NEW_PASSWORD = "another-horse-battery"


def gets_nothing(client: Client) -> bool:
    """Tell whether this browser, and the bank's tables, hold no sign-in."""
    refused = client.get("/api/auth/profile").status_code == 401
    return refused and SESSION_KEY not in client.session and not TokenFamily.objects.exists()


def site_login(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password} | more)


@pytest.fixture(params=["customer", "analyst"])
def person(request: pytest.FixtureRequest, careful_customer: User) -> User:
    """Somebody who signs in with a second factor."""
    return careful_customer if request.param == "customer" else with_factor(staff("ANALYST"))


def test_site_login_asks_for_the_factor(client: Client, person: User) -> None:
    answer = site_login(client, person.email)

    assert answer["Location"] == reverse("mfa_authenticate")
    assert gets_nothing(client)


def test_site_login_lets_in_with_the_factor(client: Client, person: User) -> None:
    site_login(client, person.email)
    client.post(reverse("mfa_authenticate"), {"code": code_now()})

    assert client.get("/api/auth/profile").status_code == 200


def test_admin_login_takes_no_password_itself(client: Client, person: User) -> None:
    answer = client.post("/admin/login/", {"username": person.email, "password": PASSWORD})

    assert answer["Location"].startswith(reverse("account_login"))
    assert gets_nothing(client)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_rest_login_asks_for_the_factor(client: Client, api: APIClient, person: User) -> None:
    answer = api.post("/api/auth/login", {"email": person.email, "password": PASSWORD})

    assert answer.data["code"] == "mfa_required"
    assert "access" not in answer.data
    assert gets_nothing(client)


def test_basic_credentials_open_nothing(api: APIClient, person: User) -> None:
    api.credentials(HTTP_AUTHORIZATION="Basic YTpi")

    assert api.get("/api/auth/profile").status_code == 401


def test_registering_again_does_not_sign_in(client: Client, api: APIClient, person: User) -> None:
    body = {"email": person.email, "password": PASSWORD, "name": "Asha Rao"}

    assert api.post("/api/auth/register", body).status_code == 400
    assert gets_nothing(client)


def test_site_sign_up_again_does_not_sign_in(client: Client, person: User) -> None:
    body = {"email": person.email, "password1": NEW_PASSWORD, "name": "Asha Rao"}
    client.post(reverse("account_signup"), body)

    assert gets_nothing(client)


def test_half_a_sign_in_reaches_no_other_page(client: Client, person: User) -> None:
    site_login(client, person.email)

    for name in ("mfa_index", "account_email", "account_change_password", "mfa_deactivate_totp", "usersessions_list"):
        assert client.get(reverse(name)).status_code in {302, 404}
        assert client.post(reverse(name)).status_code in {302, 403, 404}
    assert gets_nothing(client)


def test_password_reset_keeps_the_factor(client: Client, person: User) -> None:
    client.post(reverse("account_reset_password"), {"email": person.email})
    address = next(word for word in str(mail.outbox[-1].body).split() if "/password/reset/key/" in word)
    form = client.get(address.removeprefix("http://testserver"), follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert gets_nothing(client)
    assert site_login(client, person.email, NEW_PASSWORD)["Location"] == reverse("mfa_authenticate")
    assert gets_nothing(client)


def test_unverified_address_gets_a_code_not_a_session(client: Client, customer: User) -> None:
    EmailAddress.objects.filter(user=customer).update(verified=False)

    answer = site_login(client, customer.email)

    assert answer["Location"] == reverse("account_email_verification_sent")
    assert gets_nothing(client)
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_staff_without_a_factor_get_no_desk(client: Client) -> None:
    analyst = staff("ANALYST")

    answer = site_login(client, analyst.email)

    assert answer["Location"] == reverse("mfa_index")
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/login/")["Location"] == reverse("mfa_index")


@pytest.mark.django_db
def test_staff_with_a_factor_get_to_their_desk(client: Client) -> None:
    site_login(client, with_factor(staff("ANALYST")).email)
    client.post(reverse("mfa_authenticate"), {"code": code_now()})

    assert client.get("/admin/").status_code == 200


def test_customers_get_no_desk(client: Client, careful_customer: User) -> None:
    site_login(client, careful_customer.email)
    client.post(reverse("mfa_authenticate"), {"code": code_now()})

    assert client.get("/admin/").status_code in {302, 403}
    assert client.get("/admin/login/").status_code == 403
