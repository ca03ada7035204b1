"""Models are taken in, tried, promoted and rolled back."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEvent, User
from accounts.services import approvals
from fraud import model_errors, model_files
from fraud.models import ModelFile, ModelPromotion, ModelVersion
from fraud.services import promotion, registry
from tests.factories import UserFactory
from tests.fraud.models import CHAMPION, constant, write
from tests.fraud.policy_life import approve, supervisor
from tests.fraud.registered import judged, of_file, one_feature, promoted, registered, reigning

pytestmark = pytest.mark.django_db


@pytest.fixture
def sara(db: None) -> User:
    return supervisor()


def test_a_model_is_kept_with_its_file_card_and_trees() -> None:
    version = registry.register(CHAMPION, origin="shipped")

    card = json.loads((CHAMPION / "card.json").read_bytes())
    assert (version.name, version.sha256, version.slot) == (card["model_version"], card["sha256"], "payments")
    assert model_files.content_of(version.sha256) == (CHAMPION / "model.onnx").read_bytes()
    assert (version.trees_id, version.state) == (card["trees_sha256"], "candidate")


def test_the_same_file_again_is_the_same_version(tmp_path: Path) -> None:
    folder = write(tmp_path, constant(0.5))

    assert registry.register(folder, origin="shipped") == registry.register(folder, origin="shipped")
    assert ModelFile.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "0" * 64},
        {"model_version": None},
        {"features": ["amount"]},
        {"schema": 99},
    ],
)
def test_refuses_a_card_that_is_not_about_this_file_or_these_features(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(model_errors.ModelRefused):
        registry.register(write(tmp_path, constant(0.5), **change), origin="shipped")


def test_refuses_a_file_that_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(model_errors.ModelRefused):
        registry.register(write(tmp_path, b"not a model"), origin="shipped")


def test_what_is_registered_never_changes() -> None:
    version = registered()

    changes: list[dict[str, Any]] = [{"sha256": "0" * 64}, {"card": {}}, {"name": "other"}]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            ModelVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ModelFile.objects.all().delete()


def test_the_database_keeps_no_file_under_another_hash() -> None:
    with pytest.raises(DatabaseError, match="model_file_is_what_it_says"), transaction.atomic():
        ModelFile.objects.create(sha256="0" * 64, content=b"something")


def test_the_shipped_champion_is_the_first_one(settings: Any, tmp_path: Path) -> None:
    settings.FRAUD_MODELS_ROOT = str(tmp_path)
    settings.FRAUD_MODEL_DIR = str(write(tmp_path / "champion", constant(0.25)))
    write(tmp_path / "another", constant(0.5), model_version="another-1")

    new = registry.register_shipped()

    assert {each.name for each in new} == {"test-1", "another-1"}
    assert promotion.champion_of("payments").name == "test-1"  # type: ignore[union-attr]
    assert registry.register_shipped() == []
    assert ModelPromotion.objects.get().how == "first"


def test_a_later_release_does_not_replace_the_champion(settings: Any, tmp_path: Path) -> None:
    settings.FRAUD_MODELS_ROOT = settings.FRAUD_MODEL_DIR = str(tmp_path)
    reigning(0.75)
    write(tmp_path / "champion", constant(0.25))

    registry.register_shipped()

    assert ModelVersion.objects.get(name="test-1").state == "candidate"


def test_a_promotion_is_written_down_and_replaces_the_champion(sara: User) -> None:
    old, new = reigning(0.25), registered(0.75)

    promoted(new, sara)

    states = dict(ModelVersion.objects.values_list("pk", "state"))
    assert states == {old.pk: "retired", new.pk: "active"}
    last = ModelPromotion.objects.latest("id")
    assert (last.version, last.instead_of, last.how, last.by, last.reason) == (new, old, "promoted", sara, "Better")
    assert AuditEvent.objects.get(action="model_promoted").details["sha256"] == new.sha256


def test_promotions_are_never_rewritten(sara: User) -> None:
    reigning()

    with pytest.raises(DatabaseError), transaction.atomic():
        ModelPromotion.objects.update(how="promoted")
    with pytest.raises(DatabaseError), transaction.atomic():
        ModelPromotion.objects.all().delete()


def test_a_rollback_brings_the_champion_before_back_in_one_step(sara: User) -> None:
    first, second, third = reigning(0.25), registered(0.5), registered(0.75)
    promoted(second, sara)
    promoted(third, sara)

    back = promotion.roll_back(slot="payments", instead_of=third.pk, reason="Too many alerts", person=sara)
    further = promotion.roll_back(slot="payments", instead_of=second.pk, reason="Still", person=sara)

    assert (back, further) == (second, first)
    assert promotion.before("payments") is None
    with pytest.raises(model_errors.ModelFixed):
        promotion.roll_back(slot="payments", instead_of=first.pk, reason="Even further", person=sara)


def test_whoever_saw_another_champion_is_told_so(sara: User) -> None:
    first, second, third = reigning(0.25), registered(0.5), registered(0.75)
    promoted(second, sara)

    with pytest.raises(model_errors.ChampionChanged):
        promotion.promote(version_id=third.pk, instead_of=first.pk, reason="Better", person=sara)
    with pytest.raises(model_errors.ChampionChanged):
        promotion.roll_back(slot="payments", instead_of=first.pk, reason="Worse", person=sara)


def test_only_supervisors_promote(sara: User) -> None:
    reigning(0.25)
    somebody = UserFactory.create(is_staff=True)

    with pytest.raises(model_errors.MayNotPromote):
        promoted(registered(0.75), somebody)
    with pytest.raises(model_errors.MayNotPromote):
        registry.try_in_shadow(version_id=registered(0.5).pk, person=somebody)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 281])
def test_a_promotion_needs_a_reason(sara: User, reason: str) -> None:
    old, new = reigning(0.25), registered(0.75)

    with pytest.raises(model_errors.ReasonNeeded):
        promotion.promote(version_id=new.pk, instead_of=old.pk, reason=reason, person=sara)


def test_where_two_are_needed_a_second_person_agrees(settings: Any, sara: User) -> None:
    settings.FRAUD_PROMOTION = "two_people"
    old, new, omar = reigning(0.25), registered(0.75), supervisor("Omar Other")

    with pytest.raises(model_errors.TwoPeopleNeeded):
        promoted(new, sara)
    proposal = promotion.propose(version_id=new.pk, reason="Better", person=sara)
    with pytest.raises(approvals.FourEyesNeeded):
        approve(proposal, sara)
    approve(proposal, omar)

    last = ModelPromotion.objects.latest("id")
    assert (last.version, last.instead_of, last.by, last.agreed_by) == (new, old, sara, omar)


def test_a_file_that_was_spoilt_is_not_promoted(sara: User) -> None:
    reigning(0.25)
    new = registered(0.75)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE fraud_modelfile DROP CONSTRAINT model_file_is_what_it_says")
        cursor.execute("ALTER TABLE fraud_modelfile DISABLE TRIGGER fraud_modelfile_kept_as_written")
        cursor.execute("UPDATE fraud_modelfile SET content = content || 'x' WHERE sha256 = %s", [new.sha256])

    with pytest.raises(model_errors.ModelRefused):
        promoted(new, sara)
    with pytest.raises(model_files.ModelUnusable, match="corrupt"):
        model_files.load_registered(new.sha256)


def test_an_anomaly_model_is_never_the_champion(sara: User) -> None:
    reigning(0.25)

    with pytest.raises(model_errors.ModelRefused):
        promoted(registered(0.75, is_anomaly=True), sara)


def labelled() -> None:
    """Store payments of which those with a large amount are fraud."""
    for number in range(60):
        judged({"amount_log": 1.0 + number % 7, "hour_share": number % 5 / 5}, is_fraud=False)
        judged({"amount_log": 9.0 + number % 3, "hour_share": number % 5 / 5}, is_fraud=True)


def test_a_model_that_finds_less_of_the_labelled_fraud_is_not_promoted(sara: User) -> None:
    labelled()
    reigning_one = of_file(one_feature("amount_log"), model_version="good-1")
    ModelVersion.objects.filter(pk=reigning_one.pk).update(state="active")
    worse = of_file(one_feature("hour_share"), model_version="bad-1")

    with pytest.raises(model_errors.ModelWorse, match="good-1"):
        promoted(worse, sara)

    assert promotion.champion_of("payments") == reigning_one


def test_a_model_that_finds_more_is_promoted_and_says_why(sara: User) -> None:
    labelled()
    champion = of_file(one_feature("hour_share"), model_version="bad-1")
    ModelVersion.objects.filter(pk=champion.pk).update(state="active")
    better = of_file(one_feature("amount_log"), model_version="good-1")

    promoted(better, sara)

    better.refresh_from_db()
    assert better.gate["verdict"] == "not_worse"
    assert (better.gate["frauds"], better.gate["honest"], better.gate["against"]) == (60, 60, champion.sha256)
    assert better.gate["metrics"]["auc_pr"]["candidate"] == 1.0


def test_with_few_labels_a_supervisor_decides(sara: User) -> None:
    judged({}, is_fraud=True)
    reigning(0.25)
    new = registered(0.75)

    promoted(new, sara)

    new.refresh_from_db()
    assert new.gate["verdict"] == "too_few"


def test_a_candidate_is_tried_in_the_shadow_and_put_aside(sara: User) -> None:
    version = registered()

    assert registry.try_in_shadow(version_id=version.pk, person=sara).state == "shadow"
    with pytest.raises(model_errors.ModelFixed):
        registry.try_in_shadow(version_id=version.pk, person=sara)
    assert registry.retire(version_id=version.pk, person=sara).state == "retired"


@pytest.mark.django_db(transaction=True)
def test_of_two_promotions_at_once_one_is_told_that_it_came_late() -> None:
    from tests.threads import all_at_once  # noqa: PLC0415

    sara, old = supervisor(), reigning(0.25)
    new = [registered(0.5), registered(0.75)]

    outcomes = all_at_once(
        [
            partial(promotion.promote, version_id=each.pk, instead_of=old.pk, reason="Better", person=sara)
            for each in new
        ]
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["ChampionChanged", "ModelVersion"]
    assert ModelVersion.objects.filter(state="active").count() == 1
    assert ModelPromotion.objects.filter(how="promoted").count() == 1
