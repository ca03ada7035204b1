"""From what is known to a verdict. Pure apart from asking the model."""

from dataclasses import dataclass

from fraud.policy import Judgement
from fraud.scoring import Score, scorer
from fraud.services.known import Known
from fraud.types import PaymentFacts
from ml.fraud.features import Signals, signals_of, vector_of


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement with everything that led to it."""

    known: Known
    signals: Signals
    features: tuple[float, ...]
    score: Score
    judgement: Judgement


def judge(facts: PaymentFacts, known: Known) -> Judged:
    """Return what rules, model and policy say about one payment."""
    signals = signals_of(known.state, known.event, trust=known.trust, blocked=known.blocked)
    features = vector_of(signals, known.event)
    asked = scorer()
    asked.follow(known.champion)
    score = asked.score(features)
    judgement = known.policy.judge(facts, signals, ml_score=score.value, confirmed_frauds=known.confirmed_frauds)
    return Judged(known, signals, features, score, judgement)
