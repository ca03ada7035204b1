"""Whose word counts for what a payment was, and the labels of a time by their index."""

from enum import StrEnum
from typing import Final

from fraud.models import Label


class Labels(StrEnum):
    """Analysts and customers, who see some payments; or the simulator, which knows all of its own."""

    PEOPLE = "people"
    SIMULATOR = "simulator"


SOURCES: Final = {
    Labels.PEOPLE: [Label.Source.ANALYST.value, Label.Source.DISPUTE.value],
    Labels.SIMULATOR: [Label.Source.SIMULATOR.value],
}

# The newest word on each payment, of the labels since a moment, without those of reviewers whose labels were taken out.
# Labels come after their decisions, so those from the beginning of a period on are all that it has. The view
# ``fraud_countedlabel`` says the same of all payments ever, and would have to look at all of them.
NEWEST: Final = """
    SELECT DISTINCT ON (decision_id) decision_id, is_fraud FROM (
        SELECT label.id, label.decision_id, label.is_fraud FROM fraud_label AS label
        WHERE label.at >= %(since)s AND label.source = ANY(%(sources)s) AND NOT EXISTS (
            SELECT FROM fraud_labelexclusion AS taken_out
            WHERE taken_out.reviewer_id = label.made_by_id AND taken_out.ended_at IS NULL)
        ORDER BY label.at DESC LIMIT %(most)s
    ) AS recent ORDER BY decision_id, id DESC
"""
