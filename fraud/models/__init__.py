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
from fraud.models.registry import ModelFile, ModelPromotion, ModelVersion
from fraud.models.shadow import ShadowProgress, ShadowScore
from fraud.models.training import CountedLabel, LabelExclusion, TrainingRun

__all__ = [
    "Alert",
    "Backtest",
    "BlockListEntry",
    "Case",
    "CaseComment",
    "CountedLabel",
    "CustomerAnswer",
    "CustomerProfile",
    "Decision",
    "DriftAlert",
    "DriftReport",
    "Label",
    "LabelExclusion",
    "Link",
    "ModelFile",
    "ModelPromotion",
    "ModelVersion",
    "PolicyVersion",
    "ShadowProgress",
    "ShadowScore",
    "TrainingRun",
]
