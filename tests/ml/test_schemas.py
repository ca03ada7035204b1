"""Reading labelled files, and what each row is told of others."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

from ml.fraud.schemas import SCHEMAS, LeakRefused, UnknownFile
from ml.fraud.schemas.past import DAY, Past
from tests.ml import labelled

LABELS = {"handbook": "TX_FRAUD", "paysim": "isFraud", "sparkov": "is_fraud", "cards": "Class"}
# Columns in which later rows are made to differ, beside the labels.
FACTS = {"handbook": "TX_AMOUNT", "paysim": "amount", "sparkov": "amt", "cards": "Amount"}


@pytest.mark.parametrize("name", sorted(LABELS))
def test_later_rows_change_nothing_about_earlier_ones(name: str, tmp_path: Path) -> None:
    made, schema, half = labelled.MADE[name](), SCHEMAS[name], 1_500
    other = {column: values.copy() for column, values in made.items()}
    dice = np.random.default_rng(9)
    for column in (FACTS[name], LABELS[name]):
        other[column][half:] = dice.permutation(other[column][half:])

    frame, _ = schema.read(labelled.write(tmp_path / "one.parquet", made))
    changed, _ = schema.read(labelled.write(tmp_path / "other.parquet", other))

    assert not np.array_equal(frame.label[half:], changed.label[half:])
    np.testing.assert_array_equal(schema.inputs(frame)[0][:half], schema.inputs(changed)[0][:half])


@pytest.mark.parametrize("name", sorted(LABELS))
def test_a_label_is_unknown_until_the_delay_is_over(name: str, tmp_path: Path) -> None:
    made, schema, chosen = labelled.MADE[name](), SCHEMAS[name], 1_000
    other = {column: values.copy() for column, values in made.items()}
    other[LABELS[name]][chosen] = 1 - other[LABELS[name]][chosen]

    frame, _ = schema.read(labelled.write(tmp_path / "one.parquet", made))
    changed, _ = schema.read(labelled.write(tmp_path / "other.parquet", other))
    differs = (schema.inputs(frame)[0] != schema.inputs(changed)[0]).any(axis=1)

    assert not differs[frame.at < frame.at[chosen] + schema.label_delay].any()


def test_labels_that_have_arrived_are_told(tmp_path: Path) -> None:
    made, schema = labelled.handbook(), SCHEMAS["handbook"]
    frame, _ = schema.read(labelled.write(tmp_path / "one.parquet", made))

    inputs, names = schema.inputs(frame)

    told = inputs[:, names.index("terminal_frauds_30d")]
    row = int(np.flatnonzero(told > 0)[-1])
    known = (frame.at <= frame.at[row] - 7 * DAY) & (frame.at >= frame.at[row] - 37 * DAY)
    same = frame["terminal"] == frame["terminal"][row]
    assert 0 < told[row] <= (known & same & frame.label).sum()


@pytest.mark.parametrize("name", sorted(LABELS))
def test_history_tells_the_same_as_the_rows_before_in_one_file(name: str, tmp_path: Path) -> None:
    made, schema, half = labelled.MADE[name](), SCHEMAS[name], 1_500
    whole, _ = schema.read(labelled.write(tmp_path / "whole.parquet", made))
    before = labelled.write(tmp_path / "before.parquet", made, slice(0, half))
    after = labelled.write(tmp_path / "after.parquet", made, slice(half, None))

    frame, own = schema.read(after, history=before)

    assert own.sum() == len(whole) - half
    np.testing.assert_array_equal(schema.inputs(frame)[0][own], schema.inputs(whole)[0][half:])


def test_balances_and_names_tell_a_mobile_money_model_nothing(tmp_path: Path) -> None:
    made, schema = labelled.paysim(), SCHEMAS["paysim"]
    other = made | {name: np.zeros(3_000) for name in made if "balance" in name}
    other |= {name: np.char.add("x", made[name]) for name in ("nameOrig", "nameDest")}

    frame, _ = schema.read(labelled.write(tmp_path / "one.parquet", made))
    changed, _ = schema.read(labelled.write(tmp_path / "other.parquet", other))

    np.testing.assert_array_equal(schema.inputs(frame)[0], schema.inputs(changed)[0])


def test_leaks_are_named_and_refused_unless_they_are_asked_for(tmp_path: Path) -> None:
    schema = SCHEMAS["paysim"]
    frame, _ = schema.read(labelled.write(tmp_path / "one.parquet", labelled.paysim()))

    with pytest.raises(LeakRefused, match="newbalanceDest, newbalanceOrig"):
        schema.inputs(frame, ["amount", "newbalanceOrig", "newbalanceDest"])

    assert "newbalanceOrig" not in schema.inputs(frame)[1]
    assert "newbalanceOrig" in schema.inputs(frame, allow_leaks=True)[1]


def test_a_card_sample_that_counts_from_zero_reads_as_the_public_file(tmp_path: Path) -> None:
    schema = SCHEMAS["cards"]
    public, _ = schema.read(labelled.write(tmp_path / "public.parquet", labelled.cards()))
    sample, _ = schema.read(labelled.write(tmp_path / "sample.parquet", labelled.cards(first=0, is_timed=False)))

    (first, names), (second, others) = schema.inputs(public), schema.inputs(sample)

    assert names == others
    # The public file's times are random here, and its rows of one second keep their order.
    assert sorted(first[:, 3].tolist()) == sorted(second[:, 3].tolist())


def test_csv_reads_as_parquet(tmp_path: Path) -> None:
    made, schema = labelled.handbook(), SCHEMAS["handbook"]
    written = {**made, "TX_DATETIME": [str(moment).replace("T", " ") for moment in made["TX_DATETIME"]]}
    pa.csv.write_csv(pa.table(written), tmp_path / "one.csv")

    frame, _ = schema.read(tmp_path / "one.csv")
    same, _ = schema.read(labelled.write(tmp_path / "one.parquet", made))

    np.testing.assert_array_equal(schema.inputs(frame)[0], schema.inputs(same)[0])


def test_a_file_of_another_schema_is_refused_by_the_missing_columns(tmp_path: Path) -> None:
    path = labelled.write(tmp_path / "one.parquet", labelled.cards())

    with pytest.raises(UnknownFile, match="no column CUSTOMER_ID, TERMINAL_ID"):
        SCHEMAS["handbook"].read(path)


def test_windows_and_known_labels_are_those_of_a_slow_count() -> None:
    dice = np.random.default_rng(5)
    entity, at = dice.integers(0, 5, 300), np.sort(dice.integers(0, 40 * DAY, 300))
    values = dice.integers(0, 9, 300)
    past = Past.of(entity, at)

    summed = past.in_rows(past.total(values, past.earlier(5 * DAY)))
    known = past.in_rows(past.total(values, past.known(3 * DAY, 10 * DAY)))

    rows = np.arange(300)
    for row in rows:
        same = (entity == entity[row]) & (rows < row)
        assert summed[row] == values[same & (at >= at[row] - 5 * DAY)].sum()
        assert known[row] == values[same & (at <= at[row] - 3 * DAY) & (at >= at[row] - 13 * DAY)].sum()
