"""Read stored decisions and judge them again under two policies.

In pages by the time index, each a statement of its own, and not through one long cursor: such a cursor holds its
snapshot, and with it all dead rows of the bank, for as long as it is read; it can't be seen from outside how far it is;
and after a lost worker all starts again. A page knows where the next one begins.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from fraud.backtests.tally import Judged
from fraud.policy import Policy
from fraud.types import PaymentFacts
from ml.fraud.features import Signals

# A few megabytes and a fifth of a second.
PAGE: Final = 1000
LOWEST: Final = UUID(int=0)

COUNT: Final = "SELECT count(*) FROM fraud_decision WHERE decided_at >= %s AND decided_at < %s"
ROWS: Final = """
SELECT decision.id, decision.decided_at, decision.facts, decision.signals, decision.ml_score,
       (SELECT label.is_fraud FROM fraud_countedlabel AS label WHERE label.decision_id = decision.id)
FROM fraud_decision AS decision
WHERE (decision.decided_at, decision.id) > (%s, %s) AND decision.decided_at < %s
ORDER BY decision.decided_at, decision.id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Between two decisions."""

    at: datetime
    decision_id: UUID = LOWEST


@dataclass(frozen=True, slots=True)
class Page:
    """Some decisions judged again, and where the next ones begin; None after the last.

    Attributes:
        unreadable: decisions that hold too little to be judged again.
    """

    judged: tuple[Judged, ...]
    unreadable: int
    rest: Place | None


def count(*, since: datetime, until: datetime) -> int:
    """Return how many decisions a period has."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [since, until])
        return int(cursor.fetchone()[0])


def pages(*, start: Place, until: datetime, old: Policy, new: Policy) -> Iterator[Page]:
    """Yield the decisions from ``start`` on, oldest first, each judged under both policies."""
    place: Place | None = start
    while place is not None:
        page = _page(place, until, old, new)
        yield page
        place = page.rest


def _page(start: Place, until: datetime, old: Policy, new: Policy) -> Page:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [start.at, start.decision_id, until, PAGE])
        rows = cursor.fetchall()
    rest = Place(rows[-1][1], rows[-1][0]) if len(rows) == PAGE else None
    judged = tuple(one for row in rows if (one := _judged(row, old, new)) is not None)
    return Page(judged, len(rows) - len(judged), rest)


def _judged(row: tuple[Any, ...], old: Policy, new: Policy) -> Judged | None:
    decision_id, at, facts_json, signals_json, ml_score, is_fraud = row
    try:
        facts = PaymentFacts.from_json(json.loads(facts_json))
    except (TypeError, ValueError):
        # A field is missing or was dropped since: one old row must not keep the others from being tried.
        return None
    stored = json.loads(signals_json)
    around, frauds = Signals.from_json(stored), stored.get("confirmed_frauds", 0)
    before, after = (policy.judge(facts, around, ml_score=ml_score, confirmed_frauds=frauds) for policy in (old, new))
    return Judged(str(decision_id), at.isoformat(), facts.reference_minor, is_fraud, before, after)
