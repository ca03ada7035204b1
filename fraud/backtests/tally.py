"""Count what two policies say about the same payments. Pure; its size does not grow with their number."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from fraud.policy import Judgement

# Payments whose outcome would change that are shown one by one: those with the largest amounts.
SAMPLE: Final = 50


@dataclass(frozen=True, slots=True)
class Judged:
    """One stored payment under both policies.

    Attributes:
        decision_id, at: as text.
        amount_minor: paise at the reference rate.
        is_fraud: what the newest label says; None without any.
    """

    decision_id: str
    at: str
    amount_minor: int
    is_fraud: bool | None
    old: Judgement
    new: Judgement


@dataclass(slots=True)
class Side:
    """What one policy does. Frauds and false alarms are counted among labelled payments only.

    Attributes:
        alerts: payments that are not approved; held and declined are their parts.
        caught, missed: payments labelled as fraud that are stopped, and that are approved.
        false_alarms: payments labelled as genuine that are stopped.
        unlabelled: stopped payments that nobody labelled: it would speak up, and nobody knows whether rightly.
    """

    alerts: int = 0
    held: int = 0
    declined: int = 0
    locked: int = 0
    caught: int = 0
    missed: int = 0
    false_alarms: int = 0
    unlabelled: int = 0
    held_minor: int = 0
    declined_minor: int = 0
    caught_minor: int = 0
    missed_minor: int = 0
    false_alarms_minor: int = 0

    def count(self, judgement: Judgement, amount_minor: int, is_fraud: bool | None) -> None:
        """Add one payment."""
        is_stopped = judgement.recommendation != "APPROVE"
        self.locked += judgement.must_lock
        if is_stopped:
            self.alerts += 1
            self._add("held" if judgement.recommendation == "REVIEW" else "declined", amount_minor)
        if is_fraud is None:
            self.unlabelled += is_stopped
        elif is_fraud:
            self._add("caught" if is_stopped else "missed", amount_minor)
        elif is_stopped:
            self._add("false_alarms", amount_minor)

    def _add(self, name: str, amount_minor: int) -> None:
        setattr(self, name, getattr(self, name) + 1)
        setattr(self, f"{name}_minor", getattr(self, f"{name}_minor") + amount_minor)


@dataclass(slots=True)
class Tally:
    """The figures of a backtest, so far or at its end.

    Attributes:
        labelled, frauds: payments with a label, and those of them labelled as fraud.
        changed: payments whose recommendation or lock would differ.
        unreadable: decisions that hold too little to be judged again; counted nowhere else.
        moves: how often which outcome becomes which, such as "APPROVE>REVIEW".
        hits: for each rule how often it speaks up, under the old and the new policy.
        sample: the changed payments with the largest amounts, as a heap.
    """

    payments: int = 0
    amount_minor: int = 0
    labelled: int = 0
    frauds: int = 0
    frauds_minor: int = 0
    changed: int = 0
    unreadable: int = 0
    old: Side = field(default_factory=Side)
    new: Side = field(default_factory=Side)
    moves: dict[str, int] = field(default_factory=dict)
    hits: dict[str, list[int]] = field(default_factory=dict)
    sample: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)

    def add(self, judged: Iterable[Judged], unreadable: int = 0) -> None:
        """Add a page of payments."""
        self.unreadable += unreadable
        for one in judged:
            self._count(one)

    def _count(self, judged: Judged) -> None:
        self.payments += 1
        self.amount_minor += judged.amount_minor
        if judged.is_fraud is not None:
            self.labelled += 1
            self.frauds += judged.is_fraud
            self.frauds_minor += judged.amount_minor if judged.is_fraud else 0
        for place, (side, judgement) in enumerate(((self.old, judged.old), (self.new, judged.new))):
            side.count(judgement, judged.amount_minor, judged.is_fraud)
            for reason in judgement.reasons:
                self.hits.setdefault(reason.code, [0, 0])[place] += 1
        before, after = outcome(judged.old), outcome(judged.new)
        if before != after:
            self.changed += 1
            move = f"{before}>{after}"
            self.moves[move] = self.moves.get(move, 0) + 1
            self._show(judged, before, after)

    def _show(self, judged: Judged, before: str, after: str) -> None:
        """Keep it if it is among the largest."""
        if len(self.sample) == SAMPLE and judged.amount_minor < self.sample[0][0]:
            return
        shown = {
            "at": judged.at,
            "is_fraud": judged.is_fraud,
            "before": before,
            "after": after,
            "scores": [judged.old.score, judged.new.score],
            "rules": [[reason.code for reason in side.reasons] for side in (judged.old, judged.new)],
        }
        entry = (judged.amount_minor, judged.decision_id, shown)
        (heapq.heappush if len(self.sample) < SAMPLE else heapq.heappushpop)(self.sample, entry)

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        return asdict(self) | {"sample": [list(entry) for entry in self.sample]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Tally":
        """Return what was stored, to go on counting."""
        if not stored:
            return cls()
        sides = {"old": Side(**stored["old"]), "new": Side(**stored["new"])}
        # Each with a key of its own, so two entries are never compared by what they show.
        sample = [(amount, decision_id, shown) for amount, decision_id, shown in stored["sample"]]
        return cls(**{**stored, **sides, "sample": sample})


def outcome(judgement: Judgement) -> str:
    """Return what happens to a payment, in one word: the recommendation, or that its customer is locked."""
    return f"{judgement.recommendation}+LOCK" if judgement.must_lock else judgement.recommendation
