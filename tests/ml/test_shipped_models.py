"""The models that the repository holds, and what they make of real data where that is there."""

import os
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import average_precision_score

from ml.fraud.evaluate.model import ExportedModel
from ml.fraud.schemas import SCHEMAS, schema_of

MODELS = Path(__file__).resolve().parents[2] / "ml" / "models"
FOLDERS = sorted(card.parent for card in [*MODELS.glob("fraud/*/card.json"), *MODELS.glob("cards/card.json")])
DATA = os.environ.get("SECUREBANK_DATA", "")

needs_data = pytest.mark.skipif(not DATA, reason="SECUREBANK_DATA names no folder with data sets")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_shipped_model_is_the_one_that_its_card_names(folder: Path) -> None:
    model = ExportedModel.load(folder)

    scores = model.scores(np.zeros((3, len(model.card["features"])), np.float32))

    assert ((scores >= 0) & (scores <= 1)).all()
    assert schema_of(model.card).name in SCHEMAS
    assert not set(model.card["features"]) & set(schema_of(model.card).leaks)


def test_all_shipped_models_together_stay_small() -> None:
    assert sum(file.stat().st_size for file in MODELS.glob("**/*") if file.is_file() and file.parent in FOLDERS) < 8e6


@needs_data
def test_in_paysim_one_comparison_finds_every_fraud_which_is_why_no_balance_is_used() -> None:
    columns = ["amount", "oldbalanceOrg", "isFraud"]
    table = pq.read_table(Path(DATA) / "fraud" / "paysim_sim.parquet", columns=columns)
    amount, before, fraud = (table[name].to_numpy() for name in columns)

    assert average_precision_score(fraud, amount == before) > 0.99
    assert not [name for name in ExportedModel.load(MODELS / "fraud" / "paysim").card["features"] if "balance" in name]


@needs_data
def test_the_cards_model_knows_the_frauds_that_it_learnt_from() -> None:
    frame, _ = SCHEMAS["cards"].read(Path(DATA) / "fraud" / "ulb_rounded_40pct.parquet")
    model = ExportedModel.load(MODELS / "cards")

    inputs, _ = SCHEMAS["cards"].inputs(frame, model.card["features"])

    assert average_precision_score(frame.label, model.scores(inputs)) > 0.9
