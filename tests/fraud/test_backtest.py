"""What a backtest counts, and how it goes on when a worker is lost."""

import io
import json
import tracemalloc
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from fraud import policy_document
from fraud.active_policy import active_policy
from fraud.backtests import history
from fraud.backtests.tally import SAMPLE, Tally
from fraud.errors import BacktestRunning, MayNotEditPolicy, PolicyInvalid
from fraud.models import Backtest, Decision, PolicyVersion
from fraud.services import backtesting, policies
from fraud.tasks import run_backtest
from tests.accounts.conftest import staff
from tests.fraud.cases import assess
from tests.fraud.policy_life import active, changed, decided, drafted, supervisor, tried

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=3650)
RUPEE = 100


@pytest.fixture
def sara(db: None) -> User:
    return supervisor()


def compared(document: dict[str, Any], *, since: datetime = LONG_AGO, until: datetime | None = None) -> Tally:
    new = policy_document.read(document, name="candidate")
    until = until or timezone.now() + timedelta(seconds=1)
    return backtesting.compare(old=active_policy(), new=new, since=since, until=until, told=lambda _: None)


@pytest.fixture
def past(db: None) -> dict[str, Decision]:
    """Twelve payments, of 1,000 to 12,000 rupees by place, judged by policy 1: held from 0.4, declined from 0.7.

    With the model: score = 0.6 x model + 0.4 x rules. Low trust weighs 0.35, so alone with the model 0.14.
    """
    rows: dict[str, tuple[dict[str, Any], bool | None]] = {
        # Nothing speaks: approved before and after.
        "quiet": ({"ml_score": 0.1}, None),
        "quiet genuine": ({"ml_score": 0.2}, False),
        "missed fraud": ({"ml_score": 0.5}, True),  # 0.30
        # 0.42: held before, approved from 0.45 on.
        "just held": ({"ml_score": 0.7}, None),
        "just held genuine": ({"ml_score": 0.7}, False),
        "just held fraud": ({"ml_score": 0.7}, True),
        # 0.48: held under both.
        "held": ({"ml_score": 0.8}, None),
        "held genuine": ({"ml_score": 0.8}, False),
        "held fraud": ({"ml_score": 0.8}, True),
        # 0.6 x 0.95 + 0.14 = 0.71: declined before, held when declined from 0.75 on.
        "just declined": ({"ml_score": 0.95, "trust": 10.0}, True),
        # 0.6 x 1 + 0.4 x 1 (0.35 + 0.5 + 0.3 capped) = 1: declined and locked under both.
        "locked": ({"ml_score": 1.0, "trust": 10.0, "payments_hour": 40, "failures": 9}, True),
        # No model: low trust alone, 0.35: approved under both.
        "degraded": ({"trust": 10.0}, None),
    }
    return {
        name: decided(place * 1_000 * RUPEE, label=label, **given)
        for place, (name, (given, label)) in enumerate(rows.items(), start=1)
    }


def test_the_figures_are_those_worked_out_by_hand(past: dict[str, Decision]) -> None:
    tally = compared(changed(review=0.45, decline=0.75))

    thousand = 1_000 * RUPEE
    assert (tally.payments, tally.labelled, tally.frauds) == (12, 8, 5)
    assert (tally.amount_minor, tally.frauds_minor) == (78 * thousand, (3 + 6 + 9 + 10 + 11) * thousand)
    old, new = tally.old, tally.new
    assert (old.alerts, old.held, old.declined, old.locked) == (8, 6, 2, 1)
    assert (new.alerts, new.held, new.declined, new.locked) == (5, 4, 1, 1)
    assert (old.caught, old.missed, old.false_alarms, old.unlabelled) == (4, 1, 2, 2)
    assert (new.caught, new.missed, new.false_alarms, new.unlabelled) == (3, 2, 1, 1)
    assert (old.held_minor, old.declined_minor) == ((4 + 5 + 6 + 7 + 8 + 9) * thousand, (10 + 11) * thousand)
    assert (new.held_minor, new.declined_minor) == ((7 + 8 + 9 + 10) * thousand, 11 * thousand)
    assert (old.caught_minor, old.missed_minor, old.false_alarms_minor) == (36 * thousand, 3 * thousand, 13 * thousand)
    assert (new.caught_minor, new.missed_minor, new.false_alarms_minor) == (30 * thousand, 9 * thousand, 8 * thousand)


def test_says_which_payments_would_end_otherwise(past: dict[str, Decision]) -> None:
    tally = compared(changed(review=0.45, decline=0.75))

    expected = {past[name].pk for name in ("just held", "just held genuine", "just held fraud", "just declined")}
    assert {decision_id for _amount, decision_id, _shown in tally.sample} == {str(pk) for pk in expected}
    assert (tally.changed, tally.moves) == (4, {"REVIEW>APPROVE": 3, "DECLINE>REVIEW": 1})


def test_counts_how_often_each_rule_speaks(past: dict[str, Decision]) -> None:
    document = changed()
    document["rules"]["LOW_TRUST"]["params"]["below"] = 5.0

    hits = compared(document).hits

    assert (hits["LOW_TRUST"], hits["VELOCITY"], hits["FAILED_ATTEMPTS"]) == ([3, 0], [1, 1], [1, 1])


def test_without_labels_nothing_is_said_about_false_alarms(db: None) -> None:
    decided(1_000, ml_score=0.8)

    tally = compared(changed())

    assert (tally.labelled, tally.old.false_alarms, tally.old.caught, tally.old.unlabelled) == (0, 0, 0, 1)


def test_the_active_policy_changes_nothing_about_what_it_decided(db: None) -> None:
    for minor in (100, 199_999_99, 200_000_00, 900_000_00, 5_000_000_00):
        for _ in range(8):
            assess(minor, device={"device_id": "phone"}, available_minor=minor)

    tally = compared(active().document)

    stored = Decision.objects.all()
    assert (tally.payments, tally.changed, tally.old == tally.new) == (40, 0, True)
    assert tally.old.held == stored.filter(recommendation="REVIEW").count() > 0
    assert tally.old.declined == stored.filter(recommendation="DECLINE").count() > 0
    assert tally.old.locked == stored.filter(must_lock=True).count()


def test_reads_only_the_period(past: dict[str, Decision]) -> None:
    decided(1, at=timezone.now() - timedelta(days=40))

    assert compared(changed(), since=timezone.now() - timedelta(days=30)).payments == 12


def test_a_huge_past_is_read_in_pages_of_constant_size(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 50)
    one = decided(1_000, ml_score=0.8, at=LONG_AGO)
    compared(changed())  # the first reads the active policy, which is kept

    def cost(payments: int, day: datetime) -> tuple[int, int]:
        Decision.objects.bulk_create(
            [_copy(one, day + timedelta(microseconds=number % 7)) for number in range(payments)]
        )
        with CaptureQueriesContext(connection) as queries:
            tally = compared(changed(), since=day, until=day + timedelta(days=1))
        asked = len(queries)
        # Django keeps the queries that are looked at: memory is measured without looking.
        tracemalloc.start()
        compared(changed(), since=day, until=day + timedelta(days=1))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert tally.payments == payments
        return asked, peak

    few, many = cost(110, timezone.now() - timedelta(days=9)), cost(1_910, timezone.now() - timedelta(days=5))

    assert many[0] - few[0] == (1_910 - 110) // 50
    # The rows alone would take megabytes.
    assert many[1] < 1.5 * few[1]


def _copy(one: Decision, at: datetime) -> Decision:
    copied = deepcopy(one)
    copied.pk = Decision._meta.pk.get_default()
    copied.payment_id, copied.decided_at = copied.pk, at
    return copied


def test_an_old_decision_that_holds_too_little_is_left_out_and_said_so(db: None) -> None:
    one = decided(1_000, ml_score=0.8)
    older = _copy(one, timezone.now())
    older.facts = {}
    older.save(force_insert=True)

    tally = compared(changed())

    assert (tally.payments, tally.unreadable) == (1, 1)


def test_payments_of_one_instant_are_each_counted_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 3)
    moment = timezone.now()
    for _ in range(10):
        decided(1_000, at=moment)

    assert compared(changed()).payments == 10


def test_shows_the_largest_of_many(db: None) -> None:
    for number in range(1, SAMPLE + 11):
        decided(number, ml_score=0.7)

    tally = compared(changed(review=0.45))

    assert (tally.changed, sorted(amount for amount, *_ in tally.sample)) == (SAMPLE + 10, list(range(11, SAMPLE + 11)))


# --- asked for, worked off, stopped


def test_the_result_is_kept_with_the_draft(sara: User, past: dict[str, Decision]) -> None:
    draft = drafted(sara)

    backtest = tried(draft)

    assert (backtest.state, backtest.done, backtest.total) == ("done", 12, 12)
    assert draft.backtest["against"] == "policy-1"
    assert draft.backtest["figures"]["new"]["alerts"] == 5
    assert policies.is_tried(draft, against=active())


def ask(person: User, number: int = 2) -> Backtest:
    now = timezone.now()
    return backtesting.ask(number=number, since=now - timedelta(days=30), person=person, now=now)


def work(backtest: Backtest, **options: Any) -> Backtest:
    backtesting.work(backtest_id=backtest.pk, now=timezone.now, **options)
    backtest.refresh_from_db()
    return backtest


def test_a_long_one_goes_on_in_slices(sara: User, past: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 5)
    draft = drafted(sara)
    backtest = ask(sara)

    seen = []
    while backtest.is_open:
        work(backtest, seconds=0)
        seen.append((backtest.state, backtest.done))

    assert seen == [("waiting", 5), ("waiting", 10), ("done", 12)]
    draft.refresh_from_db()
    assert draft.backtest["figures"]["old"]["alerts"] == 8


def test_after_a_lost_worker_another_goes_on(sara: User, past: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 5)
    drafted(sara)
    backtest = work(ask(sara), seconds=0)
    Backtest.objects.update(state="running", turn=backtest.pk)

    assert work(backtest).state == "running"  # perhaps it only is slow

    Backtest.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert (work(backtest).state, backtest.done) == ("done", 12)


def test_a_worker_that_was_given_up_writes_nothing(sara: User, past: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 5)
    draft = drafted(sara)
    backtest = ask(sara)
    pages = history.pages

    def while_another_takes_over(**options: Any) -> Any:
        for page in pages(**options):
            Backtest.objects.update(turn=backtest.pk)
            yield page

    monkeypatch.setattr(history, "pages", while_another_takes_over)
    work(backtest)

    draft.refresh_from_db()
    assert (backtest.state, backtest.done, draft.backtest) == ("running", 0, {})


def test_the_sweep_sends_a_worker_to_what_was_forgotten(
    sara: User, django_capture_on_commit_callbacks: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted(sara)
    backtest = ask(sara)
    sent: list[str] = []
    monkeypatch.setattr(run_backtest, "apply_async", lambda kwargs, **_: sent.append(kwargs["backtest_id"]))

    with django_capture_on_commit_callbacks(execute=True):
        backtesting.look_after(now=timezone.now())
        backtesting.look_after(now=timezone.now() + timedelta(minutes=2))

    assert sent == [str(backtest.pk)]


def test_a_cancelled_one_stops_and_keeps_nothing(sara: User, past: Any) -> None:
    draft = drafted(sara)
    backtest = ask(sara)

    backtesting.cancel(number=2, person=sara, now=timezone.now())

    assert (work(backtest).state, backtest.done) == ("cancelled", 0)
    draft.refresh_from_db()
    assert draft.backtest == {}


def test_an_edited_draft_gets_nothing_of_what_was_asked_before(sara: User, past: Any) -> None:
    drafted(sara)
    backtest = ask(sara)

    policies.edit(number=2, document=changed(review=0.5), note="x", person=sara)

    assert work(backtest).state == "cancelled"


def test_there_is_one_at_a_time(sara: User) -> None:
    drafted(sara)
    ask(sara)

    with pytest.raises(BacktestRunning):
        ask(sara)


def test_a_period_in_the_future_is_refused(sara: User) -> None:
    drafted(sara)
    now = timezone.now()

    with pytest.raises(PolicyInvalid):
        backtesting.ask(number=2, since=now + timedelta(days=1), person=sara, now=now)


def test_a_colleague_does_not_run_it(sara: User) -> None:
    drafted(sara)

    with pytest.raises(MayNotEditPolicy):
        ask(staff("SUPERVISOR"))


# --- the command


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("backtest_policy", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_compares_and_keeps_it_with_a_draft(sara: User, past: Any) -> None:
    draft = drafted(sara)

    found = json.loads(run("--policy", "2", "--json"))

    draft.refresh_from_db()
    assert (found["figures"]["old"]["alerts"], found["figures"]["new"]["alerts"]) == (8, 5)
    assert policies.is_tried(draft, against=active())


def test_the_command_tries_a_file(past: Any, tmp_path: Path) -> None:
    file = tmp_path / "careful.json"
    file.write_text(json.dumps(changed(review=0.45)))

    told = run("--file", str(file), "--since", "2020-01-01")

    assert "12 payments" in told
    assert "8 payments carry a label, 5 of them fraud" in told
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ('{"weights": {"model": 1, "rules": 1}}', 2, "levels: This is missing."),
        ("{", 2, "is no JSON"),
        (None, 1, "No such file"),
    ],
    ids=["invalid", "no JSON", "no file"],
)
def test_the_command_says_what_is_wrong(db: None, tmp_path: Path, text: str | None, status: int, said: str) -> None:
    file = tmp_path / "policy.json"
    if text is not None:
        file.write_text(text)

    with pytest.raises(CommandError, match=said) as refusal:
        run("--file", str(file))

    assert refusal.value.returncode == status


def test_the_command_knows_no_other_policy(db: None) -> None:
    with pytest.raises(CommandError, match="There is no policy 7") as refusal:
        run("--policy", "7")

    assert refusal.value.returncode == 1
