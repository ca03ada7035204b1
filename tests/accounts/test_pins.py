from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.errors import PasswordWrong, PinLocked, PinRequired, PinTooSimple, PinWrong
from accounts.models import AuditEvent, PaymentPin, User
from accounts.services import pins
from securebank.web.throttles import TooManyTries
from tests.factories import PASSWORD, PIN, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def user() -> User:
    person: User = UserFactory.create(date_of_birth=date(1994, 7, 23))
    pins.set_pin(user=person, pin=PIN, password=PASSWORD, now=NOW)
    return person


def check(user: User, pin: str | None, *, now: datetime = NOW, is_required: bool = True) -> None:
    pins.check_pin(user=user, pin=pin, is_required=is_required, now=now)


def guess_wrong(user: User, times: int, *, now: datetime = NOW) -> None:
    for _ in range(times):
        with pytest.raises((PinWrong, PinLocked)):
            check(user, "9999", now=now)


def test_lets_the_right_pin_pass(user: User) -> None:
    check(user, PIN)


def test_asks_a_customer_who_has_a_pin_for_it_always(user: User) -> None:
    with pytest.raises(PinRequired) as refusal:
        check(user, None, is_required=False)

    assert refusal.value.facts == {"has_pin": True}


def test_asks_a_customer_without_a_pin_to_set_one_only_when_it_is_needed() -> None:
    newcomer = UserFactory.create()

    check(newcomer, None, is_required=False)
    with pytest.raises(PinRequired) as refusal:
        check(newcomer, None, is_required=True)

    assert refusal.value.facts == {"has_pin": False}


@pytest.mark.parametrize(
    "pin", ["4827", "482", "48260", "４８２６", "٤٨٢٦", "4826\n", "4826\x00", "\ud800", "9" * 100_000]
)
def test_refuses_a_wrong_pin_and_says_how_many_tries_are_left(user: User, pin: str) -> None:
    with pytest.raises(PinWrong) as refusal:
        check(user, pin)

    assert refusal.value.facts == {"tries_left": 4}


def test_counts_again_from_the_start_after_a_right_pin(user: User) -> None:
    guess_wrong(user, 4)
    check(user, PIN)
    guess_wrong(user, 4)

    check(user, PIN)


def test_locks_after_five_wrong_pins_even_for_the_right_one(user: User) -> None:
    guess_wrong(user, 5)

    with pytest.raises(PinLocked) as refusal:
        check(user, PIN, now=NOW + 14 * MINUTE)

    assert refusal.value.facts == {"locked_until": NOW + 15 * MINUTE}
    check(user, PIN, now=NOW + 15 * MINUTE)


def test_locks_longer_each_time_up_to_a_day(user: User) -> None:
    now, lengths = NOW, []
    for _ in range(9):
        guess_wrong(user, 5, now=now)
        until = PaymentPin.objects.get().locked_until
        assert until is not None
        lengths.append(until - now)
        now = until

    assert [length // MINUTE for length in lengths] == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


def test_writes_a_lock_into_the_audit_log_without_the_pin(user: User) -> None:
    guess_wrong(user, 5)

    events = AuditEvent.objects.order_by("id").values_list("action", "details")
    assert list(events) == [("pin_set", {}), ("pin_locked", {"wrong_tries": 5})]


def test_changes_the_pin_with_the_password_and_ends_a_lock(user: User) -> None:
    guess_wrong(user, 5)

    pins.set_pin(user=user, pin="739105", password=PASSWORD, now=NOW)

    check(user, "739105")
    with pytest.raises(PinWrong):
        check(user, PIN)
    assert AuditEvent.objects.filter(action="pin_changed", actor=user).exists()


def test_refuses_to_change_the_pin_without_the_password(user: User) -> None:
    with pytest.raises(PasswordWrong):
        pins.set_pin(user=user, pin="739105", password="guess", now=NOW)

    check(user, PIN)


def test_stops_guessing_the_password_by_setting_pins(user: User) -> None:
    for _ in range(10):
        with pytest.raises(PasswordWrong):
            pins.set_pin(user=user, pin="739105", password="guess", now=NOW)

    with pytest.raises(TooManyTries):
        pins.set_pin(user=user, pin="739105", password=PASSWORD, now=NOW)


@pytest.mark.parametrize(
    "pin",
    [
        "0000",
        "777777",
        "1234",
        "4321",
        "67890",
        "098765",
        "1212",
        "123123",
        "1994",
        "2012",
        "2580",
        "2307",
        "0723",
        "230794",
        "",
        "123",
        "1234567",
        "12a4",
        "４８２６",
    ],
)
def test_refuses_a_pin_that_others_guess_first(user: User, pin: str) -> None:
    with pytest.raises(PinTooSimple):
        pins.set_pin(user=user, pin=pin, password=PASSWORD, now=NOW)


def test_keeps_nothing_that_helps_without_the_pepper(user: User, settings: pytest.FixtureRequest) -> None:
    kept = PaymentPin.objects.get()
    assert kept.pin_hash.startswith("$argon2id$v=19$m=12288,t=3,p=1$")

    settings.PIN_PEPPER = "another"  # type: ignore[attr-defined]

    with pytest.raises(PinWrong):
        check(user, PIN)


def test_a_hash_copied_to_another_customer_opens_nothing(user: User) -> None:
    thief = UserFactory.create()
    PaymentPin.objects.create(user=thief, pin_hash=PaymentPin.objects.get(user=user).pin_hash)

    with pytest.raises(PinWrong):
        check(thief, PIN)
