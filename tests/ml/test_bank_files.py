"""A made-up bank is written as Parquet, one file a month, and read back."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ml.fraud import bank as files
from ml.fraud.bank import NotBankData
from ml.fraud.generate import calendar, store
from ml.fraud.generate.people import People
from tests.ml.conftest import SMALL


@pytest.fixture(scope="module")
def folder(bank: tuple[People, dict[str, Any]], inputs: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    people, made = bank
    folder = tmp_path_factory.mktemp("bank")
    store.write_people(folder, people)
    store.write_payments(folder, calendar.months(SMALL["months"]), made, inputs)
    return folder


def test_there_is_one_file_a_month(folder: Path) -> None:
    names = [file.name for file in sorted(folder.glob("*.parquet"))]

    assert names == [f"payments-2025-0{month}.parquet" for month in (1, 2, 3)]


def test_what_was_written_is_read_back(folder: Path, made: dict[str, Any], inputs: Any) -> None:
    data = files.read(folder)

    assert np.array_equal(data.inputs, inputs)
    for name in ("label", "kind", "payer", "amount"):
        assert np.array_equal(getattr(data, name), made[name]), name
    assert np.abs(data.at - made["at"]).max() < 0.001
    told = made["label"]
    assert np.abs(data.label_at[told] - made["label_at"][told]).max() < 0.001
    assert np.isinf(data.label_at[~told]).all()


def test_a_single_month_can_be_read(folder: Path) -> None:
    month = files.read(folder / "payments-2025-02.parquet")

    assert files.day_of(month.at.min()) in {"2025-01-31", "2025-02-01"}
    assert files.day_of(month.at.max()) == "2025-02-28"


def test_labels_are_known_only_from_their_arrival_on(folder: Path) -> None:
    data = files.read(folder)
    middle = float(np.median(data.at))

    known = data.known_by(middle)

    assert 0 < known.sum() < data.label.sum()
    assert (data.label_at[known] <= middle).all()


def test_the_file_holds_the_banks_own_events(folder: Path) -> None:
    schema = pq.read_schema(folder / "payments-2025-01.parquet")

    assert schema.names == ["id", *store.EVENT, *store.OUTCOME, *files.INPUTS]
    assert schema.field("at").type == pa.timestamp("ms", tz="UTC")


def test_customers_have_a_file_accounts_and_devices(folder: Path, bank: tuple[People, dict[str, Any]]) -> None:
    customers, accounts, devices = (
        pq.read_table(folder / "people" / f"{name}.parquet") for name in ("customers", "accounts", "devices")
    )

    assert customers.num_rows == bank[0].size
    assert {"kyc_level", "occupation", "born", "monthly_income"} <= set(customers.column_names)
    assert accounts.num_rows > customers.num_rows
    assert set(accounts["kind"].to_pylist()) == {"current", "business", "savings"}
    assert devices.num_rows > 0


@pytest.mark.parametrize("wrong", ["nothing there", "no features", "no Parquet"])
def test_other_files_are_refused(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "payments-2025-01.parquet"
    if wrong == "no features":
        pq.write_table(pa.table({"at": [1]}), file)
    if wrong == "no Parquet":
        file.write_text("at,amount", encoding="utf-8")

    with pytest.raises(NotBankData):
        files.read(tmp_path)


def test_the_command_writes_and_says_what_there_is(tmp_path: Path) -> None:
    options = "--users 60 --transactions 1500 --months 2 --seed 4 --rare"
    command = [sys.executable, "-m", "ml.fraud.generate", *options.split(), "--out", str(tmp_path)]

    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    assert told["rows"] == len(files.read(tmp_path).at)
    assert told == json.loads((tmp_path / "about.json").read_text(encoding="utf-8"))
    assert "--fraud-rate 0.0015 --seed 4" in told["command"]
