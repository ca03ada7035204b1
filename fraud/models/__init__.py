"""What the fraud room keeps."""

from fraud.models.answer import CustomerAnswer
from fraud.models.backtest import Backtest
from fraud.models.block_list import BlockListEntry
from fraud.models.case import Alert, Case, CaseComment, Label
from fraud.models.decision import Decision
from fraud.models.drift import DriftAlert, DriftReport
from fraud.models.link import Link
from fraud.models.policy import PolicyVersion
from fraud.models.profile import CustomerProfile

__all__ = [
    "Alert",
    "Backtest",
    "BlockListEntry",
    "Case",
    "CaseComment",
    "CustomerAnswer",
    "CustomerProfile",
    "Decision",
    "DriftAlert",
    "DriftReport",
    "Label",
    "Link",
    "PolicyVersion",
]
