"""What labels that were taken out leave behind in stored features, as far as it can be undone.

Confirmed frauds of a payee are counted in its profile, and from there in the signals of every later payment to it. For
a label that was taken out the count of those payments is lowered again. What the same label did to people's trust is
not: trust is held between 0 and 100 and moves with every payment, so what it would be without one label can't be told.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection

# A fraud of a decision counted once for each of its two sides, by its first such label. One that others confirmed, too,
# still counts.
TAKEN_OUT: Final = """
SELECT side.customer_id, min(label.at)
FROM fraud_label AS label
JOIN fraud_labelexclusion AS taken_out ON taken_out.reviewer_id = label.made_by_id AND taken_out.ended_at IS NULL
JOIN fraud_decision AS decision ON decision.id = label.decision_id
CROSS JOIN LATERAL (VALUES (decision.customer_id::text), (decision.facts->>'payee_customer_id')) AS side (customer_id)
WHERE label.is_fraud AND side.customer_id = ANY(%s)
  AND NOT EXISTS (SELECT FROM fraud_countedlabel AS counted
                  WHERE counted.decision_id = label.decision_id AND counted.is_fraud)
GROUP BY label.decision_id, side.customer_id
"""


def less_for(payments: Sequence[tuple[datetime, str | None]]) -> list[int]:
    """Return for each payment, told by its moment and payee, how many of the payee's frauds are no longer any."""
    payees = sorted({payee for _at, payee in payments if payee})
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM fraud_labelexclusion WHERE ended_at IS NULL)")
        if not cursor.fetchone()[0]:
            return [0] * len(payments)
        cursor.execute(TAKEN_OUT, [payees])
        found: dict[str, list[datetime]] = defaultdict(list)
        for payee, at in cursor.fetchall():
            found[payee].append(at)
    return [sum(known < at for known in found.get(payee or "", ())) for at, payee in payments]
