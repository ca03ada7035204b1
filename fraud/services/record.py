"""Write down a judged payment: profile, decision, and what follows from it, in one round trip."""

import json
from typing import Any, Final
from uuid import UUID

from django.db import connection

from fraud.models import Decision, Link
from fraud.services.judging import Judged
from fraud.types import PaymentFacts, Reason
from ml.fraud.features import Outcome
from ml.fraud.features.state import key_of
from securebank.kernel.ids import new_id

Recommendation = Decision.Recommendation

OUTCOMES: Final = {
    Recommendation.APPROVE.value: Outcome.APPROVED,
    Recommendation.REVIEW.value: Outcome.HELD,
    Recommendation.DECLINE.value: Outcome.DECLINED,
}
# Made once: ``json.dumps`` builds one a call.
_compact: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
# Points of trust, kept from 0 to 100. What a suspicious payment costs is given back when it is released.
TRUST_STEPS: Final = {Outcome.APPROVED: 0.5, Outcome.HELD: -5.0, Outcome.DECLINED: -5.0}
MOST_TRUST: Final = 100.0

PROFILE: Final = """
WITH remembered AS (
    UPDATE fraud_customerprofile
    SET state = %(state)s::jsonb, trust_score = %(trust)s::numeric, updated_at = statement_timestamp()
    WHERE customer_id = %(customer)s
)"""
LINKS: Final = """, linked AS (
    INSERT INTO fraud_link (customer_id, kind, value)
    SELECT %(customer)s, * FROM unnest(string_to_array(%(link_kinds)s, ' '), string_to_array(%(link_values)s, ' '))
    ON CONFLICT DO NOTHING
)"""
# Every alert of a customer belongs to the one open case. The unique index decides when a reviewer closes that case at
# the same moment: then a new one is opened.
ALERT: Final = """, investigated AS (
    INSERT INTO fraud_case AS old (id, customer_id, state, at_risk_minor, worst_score, is_escalated)
    VALUES (%(case)s, %(customer)s, 'open', %(at_risk)s, %(score)s, false)
    ON CONFLICT (customer_id) WHERE state = 'open' DO UPDATE
    SET at_risk_minor = old.at_risk_minor + excluded.at_risk_minor,
        worst_score = greatest(old.worst_score, excluded.worst_score)
    RETURNING id
), alerted AS (
    INSERT INTO fraud_alert (id, case_id, decision_id, payment_id, customer_id, payee_customer_id, amount_minor, score,
                             level, is_held, state, comment)
    SELECT %(alert)s, id, %(decision)s, %(payment)s, %(customer)s, %(payee)s, %(amount)s, %(score)s,
           %(level)s, %(is_held)s, 'open', '' FROM investigated
)"""
DECISION: Final = """
INSERT INTO fraud_decision (id, payment_id, customer_id, facts, signals, features, score, ml_score, rule_score, level,
                            recommendation, must_lock, reasons, policy_version, model_version, model_hash, degraded,
                            took_us)
VALUES (%(decision)s, %(payment)s, %(customer)s, %(facts)s::jsonb, %(signals)s::jsonb, %(features)s::jsonb, %(score)s,
        %(ml_score)s, %(rule_score)s, %(level)s, %(recommendation)s, %(must_lock)s, %(reasons)s::jsonb, %(policy)s,
        %(model_version)s, %(model_hash)s, %(degraded)s, %(took_us)s)
"""


def record(facts: PaymentFacts, judged: Judged, *, took_us: int) -> tuple[UUID, UUID | None]:
    """Keep the decision and what the customer's profile learns from it; return its id and its alert's, if any."""
    decision_id = new_id()
    links = _first_sights(judged)
    is_alert = judged.judgement.recommendation != Recommendation.APPROVE
    values = _decision(facts, judged) | {"decision": decision_id, "took_us": took_us}
    statement = PROFILE
    if links:
        statement += LINKS
        values |= {"link_kinds": " ".join(links), "link_values": " ".join(links.values())}
    if is_alert:
        statement += ALERT
        values |= _alert(facts, judged)
    # Last, because what is new to the state is asked above.
    values |= _profile(judged)
    with connection.cursor() as cursor:
        cursor.execute(statement + DECISION, values)
    return decision_id, values["alert"] if is_alert else None


def _first_sights(judged: Judged) -> dict[str, str]:
    """Return the links that may be new. The profile knows devices and payees; an address costs a look at an index."""
    event, state = judged.known.event, judged.known.state
    found = {Link.Kind.ADDRESS.value: event.address}
    if event.device and key_of(event.device) not in state.devices:
        found[Link.Kind.DEVICE.value] = event.device
    if not event.is_own_account and key_of(event.payee) not in state.payees:
        found[Link.Kind.PAYEE.value] = event.payee
    return {kind: value for kind, value in found.items() if value}


def _profile(judged: Judged) -> dict[str, Any]:
    known, outcome = judged.known, OUTCOMES[judged.judgement.recommendation]
    known.state.observe(known.event, outcome)
    # Money that one moves to oneself earns no trust.
    step = 0.0 if known.event.is_own_account and outcome is Outcome.APPROVED else TRUST_STEPS[outcome]
    return {
        "state": _compact(known.state.to_json()),
        "trust": round(min(MOST_TRUST, max(0.0, known.trust + step)), 1),
    }


def _alert(facts: PaymentFacts, judged: Judged) -> dict[str, Any]:
    is_held = judged.judgement.recommendation == Recommendation.REVIEW
    return {
        "case": new_id(),
        "alert": new_id(),
        "payee": facts.payee_customer_id,
        "amount": facts.reference_minor,
        "at_risk": facts.reference_minor if is_held else 0,
        "is_held": is_held,
    }


def _decision(facts: PaymentFacts, judged: Judged) -> dict[str, Any]:
    judgement, score = judged.judgement, judged.score
    # Beside what rules and model saw, the one figure that the policy alone looks at.
    signals = judged.signals.as_json() | {"confirmed_frauds": judged.known.confirmed_frauds}
    return {
        "payment": facts.payment_id,
        "customer": facts.customer_id,
        "facts": _compact(facts.as_json()),
        "signals": _compact(signals),
        "features": _compact(judged.features if score.value is not None else ()),
        "score": judgement.score,
        "ml_score": score.value,
        "rule_score": judgement.rule_score,
        "level": judgement.level,
        "recommendation": judgement.recommendation,
        "must_lock": judgement.must_lock,
        "reasons": _compact([reason_json(reason) for reason in judgement.reasons]),
        "policy": judged.known.policy.name,
        "model_version": score.version,
        "model_hash": score.sha256,
        "degraded": score.degraded,
    }


def reason_json(reason: Reason) -> dict[str, Any]:
    """Return one rule's outcome as decisions store it."""
    return {
        "code": reason.code,
        "weight": reason.weight,
        "contribution": reason.contribution,
        "effect": reason.effect,
        "staff": reason.staff,
        "customer": reason.customer,
    }
