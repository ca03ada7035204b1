"""What the bank knows when a payment is judged, read in one round trip."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from fraud.active_policy import policy_of
from fraud.events import event_of
from fraud.keyed import device_hash
from fraud.models import BlockListEntry
from fraud.policy import Policy
from fraud.types import PaymentFacts
from ml.fraud.features import PaymentEvent, State

FULL_TRUST: Final = 100.0

COLUMNS: Final = """
SELECT own.trust_score, own.confirmed_frauds, own.state, payee.trust_score, payee.confirmed_frauds,
       (SELECT id FROM fraud_policyversion WHERE state = 'active'),
       (SELECT sha256 FROM fraud_modelversion WHERE slot = 'payments' AND state = 'active'),
       (SELECT array_agg(listed.kind || ' ' || listed.value)
        FROM unnest(string_to_array(%(kinds)s, ' '), string_to_array(%(values)s, ' ')) AS asked (kind, value)
        JOIN fraud_blocklistentry AS listed ON listed.kind = asked.kind AND listed.value = asked.value
        WHERE listed.removed_at IS NULL AND (listed.expires_at IS NULL OR listed.expires_at > statement_timestamp()))
"""
PAYEE: Final = "LEFT JOIN fraud_customerprofile AS payee ON payee.customer_id = %(payee)s"
# The customer's row is the only one locked: it is what this payment changes. Who waits for it sees the row as the
# payment before left it, and block list and policy as they were when the wait began.
LOCKED: Final = f"""{COLUMNS}
FROM fraud_customerprofile AS own {PAYEE}
WHERE own.customer_id = %(customer)s
FOR NO KEY UPDATE OF own
"""
# One row for whoever asks, also for somebody who never paid.
UNLOCKED: Final = f"""{COLUMNS}
FROM (VALUES (%(customer)s::uuid)) AS who (customer_id)
LEFT JOIN fraud_customerprofile AS own ON own.customer_id = who.customer_id {PAYEE}
"""
FIRST: Final = "INSERT INTO fraud_customerprofile (customer_id) VALUES (%s) ON CONFLICT DO NOTHING"

Kind = BlockListEntry.Kind


@dataclass(frozen=True, slots=True)
class Known:
    """Past and standing of both sides, and the policy that counts.

    Attributes:
        trust, confirmed_frauds, state: the payer's.
        event: the payment, with the payee's standing.
        blocked: who or what is on the block list: "customer", "payee", "device", "address" or "country".
        champion: SHA-256 of the model that counts; None where none is registered.
    """

    trust: float
    confirmed_frauds: int
    state: State
    event: PaymentEvent
    blocked: tuple[str, ...]
    policy: Policy
    champion: str | None = None


def locked(facts: PaymentFacts) -> Known:
    """Return what is known, with the customer's profile locked until the transaction ends."""
    known = _read(LOCKED, facts)
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute(FIRST, [facts.customer_id])
        known = _read(LOCKED, facts)
    if known is None:
        raise RuntimeError(f"the profile of {facts.customer_id} is neither there nor to be made")
    return known


def unlocked(facts: PaymentFacts) -> Known:
    """Return what is known, for a payment that will not be made; nothing is locked or written."""
    known = _read(UNLOCKED, facts)
    if known is None:
        raise RuntimeError("asking without a table gave no row")
    return known


def _read(statement: str, facts: PaymentFacts) -> Known | None:
    parties = _parties(facts)
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "customer": facts.customer_id,
                "payee": facts.payee_customer_id,
                # Neither holds a space; a list would take psycopg longer to write than the rest together.
                "kinds": " ".join(kind for kind, _value in parties),
                "values": " ".join(value for _kind, value in parties),
            },
        )
        row = cursor.fetchone()
    return None if row is None else _known(facts, parties, row)


def _known(facts: PaymentFacts, parties: dict[tuple[str, str], str], row: tuple[Any, ...]) -> Known:
    trust, frauds, state, payee_trust, payee_frauds, version_id, champion, listed = row
    return Known(
        trust=FULL_TRUST if trust is None else float(trust),
        confirmed_frauds=frauds or 0,
        state=State.from_json(json.loads(state) if state else {}),
        event=event_of(
            facts,
            payee_trust=FULL_TRUST if payee_trust is None else float(payee_trust),
            payee_confirmed_frauds=payee_frauds or 0,
        ),
        blocked=_met(parties, listed or ()),
        policy=policy_of(version_id),
        champion=champion,
    )


def _parties(facts: PaymentFacts) -> dict[tuple[str, str], str]:
    """Return what the block list is asked about, and what each is called when it is listed."""
    asked = {
        (Kind.COUNTRY.value, facts.location.get("country", "")): "country",
        (Kind.ADDRESS.value, facts.address): "address",
        (Kind.DEVICE.value, device_hash(facts.device)): "device",
        (Kind.CUSTOMER.value, str(facts.payee_customer_id)): "payee",
        (Kind.CUSTOMER.value, str(facts.customer_id)): "customer",
    }
    return {party: name for party, name in asked.items() if party[1]}


def _met(parties: dict[tuple[str, str], str], listed: Iterable[str]) -> tuple[str, ...]:
    hits = set(listed)
    return tuple(sorted(name for (kind, value), name in parties.items() if f"{kind} {value}" in hits))
