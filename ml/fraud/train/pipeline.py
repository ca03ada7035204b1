"""From a labelled file to exported models with cards: the same way for every schema and every kind of model."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from ml.fraud.evaluate.figures import Measured, cheapest_threshold, figures
from ml.fraud.schemas import Frame, Schema
from ml.fraud.train import export
from ml.fraud.train.calibration import Platt
from ml.fraud.train.combination import compared, rule_bits
from ml.fraud.train.fitted import Fit, Fitted, Inputs, Sample, Scores, sigmoid
from ml.fraud.train.models import MOST_ROWS, MOST_ROWS_OF_OTHERS
from ml.fraud.train.periods import Flags, Periods
from ml.fraud.train.resampling import costs
from ml.fraud.train.search import best_settings
from ml.fraud.train.tracking import Tracker

SEED: Final = 7
# Anomaly scores are compared by their place among those of the training, at so many evenly spaced shares.
QUANTILES: Final = 101


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line.

    Attributes:
        kinds: how each named kind is fitted, the main one first.
        draws: how many random settings are tried for each kind.
        refit: whether the exported file learns once more, from all rows, after everything was measured.
        resampling: whether to measure what balancing costs.
        command: what makes the same models.
    """

    schema: Schema
    data: Path
    kinds: Mapping[str, Fit]
    command: str
    draws: int = 0
    refit: bool = False
    resampling: bool = False
    allow_leaks: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A file read and divided.

    Attributes:
        tell: called as each step is done.
    """

    request: Request
    frame: Frame
    inputs: Inputs
    names: list[str]
    periods: Periods
    tell: Callable[[], object] = field(default=bool)

    def sample(self, rows: Flags) -> Sample:
        """Return rows to learn from, with the labels that were known."""
        return Sample.of(self.inputs[rows], self.periods.labels[rows])

    def measured(self, rows: Flags, scores: Scores) -> Measured:
        """Return rows with scores, to be measured."""
        chosen, schema = self.frame.rows(rows), self.request.schema
        cards = chosen[schema.card] if schema.card else np.empty(0)
        return Measured(chosen.label, scores, chosen.at, chosen[schema.amount], cards)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A kind that was fitted and measured.

    Attributes:
        odds: calibrated log odds of the validated and of the held-out rows.
    """

    card: dict[str, Any]
    odds: tuple[Scores, Scores]


def prepare(request: Request, tell: Callable[[], object] = bool) -> Job:
    """Read the file, compute the features, and divide the time.

    Raises:
        UnknownFile, TooFewFrauds, LeakRefused: see the classes.
    """
    frame, _ = request.schema.read(request.data)
    periods = Periods.of(frame, request.schema)
    inputs, names = request.schema.inputs(frame, allow_leaks=request.allow_leaks)
    tell()
    return Job(request, frame, inputs, names, periods, tell)


def run(job: Job, out: Path, tracker: Tracker) -> dict[str, dict[str, Any]]:
    """Fit, measure and write every kind; return the cards. The main one's files lie in ``out``, others' in folders."""
    found: dict[str, Outcome] = {}
    for number, kind in enumerate(job.request.kinds):
        found[kind] = fit_kind(job, kind, out if number == 0 else out / kind)
        card = found[kind].card
        plain = {name: value for name, value in card["metrics"].items() if isinstance(value, int | float)}
        tracker.keep(f"{job.request.schema.name} {kind}", card["parameters"], plain)
    if len(found) > 1:
        (out / "COMPARISON.md").write_text(comparison(job, found), encoding="utf-8")
    return {kind: outcome.card for kind, outcome in found.items()}


def fit_kind(job: Job, kind: str, out: Path) -> Outcome:
    """Fit one kind, measure it on the held-out part, and write its files."""
    periods, fit = job.periods, job.request.kinds[kind]
    most = min(MOST_ROWS.get(kind, MOST_ROWS_OF_OTHERS), job.request.schema.most_rows)
    learnt, check = job.sample(periods.learnt).thinned(most, SEED), job.sample(periods.validated)
    settings, tried = best_settings(kind, fit, learnt, check, draws=job.request.draws, seed=SEED)
    fitted = fit(learnt, check, settings, SEED)
    job.tell()
    raw = fitted.log_odds(check.inputs)
    platt = Platt() if fitted.is_anomaly else Platt.of(raw, check.labels)
    validated = job.measured(periods.validated, platt(raw))
    threshold = cheapest_threshold(validated)
    odds = platt.slope * fitted.log_odds(job.inputs[periods.held_out]) + platt.bias
    held_out = job.measured(periods.held_out, sigmoid(odds))
    metrics = figures(held_out, threshold)
    job.tell()
    if job.request.refit:
        fitted = fit(job.sample(periods.whole).thinned(most, SEED), None, fitted.settings, SEED)
    content, about = export.exported(fitted, platt, job.inputs)
    card = _card(job, kind, fitted, platt) | about | {"threshold": threshold, "metrics": metrics}
    card |= {"searched": tried} if tried else {}
    if job.request.resampling and kind == next(iter(job.request.kinds)):
        card["resampling"] = costs(learnt, Sample.of(job.inputs[periods.held_out], held_out.labels), SEED)
    if fitted.is_anomaly:
        shares = np.quantile(sigmoid(fitted.log_odds(learnt.inputs)), np.linspace(0, 1, QUANTILES))
        card["score_quantiles"] = [round(float(share), 6) for share in shares]
    card = export.write(out, content, card, (held_out.labels, held_out.scores))
    job.tell()
    return Outcome(card, (platt.slope * raw + platt.bias, odds))


def _card(job: Job, kind: str, fitted: Fitted, platt: Platt) -> dict[str, Any]:
    schema, periods = job.request.schema, job.periods
    shipped = "the learnt part" if not job.request.refit else "all rows whose labels are known at the file's end"
    gap = schema.label_delay // 3600
    return {
        "algorithm": kind,
        "is_anomaly": fitted.is_anomaly,
        "schema": schema.card_schema or schema.name,
        "features": job.names,
        "command": job.request.command,
        "parameters": dict(fitted.settings) | {"seed": SEED},
        "calibration": {"slope": platt.slope, "bias": platt.bias},
        "label_delay_hours": gap,
        "data": {
            "name": schema.name,
            **{name: part_of(job.frame, getattr(periods, name)) for name in ("learnt", "validated", "held_out")},
            "gap": f"Between the parts lie {gap} hours, after which labels are taken to be known.",
            "shipped": shipped,
            **_about(job.request.data),
        },
        "limits": LIMITS.get(schema.name, ""),
    }


def _about(data: Path) -> dict[str, Any]:
    """Return how the generator was called, where the data is its own."""
    about = data / "about.json"
    if not about.is_file():
        return {}
    return {"generated": json.loads(about.read_text(encoding="utf-8"))["command"]}


LIMITS: Final = {
    "paysim": (
        "Simulated. No balances are used; the file's own rule (the amount equals the sender's balance) finds every"
        " fraud of PaySim and would find none elsewhere. Fraud goes to accounts that were never seen before, which"
        " real mules need not be."
    ),
    "sparkov": (
        "Simulated. A defrauded card has no honest payment on that day, so what happened hours ago tells more than it"
        " would in life."
    ),
    "handbook": "Simulated. Frauds at a terminal that was turned less than a week ago can't be known by anybody.",
    "cards": (
        "Two days of one month of 2013, components without names, few frauds: mind the intervals. A sample rounded to"
        " whole numbers is not comparable with figures of the full file."
    ),
    "bank": "Trained on simulated customers. Retrain on the bank's own labels before its thresholds mean anything.",
}


def part_of(frame: Frame, rows: Flags) -> dict[str, Any]:
    """Return from when to when some rows are, how many, and how many frauds."""
    at = frame.at[rows]

    def moment(seconds: int) -> str:
        return f"{datetime.fromtimestamp(seconds, tz=UTC):%Y-%m-%d %H:%M}"

    # Files without dates count from an arbitrary beginning, which reads as days of 1970.
    return {
        "from": moment(int(at[0])),
        "to": moment(int(at[-1])),
        "rows": int(rows.sum()),
        "frauds": int(frame.label[rows].sum()),
    }


def comparison(job: Job, found: Mapping[str, Outcome]) -> str:
    """Return all kinds side by side, and ways to combine them, in Markdown."""
    periods, kinds = job.periods, [*found]
    main = kinds[0]
    bits = [rule_bits(job.inputs[rows], job.names) for rows in (periods.validated, periods.held_out)]
    ways = compared(
        {kind: found[kind].odds[0] for kind in kinds},
        {kind: found[kind].odds[1] for kind in kinds},
        (bits[0], bits[1]),
        (job.frame.label[periods.validated], job.frame.label[periods.held_out]),
        main,
    )
    names = ("auc_pr", "auc_roc", "recall_at_fpr_0.001", "recall_at_fpr_0.01", "precision", "recall", "brier", "cost")
    lines = ["# Models side by side", "", f"`{job.request.command}`", "", "The same held-out part for all.", ""]
    lines += _table(
        ("model", *names), ([kind, *(found[kind].card["metrics"][name] for name in names)] for kind in kinds)
    )
    lines += ["", "AUC-PR with 95 % interval: " + "; ".join(_interval(kind, found[kind]) for kind in kinds) + ".", ""]
    lines += ["## Combined", "", f"The model is {main}. The layer is fitted on the validated part.", ""]
    lines += _table(
        ("way", *next(iter(ways["held_out"].values()))),
        ([name, *worth.values()] for name, worth in ways["held_out"].items()),
    )
    weights = ", ".join(f"{name} {weight}" for name, weight in ways["layer"]["weights"].items())
    lines += ["", f"Weights of the layer on log odds and rules: {weights}; bias {ways['layer']['bias']}."]
    lines += [f"Rules in this order: {', '.join(ways['rules'])}."] if bits[0].shape[1] else []
    return "\n".join(lines) + "\n"


def _interval(kind: str, outcome: Outcome) -> str:
    low, high = outcome.card["metrics"]["intervals"]["auc_pr"]
    return f"{kind} {low} to {high}"


def _table(headings: Sequence[str], rows: Any) -> list[str]:
    lines = [headings, ["---"] * len(headings), *rows]
    return ["| " + " | ".join(str(cell) for cell in line) + " |" for line in lines]


def steps(kinds: Mapping[str, Fit]) -> int:
    """Return how often ``tell`` is called."""
    return 1 + 3 * len(kinds)
