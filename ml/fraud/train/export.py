"""Write a model down: the file, its card, and a page for people."""

import hashlib
import json
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from ml.fraud.evaluate.model import scores_of, session_of
from ml.fraud.train.calibration import Platt
from ml.fraud.train.fitted import Fitted, Inputs
from ml.fraud.train.graph import onnx_file
from ml.fraud.train.plots import draw

# An exported file may say so much else than the library; beyond that it is not the same model.
PARITY: Final = 1e-4
PARITY_ROWS: Final = 20_000
CALLS: Final = 2_000

THRESHOLD: Final = (
    "The threshold is where reviews and missed amounts cost least on the validated part."
    " A review is taken to cost 5 % of the mean fraud."
)


class NotTheSame(ValueError):
    """The exported file doesn't say what the library says."""


def exported(fitted: Fitted, platt: Platt, inputs: Inputs) -> tuple[bytes, dict[str, Any]]:
    """Return the file, and how it compares with the library on rows that are drawn evenly.

    Raises:
        NotTheSame: see the class.
    """
    content = onnx_file(fitted.part, features=inputs.shape[1], slope=platt.slope, bias=platt.bias)
    session = session_of(content, threads=1)
    rows = inputs[np.linspace(0, len(inputs) - 1, min(PARITY_ROWS, len(inputs))).astype(int)]
    apart = float(np.abs(scores_of(session, rows) - platt(fitted.log_odds(rows))).max())
    if apart > PARITY:
        raise NotTheSame(f"exported scores are {apart:.1e} from the library's")
    took = []
    for number in range(CALLS):
        row = rows[number % len(rows)][None]
        begun = time.perf_counter_ns()
        session.run(None, {"inputs": row})
        took.append((time.perf_counter_ns() - begun) / 1000)
    return content, {"parity": apart, "bytes": len(content), "one_row_p50_us": round(statistics.median(took), 1)}


def write(out: Path, content: bytes, card: dict[str, Any], held_out: tuple[Any, Any]) -> dict[str, Any]:
    """Write ``model.onnx``, ``card.json``, ``MODEL.md`` and its plot; return the card.

    Args:
        out: the folder.
        content: the file.
        card: what is known of it.
        held_out: labels and scores to draw.
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.onnx").write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    whole = {
        "model_version": f"{card['algorithm']}-{sha256[:12]}",
        "sha256": sha256,
        "trained_at": f"{datetime.now(tz=UTC):%Y-%m-%dT%H:%M:%SZ}",
        **card,
    }
    (out / "card.json").write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    draw(out / "plots.png", *held_out)
    (out / "MODEL.md").write_text(page(whole), encoding="utf-8")
    return whole


def page(card: dict[str, Any]) -> str:
    """Return the card for people, in Markdown."""
    data, metrics = card["data"], card["metrics"]
    intervals = "; ".join(f"{name} {low} to {high}" for name, (low, high) in metrics["intervals"].items())
    lines = [
        f"# {card['algorithm']} on {data['name']}",
        "",
        f"`{card['model_version']}`, made by `{card['command']}`.",
        "",
        "## Data",
        "",
        "| part | from | to | rows | frauds |",
        "| --- | --- | --- | --- | --- |",
        *(_row([name, *data[name].values()]) for name in ("learnt", "validated", "held_out")),
        "",
        data["gap"],
        f"The shipped file learnt from: {data['shipped']}.",
        "",
        "## Figures on the held-out part",
        "",
        *_table({name: value for name, value in metrics.items() if name != "intervals"}),
        "",
        f"95 % intervals, days drawn again: {intervals}.",
        "",
        THRESHOLD,
        "",
        "![precision and recall, calibration](plots.png)",
        "",
        "## Export",
        "",
        f"Largest difference between file and library: {card['parity']:.1e}. {card['bytes']:,} bytes.",
        f"One row: {card['one_row_p50_us']} µs (median, one thread, on the machine that trained, which was busy).",
        *_resampling(card),
        "",
        "## Limits",
        "",
        card["limits"],
        "",
        "## Settings",
        "",
        f"`{json.dumps(card['parameters'], sort_keys=True)}`",
    ]
    return "\n".join(lines) + "\n"


def _resampling(card: dict[str, Any]) -> list[str]:
    if "resampling" not in card:
        return []
    heading = [
        "",
        "## What balancing the classes costs",
        "",
        "A small model of the same kind, the same held-out part:",
        "",
    ]
    rows = [_row([name, *worth.values()]) for name, worth in card["resampling"].items()]
    return [*heading, "| training | AUC-PR | AUC-ROC | calibration error |", "| --- | --- | --- | --- |", *rows]


def _table(values: dict[str, Any]) -> list[str]:
    return ["| figure | value |", "| --- | --- |", *(_row([name, value]) for name, value in values.items())]


def _row(cells: list[Any]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
