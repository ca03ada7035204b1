"""Features of many payments at once are those of the payment path, row by row."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ml.fraud.features import FEATURES
from ml.fraud.features.batch import vectors_of
from ml.fraud.generate.replay import replay

# float32 has seven digits; logarithms and powers may differ in the last one.
TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def one_by_one(made: dict[str, Any]) -> npt.NDArray[np.float32]:
    return replay(made)


@pytest.mark.parametrize("feature", FEATURES)
def test_every_row_equals_the_payment_path(
    inputs: npt.NDArray[np.float32], one_by_one: npt.NDArray[np.float32], feature: str
) -> None:
    column = FEATURES.index(feature)

    assert np.abs(inputs[:, column] - one_by_one[:, column]).max() <= TOLERANCE


def test_every_feature_varies(inputs: npt.NDArray[np.float32]) -> None:
    assert (inputs.std(axis=0) > 0).all()


def test_groups_of_any_size_give_the_same(made: dict[str, Any], inputs: npt.NDArray[np.float32]) -> None:
    assert np.array_equal(vectors_of(made, at_once=1), inputs)
    assert np.array_equal(vectors_of(made, at_once=10**9), inputs)


def test_no_more_payments_are_in_work_than_were_allowed(made: dict[str, Any]) -> None:
    groups: list[int] = []
    most_of_one = int(np.bincount(made["payer"]).max())

    vectors_of(made, at_once=2_000, tell=groups.append)

    assert sum(groups) == len(made["at"])
    assert max(groups) <= max(2_000, most_of_one)


def test_looks_at_nothing_that_comes_later(made: dict[str, Any], inputs: npt.NDArray[np.float32]) -> None:
    half = len(made["at"]) // 2

    assert np.array_equal(vectors_of({name: column[:half] for name, column in made.items()}), inputs[:half])
