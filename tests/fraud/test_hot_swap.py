"""A process follows the champion without a restart, and payments never wait for it."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from fraud import explanations, model_files, scoring
from fraud.models import Decision, ModelVersion
from fraud.services import promotion, replay
from ml.fraud.features import FEATURES
from tests.fraud.cases import assess
from tests.fraud.models import CHAMPION, constant, serving, write
from tests.fraud.policy_life import supervisor
from tests.fraud.registered import crowned, of_file, promoted, registered, reigning

pytestmark = pytest.mark.django_db(transaction=True)

ROW = [0.0] * len(FEATURES)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[scoring.Scorer]:
    """Serve the model of a folder, which always says 0.25."""
    with serving(write(tmp_path, constant(0.25))) as scorer:
        yield scorer


def settled(scorer: scoring.Scorer) -> None:
    """Wait for what is being loaded."""
    for thread in threading.enumerate():
        if thread.name == "champion":
            thread.join(20)
    assert not any(thread.name == "champion" for thread in threading.enumerate())


def test_the_next_payments_are_judged_by_the_promoted_model(served: scoring.Scorer) -> None:
    crowned(of_file(constant(0.25), model_version="test-1"))
    new = promoted(registered(0.75), supervisor())

    meanwhile = assess()
    settled(served)
    after = assess()

    assert (meanwhile.ml_score, after.ml_score) == (0.25, 0.75)
    assert Decision.objects.get(pk=after.decision_id).model_hash == new.sha256


def test_a_rollback_is_followed_too(served: scoring.Scorer) -> None:
    sara, old = supervisor(), crowned(of_file(constant(0.25), model_version="test-1"))
    new = promoted(registered(0.75), sara)
    assess()
    settled(served)
    promotion.roll_back(slot="payments", instead_of=new.pk, reason="Too many alerts", person=sara)
    assess()
    settled(served)

    assert (assess().ml_score, served.settled) == (0.25, old.sha256)


def test_another_process_follows_without_a_restart() -> None:
    """A process that lives on while this one promotes is asked before and after."""
    crowned(of_file(constant(0.25), model_version="test-1"))
    database = connection.settings_dict
    program = f"""
import sys, threading
import django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = {database["NAME"]!r}
from django.db import connection
connection.settings_dict["NAME"] = {database["NAME"]!r}
settings.FRAUD_MODEL_DIR = "/nonexistent"
from fraud.scoring import scorer
from fraud.selectors.models import champion_hash
for line in sys.stdin:
    loading = scorer().follow(champion_hash())
    if loading:
        loading.join(20)
    print(scorer().score([0.0] * {len(FEATURES)}).value, flush=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    questions, answers = process.stdin, process.stdout
    assert questions is not None
    assert answers is not None

    def asked() -> str:
        questions.write("?\n")
        questions.flush()
        return next(line.strip() for line in answers if not line.startswith("{"))

    try:
        before = asked()
        promoted(registered(0.75), supervisor())
        after = asked()
    finally:
        questions.close()
        process.wait(20)
        answers.close()

    assert (before, after) == ("0.25", "0.75")


def spoil(sha256: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE fraud_modelfile DROP CONSTRAINT model_file_is_what_it_says")
        cursor.execute("ALTER TABLE fraud_modelfile DISABLE TRIGGER fraud_modelfile_kept_as_written")
        cursor.execute("UPDATE fraud_modelfile SET content = content || 'x' WHERE sha256 = %s", [sha256])


@pytest.fixture
def mended() -> Iterator[None]:
    """Put the guards back afterwards."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE fraud_modelfile ENABLE TRIGGER fraud_modelfile_kept_as_written")
        cursor.execute(
            "ALTER TABLE fraud_modelfile ADD CONSTRAINT model_file_is_what_it_says"
            " CHECK (sha256 = encode(sha256(content), 'hex')) NOT VALID"
        )


def test_a_champion_whose_file_was_changed_is_refused_and_the_rules_decide(
    served: scoring.Scorer, mended: None
) -> None:
    crowned(of_file(constant(0.25), model_version="test-1"))
    new = promoted(registered(0.75), supervisor())
    spoil(new.sha256)

    assess()
    settled(served)
    verdict = assess()

    assert (verdict.ml_score, verdict.degraded) == (None, "corrupt")


def test_while_the_database_gives_no_file_the_old_model_goes_on(
    served: scoring.Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError  # noqa: PLC0415

    def fail(_sha256: str) -> Any:
        raise OperationalError("down")

    monkeypatch.setattr(scoring, "load_registered", fail)

    loading = served.follow("0" * 64)
    assert loading is not None
    loading.join(20)

    assert (served.score(ROW).value, served.fault, served.follow("0" * 64)) == (0.25, "", None)


def test_a_bank_without_a_registry_goes_on_with_its_folder(served: scoring.Scorer) -> None:
    assert served.follow(None) is None
    assert assess().ml_score == 0.25


def test_nothing_is_loaded_where_the_folder_holds_the_champion(served: scoring.Scorer) -> None:
    version = crowned(of_file(constant(0.25), model_version="test-1"))

    assert served.follow(version.sha256) is None


def test_many_payments_at_once_load_it_once(served: scoring.Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.threads import all_at_once  # noqa: PLC0415

    loaded: list[str] = []
    real = model_files.load_registered

    def load_registered(sha256: str) -> model_files.Model:
        loaded.append(sha256)
        return real(sha256)

    monkeypatch.setattr(scoring, "load_registered", load_registered)
    version = reigning(0.75)

    all_at_once([partial(served.follow, version.sha256) for _ in range(8)])
    settled(served)

    assert loaded == [version.sha256]


def test_a_decision_of_an_earlier_champion_is_replayed_by_its_own_model(served: scoring.Scorer) -> None:
    model_files.kept.cache_clear()
    crowned(of_file(constant(0.25), model_version="test-1"))
    decision = Decision.objects.get(pk=assess().decision_id)
    promoted(registered(0.75), supervisor())
    assess()
    settled(served)

    again = replay.replay(decision)

    assert (again.missing, again.differences) == ("", ())
    assert served.score(ROW).value == 0.75


def test_a_decision_is_explained_by_the_trees_of_its_own_model(settings: Any, tmp_path: Path) -> None:
    from fraud.services import registry  # noqa: PLC0415

    settings.FRAUD_MODEL_DIR = str(tmp_path)
    explanations._registered.cache_clear()
    version: ModelVersion = registry.register(CHAMPION, origin="shipped")

    base, parts = explanations.contributions(ROW, model_hash=version.sha256)

    assert base is not None
    assert len(parts) == len(FEATURES)
