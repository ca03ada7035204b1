"""The demo bank."""

import io
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from accounts.models import BankAccount, PaymentPin, User
from accounts.services import factors
from payments.demo import cast, story
from payments.models import Payee, Payment, PaymentRequest


@pytest.fixture
def demo_bank(settings: Any, tmp_path: Path) -> Path:
    """Switch demo mode on and keep its secrets apart; hash passwords fast."""
    settings.DEMO_MODE = True
    settings.STATE_DIR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tmp_path / "demo.json"


def run(command: str, *arguments: str) -> str:
    told = io.StringIO()
    call_command(command, *arguments, stdout=told)
    return told.getvalue()


@pytest.mark.django_db
def test_fills_an_empty_bank_and_says_who_can_sign_in(demo_bank: Path) -> None:
    told = run("demo_data")

    keys = json.loads(demo_bank.read_text())
    assert keys["password"] in told
    assert keys["pin"] in told
    assert all(person.email in told for person in (*cast.CUSTOMERS, *cast.STAFF))
    assert User.objects.get(handle="asha").check_password(keys["password"])


@pytest.mark.django_db
def test_gives_everybody_what_their_story_says(demo_bank: Path) -> None:
    run("demo_data")

    assert BankAccount.objects.count() == sum(len(customer.deposits) for customer in cast.CUSTOMERS)
    assert Payment.objects.filter(kind=Payment.Kind.TRANSFER).count() == len(story.TRANSFERS)
    assert Payment.objects.filter(status=Payment.Status.HELD).count() == len(story.LARGE_PAYERS)
    assert Payment.objects.filter(status=Payment.Status.DECLINED).count() == 0
    assert PaymentRequest.objects.filter(status=PaymentRequest.Status.PENDING).count() == len(story.REQUESTS)
    assert Payee.objects.exclude(nickname="").count() == len(story.PAYEES)
    assert PaymentPin.objects.count() == sum(customer.has_pin for customer in cast.CUSTOMERS)


@pytest.mark.django_db
def test_does_nothing_the_second_time_but_say_who_can_sign_in(demo_bank: Path) -> None:
    run("demo_data")
    before = (User.objects.count(), Payment.objects.count(), demo_bank.read_text())

    told = run("demo_data")

    assert "already here" in told
    assert "asha@example.com" in told
    assert (User.objects.count(), Payment.objects.count(), demo_bank.read_text()) == before


@pytest.mark.django_db
def test_goes_on_where_an_interrupted_run_ended(demo_bank: Path) -> None:
    run("demo_data")
    Payee.objects.all().delete()

    run("demo_data")

    assert Payment.objects.filter(kind=Payment.Kind.TRANSFER).count() == len(story.TRANSFERS)
    assert Payee.objects.exclude(nickname="").count() == len(story.PAYEES)


@pytest.mark.django_db
def test_keeps_the_password_for_the_owner_only(demo_bank: Path) -> None:
    run("demo_data")

    assert stat.S_IMODE(demo_bank.stat().st_mode) == 0o600


@pytest.mark.django_db
def test_lets_staff_sign_in_with_the_code_that_it_prints(demo_bank: Path) -> None:
    run("demo_data")

    code = run("demo_code", "analyst@securebank.example").strip()

    analyst = User.objects.get(email="analyst@securebank.example")
    assert factors.check_code(user=analyst, code=code)
    assert analyst.has_perm("payments.review_payment")
    assert not Authenticator.objects.filter(user__is_staff=False).exists()


@pytest.mark.django_db
def test_keeps_the_books_sound(demo_bank: Path) -> None:
    run("demo_data")

    call_command("verify_books", stdout=io.StringIO())


@pytest.mark.parametrize("command", [("demo_data",), ("demo_code", "analyst@securebank.example")])
def test_refuses_to_run_in_a_real_bank(command: tuple[str, ...], settings: Any) -> None:
    settings.DEMO_MODE = False

    with pytest.raises(CommandError, match="demo bank only"):
        run(*command)
