"""How a payment is judged: rules and model to a score, a level and a recommendation. Pure.

A policy is a document (see ``fraud.policy_document``); here it is at work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fraud.rules import Effect, Rule
from fraud.types import PaymentFacts, Reason
from ml.fraud.features.signals import Signals

# Confirmed frauds from which on a further suspicious payment locks the customer.
REPEATED: Final = 2

# Decimals of every score: sums of binary fractions would miss a threshold by their last bit.
DECIMALS: Final = 6

RECOMMENDATIONS: Final = ("APPROVE", "REVIEW", "DECLINE")
LEVELS: Final = ("LOW", "MEDIUM", "HIGH", "CRITICAL")


@dataclass(frozen=True, slots=True)
class TunedRule:
    """A rule that is switched on, with its weight and effect."""

    rule: Rule
    weight: float
    effect: Effect


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a policy says about one payment."""

    score: float
    rule_score: float
    level: str
    recommendation: str
    reasons: tuple[Reason, ...]
    must_lock: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """A checked document at work.

    Attributes:
        name: as decisions carry it.
        model_weight, rules_weight: of the score; their sum is 1.
        review, decline, lock: scores from which on a payment is held, stopped, and its customer locked.
        levels: scores from which on the level is MEDIUM, HIGH and CRITICAL.
        rules: those that are switched on.
    """

    name: str
    model_weight: float
    rules_weight: float
    review: float
    decline: float
    lock: float
    levels: tuple[float, float, float]
    rules: tuple[TunedRule, ...]

    def judge(
        self, facts: PaymentFacts, around: Signals, *, ml_score: float | None, confirmed_frauds: int = 0
    ) -> Judgement:
        """Return the verdict about one payment; without a model the rules decide alone."""
        reasons = self._reasons(facts, around, has_model=ml_score is not None)
        rule_score = min(1.0, round(sum(reason.weight for reason in reasons), DECIMALS))
        score = rule_score
        if ml_score is not None:
            score = round(self.model_weight * ml_score + self.rules_weight * rule_score, DECIMALS)
        floor = self._floor(rule_score, reasons)
        step = max(floor, _steps_passed(score, (self.review, self.decline)))
        return Judgement(
            score=score,
            rule_score=rule_score,
            # What the rules alone stop is nowhere listed as harmless.
            level=LEVELS[max(floor, _steps_passed(score, self.levels))],
            recommendation=RECOMMENDATIONS[step],
            reasons=reasons,
            must_lock=score >= self.lock or (step > 0 and confirmed_frauds >= REPEATED),
        )

    def _reasons(self, facts: PaymentFacts, around: Signals, *, has_model: bool) -> tuple[Reason, ...]:
        share = self.rules_weight if has_model else 1.0
        reasons = []
        for tuned in self.rules:
            found = tuned.rule.judge(facts, around)
            if found is not None:
                weight = round(tuned.weight * found.strength, DECIMALS)
                reasons.append(
                    Reason(
                        code=tuned.rule.code,
                        weight=weight,
                        staff=found.staff,
                        customer=tuned.rule.customer,
                        contribution=round(weight * share, DECIMALS),
                        effect=tuned.effect,
                    )
                )
        return tuple(reasons)

    def _floor(self, rule_score: float, reasons: Sequence[Reason]) -> int:
        """Return the mildest recommendation that the rules alone allow: no model talks a payment past them."""
        effects = {reason.effect for reason in reasons}
        if Effect.DECLINE in effects:
            return RECOMMENDATIONS.index("DECLINE")
        return int(rule_score >= self.review or Effect.REVIEW in effects)


def _steps_passed(score: float, steps: Sequence[float]) -> int:
    return sum(score >= step for step in steps)
