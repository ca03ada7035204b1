"""How rules, model and thresholds make a verdict."""

from dataclasses import replace
from typing import Any

import pytest

from fraud import policy_document
from fraud.policy import Judgement, Policy
from ml.fraud.features import Signals
from tests.fraud.cases import facts


def policy(**rules: dict[str, Any]) -> Policy:
    """Return the first policy with some rules changed."""
    document = policy_document.default_document()
    for code, changes in rules.items():
        document["rules"][code] |= changes
    return policy_document.read(document, name="policy-9")


def judge(around: Signals, ml_score: float | None = None, *, at: Policy | None = None, frauds: int = 0) -> Judgement:
    old = {"account_age_days": 900.0}
    told = Signals(
        **(old | {name: getattr(around, name) for name in ("trust", "payments_hour", "blocked", "failures")})
    )
    return (at or policy()).judge(facts(), told, ml_score=ml_score, confirmed_frauds=frauds)


@pytest.mark.parametrize(
    ("ml_score", "score", "level", "recommendation", "must_lock"),
    [(0.0, 0.0, "LOW", "APPROVE", False),
     (0.49, 0.294, "LOW", "APPROVE", False), (0.5, 0.3, "MEDIUM", "APPROVE", False),
     (0.666, 0.3996, "MEDIUM", "APPROVE", False), (0.667, 0.4002, "MEDIUM", "REVIEW", False),
     (1.0, 0.6, "HIGH", "REVIEW", False)],
)  # fmt: skip
def test_a_model_alone_counts_six_tenths(
    ml_score: float, score: float, level: str, recommendation: str, must_lock: bool
) -> None:
    judged = judge(Signals(), ml_score)

    assert (judged.score, judged.level, judged.recommendation, judged.must_lock) == (
        score, level, recommendation, must_lock,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rule_weight", "level", "recommendation", "must_lock"),
    [(0.29, "LOW", "APPROVE", False), (0.3, "MEDIUM", "APPROVE", False), (0.39, "MEDIUM", "APPROVE", False),
     (0.4, "MEDIUM", "REVIEW", False), (0.6, "HIGH", "REVIEW", False), (0.69, "HIGH", "REVIEW", False),
     (0.7, "HIGH", "DECLINE", False), (0.8, "CRITICAL", "DECLINE", False), (0.89, "CRITICAL", "DECLINE", False),
     (0.9, "CRITICAL", "DECLINE", True), (1.0, "CRITICAL", "DECLINE", True)],
)  # fmt: skip
def test_rules_alone_begin_each_step_at_its_threshold(
    rule_weight: float, level: str, recommendation: str, must_lock: bool
) -> None:
    judged = judge(Signals(trust=1.0), at=policy(LOW_TRUST={"weight": rule_weight}))

    assert (judged.score, judged.rule_score) == (rule_weight, rule_weight)
    assert (judged.level, judged.recommendation, judged.must_lock) == (level, recommendation, must_lock)


def test_no_model_approves_what_the_rules_stop() -> None:
    judged = judge(Signals(trust=1.0, failures=9), ml_score=0.0)

    assert (judged.rule_score, judged.score) == (0.65, 0.26)
    assert (judged.level, judged.recommendation) == ("MEDIUM", "REVIEW")


@pytest.mark.parametrize(("effect", "recommendation"), [("review", "REVIEW"), ("decline", "DECLINE")])
def test_a_rule_may_stop_a_payment_whatever_its_weight(effect: str, recommendation: str) -> None:
    judged = judge(Signals(trust=1.0), ml_score=0.0, at=policy(LOW_TRUST={"weight": 0.0, "effect": effect}))

    assert (judged.score, judged.recommendation) == (0.0, recommendation)
    assert judged.level != "LOW"


def test_the_block_list_declines() -> None:
    judged = judge(Signals(blocked=("customer",)), ml_score=0.0)

    assert (judged.score, judged.recommendation, judged.must_lock) == (0.4, "DECLINE", False)


def test_rule_scores_are_capped_at_one() -> None:
    judged = judge(Signals(trust=1.0, failures=9, payments_hour=40))

    assert (judged.rule_score, judged.score) == (1.0, 1.0)


def test_contributions_are_parts_of_the_whole_score() -> None:
    judged = judge(Signals(trust=1.0, failures=9), ml_score=0.5)

    assert {reason.code: (reason.weight, reason.contribution) for reason in judged.reasons} == {
        "LOW_TRUST": (0.35, 0.14),
        "FAILED_ATTEMPTS": (0.3, 0.12),
    }
    assert judged.score == round(0.6 * 0.5 + 0.14 + 0.12, 6)


@pytest.mark.parametrize(
    ("frauds", "trust", "must_lock"),
    [(1, 1.0, False), (2, 1.0, True), (2, 100.0, False)],
    ids=["the first time", "repeated", "repeated, and nothing wrong with this one"],
)
def test_repeated_fraud_locks_with_the_next_suspicious_payment(frauds: int, trust: float, must_lock: bool) -> None:
    judged = judge(Signals(trust=trust), at=policy(LOW_TRUST={"weight": 0.5}), frauds=frauds)

    assert judged.must_lock == must_lock


def test_a_rule_that_is_switched_off_is_silent() -> None:
    assert judge(Signals(trust=1.0), at=policy(LOW_TRUST={"enabled": False})).reasons == ()
