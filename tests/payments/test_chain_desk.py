"""The page where staff have the sealed ledger verified, and the worker that does it."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client
from redis.exceptions import ConnectionError as RedisDown

from accounts.models import AuditEvent, User
from accounts.roles import ANALYST, AUDITOR, SUPERVISOR
from ledger import tasks
from ledger.chain import asked_checks
from ledger.chain.verification import Level
from ledger.errors import CheckNotStarted, CheckRunning
from ledger.models import ChainCheck
from payments.services import chain_checks
from tests.accounts.conftest import staff
from tests.factories import BankAccountFactory
from tests.fraud.test_policy_pages import desk_of
from tests.ledger.chain.builders import behind_their_back, pay, seal

pytestmark = pytest.mark.django_db
PAGE = "/staff/chain"
POLL = "/staff/chain/progress"


@pytest.fixture(autouse=True)
def nothing_runs(db: None) -> None:
    cache.delete(asked_checks.KEY)


@pytest.fixture
def auditor(db: None) -> User:
    return staff(AUDITOR)


@pytest.fixture
def desk(auditor: User) -> Client:
    return desk_of(auditor)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a worker is told to do, instead of doing it."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(asked_checks, "nudge", lambda _task, **arguments: told.append(arguments))
    return told


def test_a_verification_is_asked_for_done_and_read(desk: Client, worker: list[dict[str, Any]]) -> None:
    pay(9)
    seal()

    assert desk.post(PAGE, {"level": "full"}).status_code == 302
    assert "waits for a worker" in desk.get(PAGE).content.decode()
    assert "waits for a worker" in desk.get(POLL).content.decode()

    tasks.verify_chain(**worker[0])

    assert desk.get(POLL).headers["HX-Redirect"] == PAGE
    shown = desk.get(PAGE).content.decode()
    assert "Right" in shown
    assert "Everything: every booking of the bank" in shown
    assert asked_checks.running() is None


def test_what_is_wrong_is_named_on_the_page(desk: Client, worker: list[dict[str, Any]]) -> None:
    victim = pay()
    seal()
    behind_their_back(f"UPDATE ledger_journalentry SET amount_minor = amount_minor + 1 WHERE id = {victim}")
    desk.post(PAGE, {"level": "full"})

    tasks.verify_chain(**worker[0])

    shown = desk.get(PAGE).content.decode()
    assert "Altered" in shown
    assert f"booking {victim}: is not what leaf 0 sealed" in shown


def test_the_page_says_how_far_it_is(
    desk: Client, worker: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(9)
    seal()
    desk.post(PAGE, {"level": "full"})
    monkeypatch.setattr(asked_checks, "TELL_SECONDS", -1.0)
    seen: list[str] = []
    told = cache.set

    def look(*given: Any) -> None:
        told(*given)
        seen.append(desk.get(POLL).content.decode())

    monkeypatch.setattr(cache, "set", look)

    tasks.verify_chain(**worker[0])

    assert "4 of 9 bookings verified." in seen[0]
    assert 'value="44"' in seen[0]


def test_one_account_is_verified_by_its_number(desk: Client, worker: list[dict[str, Any]]) -> None:
    account = BankAccountFactory.create()

    desk.post(PAGE, {"level": "account", "number": account.number})
    tasks.verify_chain(**worker[0])

    kept = ChainCheck.objects.get()
    assert (kept.level, kept.account) == ("account", account.ledger_account)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"level": "account"}, "Type the number of one of the bank"),
        ({"level": "account", "number": "12345678901234"}, "Type the number of one of the bank"),
        ({"level": "account", "number": "1" * 15}, "at most 14 characters"),
        ({"level": "full", "number": "12345678901234"}, "Leave this empty"),
        ({"level": "everything"}, "is not one of the available choices"),
        ({}, "This field is required"),
    ],
)
def test_what_can_not_be_verified_is_refused_beside_its_field(
    desk: Client, worker: list[dict[str, Any]], sent: dict[str, str], sentence: str
) -> None:
    answer = desk.post(PAGE, sent)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert worker == []


def test_a_second_verification_waits_for_the_first(desk: Client, worker: list[dict[str, Any]]) -> None:
    desk.post(PAGE, {"level": "full"})

    assert desk.post(PAGE, {"level": "quick"}).status_code == 409
    assert len(worker) == 1


def test_who_asked_is_written_down(auditor: User, worker: list[dict[str, Any]]) -> None:
    chain_checks.ask(level=Level.QUICK, account=None, person=auditor)

    event = AuditEvent.objects.get(action="chain_check_asked")
    assert (event.actor, event.details) == (auditor, {"level": "quick"})
    assert worker == [{"level": "quick", "account_id": None, "is_asked": True}]


def test_who_asked_in_vain_is_not_written_down(auditor: User, worker: list[dict[str, Any]]) -> None:
    chain_checks.ask(level=Level.QUICK, account=None, person=auditor)

    with pytest.raises(CheckRunning):
        chain_checks.ask(level=Level.QUICK, account=None, person=auditor)

    assert AuditEvent.objects.filter(action="chain_check_asked").count() == 1


def test_an_analyst_looks_and_starts_nothing(worker: list[dict[str, Any]]) -> None:
    analyst = staff(ANALYST)
    desk = desk_of(analyst)

    assert "Verify now" not in desk.get(PAGE).content.decode()
    assert desk.post(PAGE, {"level": "full"}).status_code == 403
    with pytest.raises(PermissionDenied):
        chain_checks.ask(level=Level.FULL, account=None, person=analyst)
    assert worker == []


def test_a_supervisor_may_start_one(worker: list[dict[str, Any]]) -> None:
    assert desk_of(staff(SUPERVISOR)).post(PAGE, {"level": "quick"}).status_code == 302
    assert len(worker) == 1


def test_a_worker_that_fails_leaves_room_for_another(
    auditor: User, worker: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    chain_checks.ask(level=Level.FULL, account=None, person=auditor)

    def broken(**_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("ledger.chain.verification.verify", broken)
    with pytest.raises(MemoryError):
        tasks.verify_chain(**worker[0])

    assert asked_checks.running() is None


def test_without_the_cache_the_page_is_shown_and_nothing_starts(
    auditor: User, desk: Client, worker: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any, **__: Any) -> None:
        raise RedisDown

    monkeypatch.setattr(cache, "add", down)
    monkeypatch.setattr(cache, "get", down)

    assert asked_checks.running() is None
    with pytest.raises(CheckNotStarted):
        chain_checks.ask(level=Level.FULL, account=None, person=auditor)
    assert worker == []
