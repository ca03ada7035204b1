"""Judge a payment in its own transaction, in two round trips."""

import time

from django.db import transaction

from fraud import metrics
from fraud.services import known
from fraud.services.judging import Judged, judge
from fraud.services.record import record
from fraud.types import PaymentFacts, Verdict


@transaction.atomic(savepoint=False)
def assess(facts: PaymentFacts) -> Verdict:
    """Judge one payment and keep the verdict with everything that led to it.

    Called inside the payment's transaction. The customer's profile stays locked until it ends, so two payments of one
    customer never see the same past. A payment that is not approved gets an alert in the customer's open case.
    """
    start = time.perf_counter()
    judged = judge(facts, known.locked(facts))
    decision_id, alert_id = record(facts, judged, took_us=round((time.perf_counter() - start) * 1_000_000))
    judgement, score = judged.judgement, judged.score
    metrics.DECISIONS.labels(judgement.recommendation, score.degraded).inc()
    metrics.SECONDS.observe(time.perf_counter() - start)
    return Verdict(
        decision_id=decision_id,
        score=judgement.score,
        ml_score=score.value,
        rule_score=judgement.rule_score,
        level=judgement.level,
        recommendation=judgement.recommendation,
        reasons=judgement.reasons,
        policy_version=judged.known.policy.name,
        model_version=score.version,
        must_lock=judgement.must_lock,
        degraded=score.degraded,
        alert_id=alert_id,
    )


def check(facts: PaymentFacts) -> Judged:
    """Judge a proposed payment. Nothing is stored, locked or learnt."""
    return judge(facts, known.unlocked(facts))
