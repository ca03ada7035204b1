from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import NoneType
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models.functions import Now
from django.test import override_settings
from redis.exceptions import RedisError

from accounts.errors import ConfirmationInvalid, OtpWrong, PayeeNotFound, PinWrong
from accounts.models import Confirmation, SpentCode, User
from accounts.services import confirmations, factors, pins, totp_codes
from accounts.services.confirmations import Binding
from securebank.kernel.ids import new_id
from securebank.kernel.money import InvalidAmount, Money
from securebank.web.throttles import TooManyTries
from tests.accounts.conftest import totp_code
from tests.factories import PASSWORD, PIN, BankAccountFactory, UserFactory
from tests.ledger import mutants
from tests.races import Guard, Race

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BINDING = Binding(purpose="transfer", amount=Money(500_00, "INR"), payee="019a")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def user(db: None) -> User:
    person: User = UserFactory.create()
    pins.set_pin(user=person, pin=PIN, password=PASSWORD, now=NOW)
    return person


@pytest.fixture
def confirmation(user: User) -> Confirmation:
    return confirmations.confirm_with_pin(user=user, pin=PIN, binding=BINDING, now=NOW)


def test_is_good_once_for_what_was_confirmed(user: User, confirmation: Confirmation) -> None:
    confirmations.use(user=user, confirmation_id=confirmation.pk, binding=BINDING, now=NOW)

    with pytest.raises(ConfirmationInvalid):
        confirmations.use(user=user, confirmation_id=confirmation.pk, binding=BINDING, now=NOW)


@pytest.mark.parametrize(
    "other",
    [
        replace(BINDING, amount=Money(500_01, "INR")),
        replace(BINDING, amount=Money(500_00, "USD")),
        replace(BINDING, amount=None),
        replace(BINDING, payee="019b"),
        replace(BINDING, purpose="withdrawal"),
    ],
)
def test_is_useless_for_anything_else_and_stays_good(user: User, confirmation: Confirmation, other: Binding) -> None:
    with pytest.raises(ConfirmationInvalid):
        confirmations.use(user=user, confirmation_id=confirmation.pk, binding=other, now=NOW)

    confirmations.use(user=user, confirmation_id=confirmation.pk, binding=BINDING, now=NOW)


def test_says_the_same_of_foreign_expired_and_unknown_ones(user: User, confirmation: Confirmation) -> None:
    stranger = UserFactory.create()
    expired = confirmations.confirm_with_pin(user=user, pin=PIN, binding=BINDING, now=NOW)
    Confirmation.objects.filter(pk=expired.pk).update(expires_at=Now())

    said = set()
    for who, which in ((stranger, confirmation.pk), (user, expired.pk), (user, new_id())):
        with pytest.raises(ConfirmationInvalid) as refusal:
            confirmations.use(user=who, confirmation_id=which, binding=BINDING, now=NOW)
        said.add((str(refusal.value), str(refusal.value.facts)))

    assert len(said) == 1


def test_expires_five_minutes_after_the_database_s_own_clock(confirmation: Confirmation) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        database_time = cursor.fetchone()[0]

    assert timedelta(minutes=4, seconds=50) < confirmation.expires_at - database_time <= timedelta(minutes=5)


def test_binds_parts_that_would_run_together_differently() -> None:
    one, other = Binding("transfer", None, "1x"), Binding("transfer1", None, "x")

    assert one.digest() != other.digest()
    assert len(one.digest()) == 32


def test_is_not_made_with_a_wrong_pin(user: User) -> None:
    with pytest.raises(PinWrong):
        confirmations.confirm_with_pin(user=user, pin="9999", binding=BINDING, now=NOW)

    assert not Confirmation.objects.exists()


def test_binds_a_transfer_to_the_account_that_the_payee_leads_to(user: User) -> None:
    payee = BankAccountFactory.create()

    bound = confirmations.bind_transfer(amount="500.00", currency="INR", to=payee.owner.handle)

    assert bound == Binding(purpose="transfer", amount=Money(500_00, "INR"), payee=str(payee.pk))


@pytest.mark.parametrize(("amount", "to", "refusal"), [("0", "asha", InvalidAmount), ("1", "nobody", PayeeNotFound)])
def test_confirms_nothing_that_can_not_be_paid(user: User, amount: str, to: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        confirmations.bind_transfer(amount=amount, currency="INR", to=to)


@pytest.fixture
def code(user: User) -> str:
    cache.clear()
    totp.TOTP.activate(user, SECRET)
    return totp_code(SECRET)


def test_takes_a_code_of_the_authenticator_app_once(user: User, code: str) -> None:
    made = confirmations.confirm_with_totp(user=user, otp=code, binding=BINDING, now=NOW)

    assert made.method == Confirmation.Method.TOTP
    with pytest.raises(OtpWrong):
        confirmations.confirm_with_totp(user=user, otp=code, binding=BINDING, now=NOW)


def test_remembers_a_used_code_though_the_cache_is_emptied(user: User, code: str) -> None:
    confirmations.confirm_with_totp(user=user, otp=code, binding=BINDING, now=NOW)
    cache.clear()

    with pytest.raises(OtpWrong):
        confirmations.confirm_with_totp(user=user, otp=code, binding=BINDING, now=NOW)


@pytest.fixture
def no_cache_server() -> Iterator[None]:
    """Have nobody answer where the cache should be."""
    default = settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}
    with override_settings(CACHES=settings.CACHES | {"default": default}):
        yield


def test_takes_a_code_once_while_the_cache_is_down(user: User, code: str, no_cache_server: None) -> None:
    with pytest.raises(RedisError):
        cache.get("anything")

    confirmations.confirm_with_totp(user=user, otp=code, binding=BINDING, now=NOW)

    with pytest.raises(OtpWrong):
        confirmations.confirm_with_totp(user=user, otp=code, binding=BINDING, now=NOW)


def test_refuses_a_code_that_opened_the_door(user: User, code: str) -> None:
    assert factors.check_code(user=user, code=code)

    with pytest.raises(OtpWrong):
        confirmations.confirm_with_totp(user=user, otp=code, binding=BINDING, now=NOW)


@pytest.mark.parametrize(("steps_ago", "is_right"), [(1, True), (3, False)])
def test_a_code_typed_across_the_half_minute_counts_and_an_old_one_does_not(
    user: User, steps_ago: int, is_right: bool
) -> None:
    totp.TOTP.activate(user, SECRET)

    assert totp_codes.spend(user=user, code=totp_code(SECRET, steps_ago=steps_ago)) is is_right


def test_forgets_codes_that_can_not_come_again(user: User, code: str) -> None:
    SpentCode.objects.create(user=user, step=1)

    confirmations.confirm_with_totp(user=user, otp=code, binding=BINDING, now=NOW)

    assert SpentCode.objects.get(user=user).step > 1


def eight_sendings(user: User, code: str, *without: Guard) -> Counter[Any]:
    """Return how often a code sent eight times at once counted, and how often it did not."""
    spend = partial(totp_codes.spend, user=user, code=code)
    return Counter(Race('INSERT INTO "accounts_spentcode"', without).run([spend] * 8))


@pytest.mark.django_db(transaction=True)
def test_a_code_sent_eight_times_at_once_counts_once(user: User, code: str) -> None:
    assert eight_sendings(user, code) == {True: 1, False: 7}


@pytest.mark.django_db(transaction=True)
def test_where_the_database_keeps_a_code_twice_it_counts_eight_times(mutate: ExitStack, user: User, code: str) -> None:
    mutate.enter_context(mutants.dropped("accounts_spentcode", "spent_code_once"))

    assert eight_sendings(user, code) == {True: 8}


def test_refuses_a_code_of_a_customer_without_an_app(user: User) -> None:
    with pytest.raises(OtpWrong):
        confirmations.confirm_with_totp(user=user, otp="123456", binding=BINDING, now=NOW)


def test_stops_guessing_codes(user: User, code: str) -> None:
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        with pytest.raises(OtpWrong):
            confirmations.confirm_with_totp(user=user, otp=wrong, binding=BINDING, now=NOW)

    with pytest.raises(TooManyTries):
        confirmations.confirm_with_totp(user=user, otp=code, binding=BINDING, now=NOW)


def twenty_uses(user: User, confirmation: Confirmation, *without: Guard) -> Counter[type]:
    """Return what using one confirmation twenty times came to: nothing said, or a refusal."""
    use = partial(confirmations.use, user=user, confirmation_id=confirmation.pk, binding=BINDING, now=NOW)
    return Counter(map(type, Race('UPDATE "accounts_confirmation"', without).run([use] * 20)))


@pytest.mark.django_db(transaction=True)
def test_twenty_uses_at_once_spend_it_once(user: User, confirmation: Confirmation) -> None:
    assert twenty_uses(user, confirmation) == {NoneType: 1, ConfirmationInvalid: 19}


@pytest.mark.django_db(transaction=True)
def test_where_the_update_does_not_look_it_is_spent_twenty_times(user: User, confirmation: Confirmation) -> None:
    look = Guard('"accounts_confirmation"."used_at" IS NULL', "TRUE")

    assert twenty_uses(user, confirmation, look) == {NoneType: 20}
