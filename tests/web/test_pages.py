"""Pages as a browser gets them."""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import BankAccount, User
from payments.models import Payment
from tests.factories import BankAccountFactory, UserFactory

PAGES = [
    "home",
    "send",
    "requests",
    "request-money",
    "activity",
    "payees",
    "limits",
    "deposit",
    "cash-out",
    "statements",
    "notifications",
    "notification-preferences",
    "webhooks",
    "security",
    "pin",
    "devices",
    "profile",
    "you",
    "account-new",
    "usersessions_list",
    "mfa_index",
    "account_email",
    "account_change_password",
    "account_logout",
    "chain",
    "my-code",
    "code-new",
    "scan",
    "scans",
]
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)(?![^>]*application/json)")

pytestmark = pytest.mark.django_db


@pytest.fixture
def asha() -> User:
    return UserFactory.create(name="Asha Rao", handle="asha")


@pytest.fixture
def account(asha: User) -> BankAccount:
    return BankAccountFactory.create(owner=asha, balance=1_234_567_50)


@pytest.fixture
def browser(asha: User, account: BankAccount) -> Client:
    client = Client()
    client.force_login(asha, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_inline_code_and_stays_out_of_caches(browser: Client, name: str) -> None:
    answer = browser.get(reverse(name))

    assert answer.status_code == 200
    assert INLINE.search(answer.content.decode()) is None
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_sends_visitors_to_sign_in(name: str) -> None:
    answer = Client().get(reverse(name))

    assert answer.status_code == (200 if name == "home" else 302)


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_a_door_opens_without_inline_code(name: str) -> None:
    answer = Client().get(reverse(name))

    assert answer.status_code == 200
    assert INLINE.search(answer.content.decode()) is None


def test_home_writes_money_as_the_reader_does(browser: Client) -> None:
    assert "₹12,34,567.50" in browser.get("/").content.decode()


def test_arabic_turns_the_page_round(browser: Client) -> None:
    browser.post(reverse("reading"), {"language": "ar", "next": "/"})

    page = browser.get("/").content.decode()

    assert re.search(r'<html lang="ar"\s+dir="rtl"', page)
    assert "bootstrap.rtl.min.css" in page


def test_the_theme_is_remembered(browser: Client) -> None:
    browser.post(reverse("reading"), {"theme": "dark", "next": "/"})

    assert 'data-theme="dark"' in browser.get("/").content.decode()


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_a_choice_never_leads_to_another_site(target: str) -> None:
    answer = Client().post(reverse("reading"), {"theme": "dark", "next": target})

    assert answer["Location"] == "/"


def test_shows_no_account_of_somebody_else(browser: Client) -> None:
    foreign = BankAccountFactory.create()

    pages = ["bank-account", "account-rename", "account-freeze", "account-close"]
    answers = [browser.get(reverse(name, args=[foreign.pk])).status_code for name in pages]

    assert answers == [404, 404, 404, 404]


def test_shows_no_payment_that_is_not_there(browser: Client) -> None:
    assert browser.get(reverse("payment", args=["01890000-0000-7000-8000-000000000000"])).status_code == 404


def test_a_form_without_its_token_is_refused(asha: User, account: BankAccount) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(asha, backend=settings.AUTHENTICATION_BACKENDS[0])

    answer = client.post(reverse("deposit"), {"amount": "5", "account": account.pk})

    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()
    assert not Payment.objects.exists()


def test_an_unknown_page_is_a_page_of_ours() -> None:
    answer = Client().get("/nothing-here")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_freezes_and_lifts_after_asking(browser: Client, account: BankAccount) -> None:
    browser.post(reverse("account-freeze", args=[account.pk]))
    account.refresh_from_db()
    assert account.status == BankAccount.Status.FROZEN

    browser.post(reverse("account-unfreeze", args=[account.pk]))
    account.refresh_from_db()
    assert account.status == BankAccount.Status.ACTIVE


def test_an_account_with_money_on_it_is_not_closed(browser: Client, account: BankAccount) -> None:
    answer = browser.post(reverse("account-close", args=[account.pk]))

    account.refresh_from_db()
    assert answer.status_code == 422
    assert account.status == BankAccount.Status.ACTIVE


def test_a_handle_that_is_taken_is_told_beside_its_field(browser: Client, asha: User) -> None:
    UserFactory.create(handle="ravi")

    typed = {"name": "Asha Rao", "handle": "ravi", "phone": "", "language": "en", "time_zone": "Asia/Kolkata"}
    answer = browser.post(reverse("profile"), typed)

    assert answer.status_code == 422
    assert answer.context["form"].errors["handle"] == ["This handle is taken. Please choose another."]


def test_choices_of_what_is_told_are_kept_and_security_stays_on(browser: Client, asha: User) -> None:
    browser.post(reverse("notification-preferences"), {"told": ["payment_received:email"]})

    page = browser.get(reverse("notification-preferences"))

    on = {channel["value"] for row in page.context["rows"] for channel in row["channels"] if channel["is_enabled"]}
    assert on == {
        "payment_received:email",
        "fraud_alert:in_app",
        "fraud_alert:email",
        "notification:in_app",
        "notification:email",
    }


def test_the_vendored_files_are_those_of_the_list() -> None:
    root = Path(settings.BASE_DIR)
    lines = (root / "static/vendor/checksums.txt").read_text().splitlines()

    wrong = [
        name
        for digest, name in (line.split("  ") for line in lines)
        if hashlib.sha256((root / name).read_bytes()).hexdigest() != digest
    ]

    assert lines
    assert wrong == []


def test_forms_of_the_host_s_name_are_taken_as_those_of_its_address(asha: User, account: BankAccount) -> None:
    browser = Client(enforce_csrf_checks=True, HTTP_HOST="localhost:8000")
    browser.force_login(asha, backend=settings.AUTHENTICATION_BACKENDS[0])
    browser.get(reverse("you"))
    form = {"csrfmiddlewaretoken": browser.cookies[settings.CSRF_COOKIE_NAME].value}

    own = browser.post(reverse("deposit"), form, HTTP_ORIGIN="http://localhost:8000")
    foreign = browser.post(reverse("deposit"), form, HTTP_ORIGIN="http://localhost:9000")

    assert (own.status_code, foreign.status_code) == (422, 403)
