"""What a policy document must say."""

import math
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from fraud import policy_document
from fraud.active_policy import active_policy
from fraud.errors import PolicyInvalid
from fraud.models import PolicyVersion
from fraud.rules import RULES

Change = Callable[[dict[str, Any]], Any]


def put(path: str, value: Any) -> Change:
    """Return a change that writes one value into a document."""
    *way, last = path.split(".")

    def change(document: dict[str, Any]) -> None:
        for name in way:
            document = document[name]
        document[last] = value

    return change


def drop(path: str) -> Change:
    *way, last = path.split(".")

    def change(document: dict[str, Any]) -> None:
        for name in way:
            document = document[name]
        del document[last]

    return change


WRONG: dict[str, tuple[Change, str]] = {
    "weights that don't sum": (put("weights.model", 0.7), "weights"),
    "a weight below 0": (put("weights", {"model": -0.1, "rules": 1.1}), "weights.model"),
    "thresholds out of order": (put("thresholds.review", 0.8), "thresholds.decline"),
    "equal thresholds": (put("thresholds.lock", 0.7), "thresholds.lock"),
    "a threshold above 1": (put("thresholds.lock", 1.1), "thresholds.lock"),
    "levels out of order": (put("levels.critical", 0.5), "levels.critical"),
    "a flag as number": (put("thresholds.lock", True), "thresholds.lock"),
    "text as number": (put("levels.high", "0.6"), "levels.high"),
    "not a number": (put("levels.high", math.nan), "levels.high"),
    "infinity": (put("rules.NIGHT.weight", math.inf), "rules.NIGHT.weight"),
    "an unknown rule": (put("rules.WEATHER", {}), "rules.WEATHER"),
    "an unknown effect": (put("rules.NIGHT.effect", "approve"), "rules.NIGHT.effect"),
    "an effect that can't be compared": (put("rules.NIGHT.effect", []), "rules.NIGHT.effect"),
    "a number as flag": (put("rules.NIGHT.enabled", 1), "rules.NIGHT.enabled"),
    "an unknown parameter": (put("rules.NIGHT.params.moon", 1), "rules.NIGHT.params.moon"),
    "a fraction of payments": (put("rules.VELOCITY.params.busy_hour", 10.5), "rules.VELOCITY.params.busy_hour"),
    "text as parameter": (put("rules.VELOCITY.params.busy_hour", "10"), "rules.VELOCITY.params.busy_hour"),
    "a flag as parameter": (put("rules.NIGHT.params.from_hour", True), "rules.NIGHT.params.from_hour"),
    "a parameter that is no number": (put("rules.NIGHT.params.from_hour", math.nan), "rules.NIGHT.params.from_hour"),
    "a parameter below its bound": (put("rules.NIGHT.params.from_hour", -1.0), "rules.NIGHT.params.from_hour"),
    "a parameter above its bound": (put("rules.NIGHT.params.to_hour", 24.5), "rules.NIGHT.params.to_hour"),
    "a part left out": (drop("levels"), "levels"),
    "a part too many": (put("colour", "red"), "colour"),
    "half a rule": (drop("rules.NIGHT.weight"), "rules.NIGHT.weight"),
    "a list for a rule": (put("rules.NIGHT", []), "rules.NIGHT"),
    "a list for weights": (put("weights", [0.6, 0.4]), "weights"),
}


@pytest.mark.parametrize(("change", "field"), WRONG.values(), ids=WRONG.keys())
def test_refuses_and_names_the_field(change: Change, field: str) -> None:
    document = policy_document.default_document()
    change(document)

    with pytest.raises(PolicyInvalid) as refusal:
        policy_document.read(document, name="draft")

    assert refusal.value.facts == {"field": field}


@pytest.mark.parametrize("document", [None, [], "policy", {1: 2}], ids=["nothing", "list", "text", "numbers as names"])
def test_refuses_what_is_no_document(document: Any) -> None:
    with pytest.raises(PolicyInvalid):
        policy_document.read(document, name="draft")


def test_takes_bounds_as_they_are_written() -> None:
    document = policy_document.default_document()
    put("rules.NIGHT.params", {"from_hour": 0, "to_hour": 24.0})(document)

    policy_document.read(document, name="draft")


def test_leaves_rules_out_that_are_switched_off_or_not_named() -> None:
    document = policy_document.default_document()
    put("rules.NIGHT.enabled", False)(document)
    drop("rules.VELOCITY")(document)

    policy = policy_document.read(document, name="draft")

    assert set(RULES) - {tuned.rule.code for tuned in policy.rules} == {"NIGHT", "VELOCITY"}


def test_does_not_change_what_it_reads() -> None:
    document = policy_document.default_document()
    before = deepcopy(document)

    policy_document.read(document, name="draft")

    assert document == before


@pytest.mark.django_db
def test_policy_1_says_what_the_rules_declare() -> None:
    assert PolicyVersion.objects.get(number=1).document == policy_document.default_document()
    assert active_policy().name == "policy-1"


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"document": {}}, {"number": 9}, {"state": "draft"}], ids=lambda c: next(iter(c)))
def test_no_version_is_rewritten_once_it_is_no_draft(change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(number=1).update(**change)


@pytest.mark.django_db
def test_a_version_that_judged_is_not_deleted() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(number=1).delete()


@pytest.mark.django_db
def test_a_draft_is_its_authors_to_change_and_to_throw_away() -> None:
    draft = PolicyVersion.objects.create(number=2, document={})

    draft.document = policy_document.default_document()
    draft.save()

    assert draft.delete()[0] == 1


@pytest.mark.django_db
def test_a_retired_version_stays_as_it_is() -> None:
    PolicyVersion.objects.filter(number=1).update(state="retired")

    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(number=1).update(document={})
