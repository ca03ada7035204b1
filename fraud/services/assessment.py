"""Judging a payment. ``assess`` is the one door: the engine behind it may change, its shape may not."""

from dataclasses import asdict
from uuid import UUID

from django.db import connection, transaction

from fraud import constants, policy
from fraud.models import CustomerProfile, Decision
from fraud.rules import RULES
from fraud.types import PaymentFacts, Verdict
from ml.fraud.features.signals import Signals
from securebank.kernel.ids import new_id

# Reads at most as many rows as the highest threshold needs, so its cost doesn't grow with a customer's history.
RECENT_DECISIONS = """
    SELECT count(*) FILTER (WHERE decided_at > statement_timestamp() - interval '1 hour'), count(*)
    FROM (SELECT decided_at FROM fraud_decision
          WHERE customer_id = %s AND decided_at > statement_timestamp() - interval '1 day'
          ORDER BY decided_at DESC LIMIT %s) AS recent
"""


@transaction.atomic(savepoint=False)
def assess(facts: PaymentFacts) -> Verdict:
    """Judge one payment and keep the verdict with everything that led to it.

    Called inside the payment's transaction. The customer's profile stays locked until
    it ends, so two payments of one customer never see the same velocity.
    """
    around = _surroundings(facts.customer_id)
    reasons = tuple(reason for rule in RULES if (reason := rule.judge(facts, around)) is not None)
    score = policy.rule_score(reasons)
    verdict = Verdict(
        decision_id=new_id(),
        score=score,
        ml_score=None,
        rule_score=score,
        level=policy.level_of(score),
        recommendation=policy.recommendation_of(score),
        reasons=reasons,
        policy_version=constants.POLICY_VERSION,
        model_version="",
    )
    Decision.objects.bulk_create([_decision(facts, around, verdict)])
    return verdict


def _surroundings(customer_id: UUID) -> Signals:
    profile = _locked_profile(customer_id)
    with connection.cursor() as cursor:
        cursor.execute(RECENT_DECISIONS, [customer_id, constants.VERY_BUSY_DAY + 1])
        hour, day = cursor.fetchone()
    return Signals(trust=float(profile.trust_score), payments_hour=hour + 1, payments_day=day + 1)


def _locked_profile(customer_id: UUID) -> CustomerProfile:
    rows = CustomerProfile.objects.select_for_update(no_key=True)
    try:
        return rows.get(pk=customer_id)
    except CustomerProfile.DoesNotExist:
        CustomerProfile.objects.bulk_create([CustomerProfile(customer_id=customer_id)], ignore_conflicts=True)
        return rows.get(pk=customer_id)


def _decision(facts: PaymentFacts, around: Signals, verdict: Verdict) -> Decision:
    return Decision(
        id=verdict.decision_id,
        payment_id=facts.payment_id,
        customer_id=facts.customer_id,
        facts=facts.as_json(),
        signals=asdict(around),
        score=verdict.score,
        ml_score=verdict.ml_score,
        rule_score=verdict.rule_score,
        level=verdict.level,
        recommendation=verdict.recommendation,
        reasons=[asdict(reason) for reason in verdict.reasons],
        policy_version=verdict.policy_version,
        model_version=verdict.model_version,
    )
