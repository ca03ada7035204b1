"""The model that is served: boosted trees on the features of the payment path."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime
import xgboost

from ml.fraud import bank
from ml.fraud.bank import BankData
from ml.fraud.features import FEATURES, SCHEMA
from ml.fraud.kinds import KINDS
from ml.fraud.train.champion_words import markdown
from ml.fraud.train.left_out import leave_one_kind_out
from ml.fraud.train.metrics import best_single, measure, recall_by_kind
from ml.fraud.train.reference import reference_of
from ml.fraud.train.trees import onnx_of, trees_of

DAY: Final = 86400.0

# Payments of this first part of the time are learnt from; what follows after the gap is only looked at to measure.
LEARNT_SHARE: Final = 0.65
# By then most frauds of the learnt part are known: the delay with which labels come.
GAP_DAYS: Final = 7

# Whatever else is known of a payment, these speak against it, and these for it: no tree may learn the contrary from
# a corner of the data, and no reviewer has to explain it.
AGAINST: Final = (
    "is_new_payee", "is_new_device", "is_new_country", "travel_speed_log", "near_limit", "failures", "balance_share",
    "pace_hour", "payees_day",
)  # fmt: skip
IN_FAVOUR: Final = ("payee_record", "payee_known_log", "hour_share", "account_age_log", "gap_log")

# One thread: sums in another order would make another model. No class weights: scores stay probabilities.
PARAMETERS: Final = {
    "objective": "binary:logistic",
    "eval_metric": "logloss",
    "tree_method": "hist",
    "max_depth": 5,
    "learning_rate": 0.15,
    "min_child_weight": 5,
    "subsample": 0.8,
    "colsample_bytree": 0.8,
    "monotone_constraints": tuple((name in AGAINST) - (name in IN_FAVOUR) for name in FEATURES),
    "seed": 7,
    "nthread": 1,
}
TREES: Final = 200

PARITY: Final = 1e-5
COMMAND: Final = "python -m ml.fraud.train --data DATA --schema bank --out OUT"

# Scores below this one pass without a second thought.
LOW: Final = 0.1


def train(data: Path, out: Path, *, by_kind: bool = False) -> dict[str, Any]:
    """Train on the earlier part, measure on the later, write the files, and return the card.

    Args:
        data: a data set as ``ml.fraud.bank`` reads it.
        out: a folder for the files.
        by_kind: whether to train seven more models, each without one kind of fraud, to see what it makes of it.

    Raises:
        ValueError: the exported file does not say what the library says.
    """
    columns = bank.read(data)
    inputs, early, late = columns.inputs, *split(columns.at)
    # What the bank knew when the gap was over.
    labels = columns.known_by(float(columns.at[early].max()) + GAP_DAYS * DAY)
    booster = xgboost.train(PARAMETERS, _matrix(inputs[early], labels[early]), num_boost_round=TREES)
    trees = trees_of(booster)
    model = onnx_of(trees, features=len(FEATURES))
    apart = float(np.abs(predict(model, inputs) - booster.predict(_matrix(inputs))).max())
    if apart > PARITY:
        raise ValueError(f"exported scores are {apart:.1e} from the library's")
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.onnx").write_bytes(model)
    np.savez_compressed(out / "trees.npz", **trees)  # type: ignore[arg-type]  # stubs take no mapping of arrays
    card: dict[str, Any] = {
        "model_version": f"trees-{_sha256(out / 'model.onnx')[:12]}",
        "sha256": _sha256(out / "model.onnx"),
        "trees_sha256": _sha256(out / "trees.npz"),
        "schema": SCHEMA,
        "features": list(FEATURES),
        "trained_at": f"{datetime.now(tz=UTC):%Y-%m-%dT%H:%M:%SZ}",
        "command": COMMAND,
        "parameters": PARAMETERS | {"trees": TREES, "xgboost": xgboost.__version__},
        "data": _about(data) | _described(columns, labels, early, late),
        "metrics": measure(columns.label[late], predict(model, inputs[late])),
        "closer": _closer(columns, late, predict(model, inputs)),
        "reference": reference_of(inputs[early], predict(model, inputs[late]), names=FEATURES),
        "parity": apart,
    }
    if by_kind:
        card["left_out"] = {
            "recall_at_fpr_0.01": leave_one_kind_out(columns, labels, early, late, fit=_fit),
            "command": f"{COMMAND} --leave-one-kind-out",
        }
    (out / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    if "generated" in card["data"]:
        (out / "MODEL.md").write_text(markdown(card), encoding="utf-8")
    return card


def _closer(columns: BankData, late: npt.NDArray[np.bool_], scores: npt.NDArray[np.float32]) -> dict[str, Any]:
    """Return what the figures of all payments hide: each kind of fraud, first payments, and how hard the data is."""
    labels = columns.label
    first = np.zeros(len(labels), bool)
    first[np.unique(columns.payer, return_index=True)[1]] = True
    return {
        "recall_at_fpr_0.01_by_kind": recall_by_kind(labels[late], scores[late], columns.kind[late], KINDS, rate=0.01),
        "honest_first_payments_below_0.1": round(float((scores[first & ~labels] < LOW).mean()), 4),
        "best_single_feature": best_single(labels[late], columns.inputs[late], FEATURES),
    }


def _matrix(inputs: npt.NDArray[np.float32], labels: npt.NDArray[np.bool_] | None = None) -> xgboost.DMatrix:
    return xgboost.DMatrix(inputs, labels, feature_names=list(FEATURES), nthread=1)


def _fit(
    inputs: npt.NDArray[np.float32], labels: npt.NDArray[np.bool_], later: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    booster = xgboost.train(PARAMETERS, _matrix(inputs, labels), num_boost_round=TREES)
    return np.asarray(booster.predict(_matrix(later)))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def split(at: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which payments are learnt from and which are measured on: all before, and all after the gap."""
    border = at.min() + LEARNT_SHARE * (at.max() - at.min())
    return at < border, at >= border + GAP_DAYS * DAY


def predict(model: bytes, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the served model's probabilities."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(["probability"], {"inputs": inputs})[0][:, 0])


def _about(data: Path) -> dict[str, Any]:
    """Return what the generator says of its data, if it does."""
    about = data / "about.json"
    return {"generated": json.loads(about.read_text(encoding="utf-8"))} if about.is_file() else {}


def _described(
    columns: BankData, labels: npt.NDArray[np.bool_], early: npt.NDArray[np.bool_], late: npt.NDArray[np.bool_]
) -> dict[str, Any]:
    def part(chosen: npt.NDArray[np.bool_]) -> dict[str, Any]:
        at = columns.at[chosen]
        return {
            "from": bank.day_of(at.min()),
            "to": bank.day_of(at.max()),
            "rows": int(chosen.sum()),
            "frauds": int((columns.kind[chosen] > 0).sum()),
            "known_frauds": int(labels[chosen].sum()),
        }

    return {"learnt_from": part(early), "measured_on": part(late), "gap_days": GAP_DAYS}
