"""The site's own doors: sign-up with a code, sessions, idle staff, factors."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.middleware import SEEN_AT
from accounts.models import Device, Notification, TokenFamily, User
from accounts.services import tokens
from tests.accounts.conftest import SECRET, bearer, code_now, staff, totp_code, with_factor
from tests.factories import PASSWORD

SIGN_UP = {"name": "Asha Rao", "email": "asha@example.com", "password1": PASSWORD, "phone": "", "handle": ""}


def sign_in(client: Client, user: User) -> Any:
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def mailed_code() -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found is not None, mail.outbox[-1].body
    return found[1]


@pytest.mark.django_db
def test_signs_up_with_the_mailed_code(client: Client) -> None:
    answer = client.post(reverse("account_signup"), SIGN_UP | {"phone": "9876543210"})
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert client.get("/api/auth/profile").status_code == 401

    client.post(reverse("account_email_verification_sent"), {"code": mailed_code()})

    profile = client.get("/api/auth/profile").json()
    assert (profile["handle"], profile["phone"]) == ("asha.rao", "+919876543210")
    assert profile["email_verified"] is True
    assert len(profile["accounts"]) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [("handle", "support"), ("phone", "12"), ("name", "\u202ebad"), ("password1", "password123"), ("email", "x")],
)
def test_shows_sign_up_faults_beside_the_field(client: Client, field: str, value: str) -> None:
    answer = client.post(reverse("account_signup"), SIGN_UP | {field: value})

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.exists()


def test_sign_up_does_not_tell_who_is_a_customer(client: Client, customer: User) -> None:
    unknown = client.post(reverse("account_signup"), SIGN_UP)
    known = Client().post(reverse("account_signup"), SIGN_UP | {"email": customer.email, "handle": "other.one"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert User.objects.count() == 2


def test_reset_does_not_tell_who_is_a_customer(client: Client, customer: User) -> None:
    answers = [
        client.post(reverse("account_reset_password"), {"email": address})
        for address in (customer.email, "nobody@example.com")
    ]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert [message.to for message in mail.outbox] == [[customer.email]]


def test_the_session_gets_a_new_id_at_sign_in(client: Client, customer: User) -> None:
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)

    client.cookies[settings.SESSION_COOKIE_NAME] = planted
    sign_in(client, customer)

    assert client.session.session_key != planted


def test_knows_the_browser_again_and_tells_of_another(client: Client, customer: User) -> None:
    sign_in(client, customer)
    client.post(reverse("account_logout"))
    sign_in(client, customer)
    assert not Notification.objects.filter(user=customer).exists()

    sign_in(Client(headers={"User-Agent": "Another\x1b[31m browser"}), customer)

    assert Device.objects.filter(user=customer).count() == 2
    assert Notification.objects.get(user=customer).data["event"] == "new_device"
    cookie = client.cookies[settings.DEVICE_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.django_db
def test_signs_idle_staff_out(client: Client) -> None:
    analyst = with_factor(staff("ANALYST"))
    sign_in(client, analyst)
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert client.get("/admin/").status_code == 200

    session = client.session
    session[SEEN_AT] = int((timezone.now() - timedelta(minutes=16)).timestamp())
    session.save()

    assert client.get("/admin/").status_code == 302
    assert client.get("/api/auth/profile").status_code == 401


def test_factor_secrets_are_encrypted(careful_customer: User) -> None:
    stored = Authenticator.objects.get(user=careful_customer, type="totp").data["secret"]

    assert SECRET not in stored
    assert stored.startswith("gAAAA")


@pytest.mark.django_db(transaction=True)
def test_a_new_factor_ends_every_other_sign_in(client: Client, customer: User) -> None:
    elsewhere = Client()
    sign_in(elsewhere, customer)
    pair = tokens.issue(user=customer, device=None, user_agent="", ip_address=None, now=timezone.now())
    sign_in(client, customer)

    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session[SECRET_SESSION_KEY]
    code = totp_code(secret)
    client.post(reverse("mfa_activate_totp"), {"code": code})

    assert Authenticator.objects.filter(user=customer, type="totp").exists()
    assert client.get("/api/auth/profile").status_code == 200
    assert elsewhere.get("/api/auth/profile").status_code == 401
    assert Client().get("/api/auth/profile", headers=bearer(pair.access)).status_code == 401
    assert Notification.objects.filter(user=customer, data__event="factor_changed").exists()


def test_a_new_password_ends_every_other_sign_in(client: Client, customer: User) -> None:
    elsewhere = Client()
    sign_in(elsewhere, customer)
    tokens.issue(user=customer, device=None, user_agent="", ip_address=None, now=timezone.now())
    sign_in(client, customer)
    new = "another-horse-battery"

    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert client.get("/api/auth/profile").status_code == 200
    assert elsewhere.get("/api/auth/profile").status_code == 401
    assert not TokenFamily.objects.filter(revoked_at__isnull=True).exists()


@pytest.mark.django_db
def test_staff_keep_their_last_factor(client: Client) -> None:
    analyst = staff("ANALYST")
    TOTP.activate(analyst, SECRET)
    sign_in(client, analyst)
    client.post(reverse("mfa_authenticate"), {"code": code_now()})

    client.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.filter(user=analyst, type="totp").exists()


def test_offers_passkeys_with_user_verification() -> None:
    assert "webauthn" in settings.MFA_SUPPORTED_TYPES
    assert settings.MFA_PASSKEY_LOGIN_ENABLED
    assert settings.MFA_WEBAUTHN_USER_VERIFICATION == "required"


@pytest.mark.parametrize(
    "credential",
    [
        '{"id": "x"}',
        "{}",
        "[]",
        "null",
        "7",
        "{",
        '{"id": 1, "rawId": 1}',
        "\ud800",
        pytest.param("[" * 100_000, id="deep"),
    ],
)
def test_a_passkey_cannot_be_faked(client: Client, customer: User, credential: str) -> None:
    client.get(reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"})

    answer = client.post(reverse("mfa_login_webauthn"), {"credential": credential.encode("utf-8", "replace").decode()})

    assert answer.status_code in {200, 302, 400}
    assert client.get("/api/auth/profile").status_code == 401
