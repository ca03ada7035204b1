"""Every verdict can be reached again from what was stored with it."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from fraud.models import Decision
from fraud.services import policies, replay
from tests.fraud.cases import NOON, assess
from tests.fraud.models import CHAMPION, constant, serving, write
from tests.fraud.policy_life import approve, changed, supervisor, tried

pytestmark = pytest.mark.django_db


def judged(payments: int = 12) -> None:
    """Let all kinds of payments be judged."""
    for number in range(payments):
        assess(
            (number + 1) ** 4 * 1_000 + 7,
            requested_at=NOON + timedelta(minutes=7 * number, seconds=number),
            available_minor=None if number % 3 else 5_000_000_00,
            failures=number % 5,
            is_own_account=number == 4,
            device={"device_id": f"device-{number % 3}"} if number % 2 else {},
            location={"country": "IN", "latitude": 19.07 + number, "longitude": 72.87} if number % 4 else {},
        )


def run(**options: Any) -> str:
    out = StringIO()
    call_command("replay_decisions", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def rewrite(**values: Any) -> None:
    """Change the newest decision behind the triggers' back."""
    newest = Decision.objects.latest("decided_at", "id")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    Decision.objects.filter(pk=newest.pk).update(**values)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_decisions_of_the_rules_alone_come_out_the_same() -> None:
    judged()

    assert run() == "12 the same, 0 different, 0 not replayable\n"


def test_decisions_of_the_champion_come_out_the_same_to_the_last_bit() -> None:
    with serving(CHAMPION) as served:
        assert served.fault == ""
        judged()

        assert run() == "12 the same, 0 different, 0 not replayable\n"
    assert not Decision.objects.filter(ml_score=None).exists()


@pytest.mark.parametrize(
    "change",
    [{"score": 0.123}, {"ml_score": 0.5}, {"recommendation": "DECLINE"}, {"level": "CRITICAL"}, {"reasons": []},
     {"must_lock": True}, {"features": [1.0]}, {"rule_score": 0.9}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_a_decision_that_says_otherwise_is_named(change: dict[str, Any]) -> None:
    with serving(CHAMPION):
        judged(3)
        assess(250_001_00)
        rewrite(**change)

        found = [each for each in replay.replay_all() if each.differences]

    assert [each.decision for each in found] == [Decision.objects.latest("decided_at", "id")]
    assert found[0].differences[0].startswith(next(iter(change)))


def test_the_command_fails_when_one_differs(capsys: pytest.CaptureFixture[str]) -> None:
    judged(3)
    rewrite(score=0.123)

    with pytest.raises(SystemExit) as end:
        run()

    assert end.value.code == 1


def test_a_model_that_is_gone_is_said_to_be_missing(tmp_path: Path) -> None:
    with serving(write(tmp_path, constant(0.25))):
        judged(3)

    assert "0 the same, 0 different, 3 not replayable\nnot replayable: 3 without model" in run()


def test_a_policy_that_is_not_known_is_said_to_be_missing() -> None:
    judged(1)
    rewrite(policy_version="rules-1")

    assert "not replayable: 1 without policy rules-1" in run()


def test_old_decisions_are_replayed_by_the_policy_of_then() -> None:
    judged(3)
    maker = supervisor()
    document = changed() | {"weights": {"model": 0.1, "rules": 0.9}}
    document["rules"]["NIGHT"]["enabled"] = False
    draft = policies.draft(like=1, person=maker)
    version = policies.edit(number=draft.number, document=document, note="Rules first", person=maker)
    tried(version)
    approve(policies.propose(number=version.number, person=maker), supervisor("Tom Super"))
    assert assess().policy_version == "policy-2"

    assert run() == "4 the same, 0 different, 0 not replayable\n"


def test_takes_a_beginning_and_a_number() -> None:
    judged(4)

    assert run(limit=3).startswith("3 the same")
    assert run(since=NOON.replace(year=2100)).startswith("0 the same")


@pytest.mark.parametrize("option", ["--since=yesterday", "--since=2026-13-01", "--limit=0", "--limit=many"])
def test_says_what_it_does_not_understand(option: str) -> None:
    with pytest.raises(CommandError):
        call_command("replay_decisions", option)
