"""What a model is worth on labelled payments: ranking, threshold, money, and how sure all that is."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ml.fraud.schemas.past import DAY
from ml.fraud.train.metrics import measure

Scores = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]

# A review is taken to cost this share of the mean fraud's amount: at a mean of 5,000 rupees, 250.
REVIEW_SHARE: Final = 0.05
CARDS_A_DAY: Final = 100
ROUNDS: Final = 100
INTERVAL: Final = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Measured:
    """Payments with what a model said.

    Attributes:
        labels: which were frauds.
        scores: the higher, the more suspicious.
        at: seconds, ascending.
        amounts: in the file's own unit.
        cards: numbers that tell cards or accounts apart; empty without them.
    """

    labels: Flags
    scores: npt.NDArray[np.float64]
    at: npt.NDArray[np.int64]
    amounts: Scores
    cards: npt.NDArray[Any]


def figures(measured: Measured, threshold: float, *, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return all figures of one model; precision, recall, F1 and cost at the threshold."""
    found: dict[str, Any] = measure(measured.labels, measured.scores)
    found |= at_threshold(measured, threshold)
    if len(measured.cards):
        found["card_precision_at_100"] = round(card_precision(measured), 4)
    if rounds:
        found["intervals"] = intervals(measured, rounds=rounds)
    return found


def at_threshold(measured: Measured, threshold: float) -> dict[str, Any]:
    """Return what happens when payments from this score on are reviewed."""
    flagged = measured.scores >= threshold
    caught = int((flagged & measured.labels).sum())
    precision, recall = caught / max(1, int(flagged.sum())), caught / max(1, int(measured.labels.sum()))
    review = review_cost(measured)
    missed = float(measured.amounts[measured.labels & ~flagged].sum())
    return {
        "threshold": float(threshold),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / max(1e-9, precision + recall), 4),
        "flagged": int(flagged.sum()),
        "cost": round(missed + review * int(flagged.sum()), 2),
        "cost_without_model": round(float(measured.amounts[measured.labels].sum()), 2),
        "review_cost": round(review, 2),
    }


def review_cost(measured: Measured) -> float:
    """Return what one review is taken to cost."""
    return REVIEW_SHARE * float(measured.amounts[measured.labels].mean()) if measured.labels.any() else 0.0


def cheapest_threshold(measured: Measured) -> float:
    """Return the score from which on reviewing costs least: the amounts missed, and the reviews."""
    order = np.argsort(-measured.scores, kind="stable")
    saved = np.cumsum(np.where(measured.labels, measured.amounts, 0.0)[order])
    gained = saved - review_cost(measured) * np.arange(1, len(order) + 1)
    return float(measured.scores[order[int(np.argmax(gained))]])


def card_precision(measured: Measured) -> float:
    """Return the share of defrauded cards among each day's hundred most suspicious, as the mean of days.

    A card that was caught stays in: the Handbook's own figure drops it, and so isn't comparable.
    """
    day = measured.at // DAY
    found = []
    for first, last in _days(day):
        cards = measured.cards[first:last]
        ranked = cards[np.argsort(-measured.scores[first:last], kind="stable")]
        distinct = ranked[np.sort(np.unique(ranked, return_index=True)[1])][:CARDS_A_DAY]
        found.append(np.isin(distinct, cards[measured.labels[first:last]]).sum() / CARDS_A_DAY)
    return float(np.mean(found))


def _days(day: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    borders = np.flatnonzero(np.diff(day)) + 1
    return list(zip([0, *borders.tolist()], [*borders.tolist(), len(day)], strict=True))


def intervals(measured: Measured, *, rounds: int, seed: int = 1) -> dict[str, list[float]]:
    """Return 95 % intervals from drawing days again: payments of one day are no independent evidence.

    Where there are fewer than ten days, hours or, without times, tenths of a thousand rows stand for them.
    """
    block = _blocks(measured.at)
    order = np.argsort(-measured.scores, kind="stable")
    labels, blocks = measured.labels[order], block[order]
    dice = np.random.default_rng(seed)
    number = int(block.max()) + 1
    drawn = []
    for _ in range(rounds):
        weight = np.bincount(dice.integers(number, size=number), minlength=number)[blocks]
        drawn.append(_ranking(labels, weight))
    low, high = np.nanpercentile(np.array(drawn), INTERVAL, axis=0)
    names = ("auc_pr", "recall_at_fpr_0.001", "recall_at_fpr_0.01")
    return {
        name: [round(float(one), 4), round(float(other), 4)] for name, one, other in zip(names, low, high, strict=True)
    }


def _blocks(at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    few = 10
    for size in (DAY, DAY // 24):
        block = (at - at[0]) // size
        if block[-1] >= few:
            return np.asarray(block)
    return np.arange(len(at)) * 100 // len(at)


def _ranking(labels: Flags, weight: npt.NDArray[np.int64]) -> tuple[float, float, float]:
    """Return AUC-PR and recall at 0.1 % and 1 % of rows in falling order of score, each counted so often."""
    hits, all_rows = np.cumsum(weight * labels), np.cumsum(weight)
    if not hits[-1] or hits[-1] == all_rows[-1]:
        return (np.nan, np.nan, np.nan)
    area = float((weight * labels * hits / np.maximum(all_rows, 1)).sum() / hits[-1])
    wrong = (all_rows - hits) / (all_rows[-1] - hits[-1])
    first, second = (float(hits[np.searchsorted(wrong, rate, side="right") - 1] / hits[-1]) for rate in (0.001, 0.01))
    return area, first, second
