"""How far figures have moved: against worked examples and against SciPy."""

import math

import numpy as np
import pytest
from scipy import stats

from ml.fraud.features.drift import Shape, ks, ks_p, missing_share, psi, shape_of, shares_of


def test_equal_shares_have_no_index() -> None:
    assert psi([0.2, 0.3, 0.5], [0.2, 0.3, 0.5]) == 0


def test_the_index_is_the_sum_worked_by_hand() -> None:
    by_hand = (0.5 - 0.25) * math.log(0.5 / 0.25) + (0.5 - 0.75) * math.log(0.5 / 0.75)

    assert psi([0.25, 0.75], [0.5, 0.5]) == pytest.approx(by_hand)


def test_an_empty_bin_counts_as_one_row_in_ten_thousand() -> None:
    by_hand = (0.0001 - 0.5) * math.log(0.0001 / 0.5) + (1.0 - 0.5) * math.log(1.0 / 0.5)

    assert psi([0.5, 0.5], [0.0, 1.0]) == pytest.approx(by_hand)


def test_deciles_part_a_column_into_tenths() -> None:
    shape = shape_of(np.arange(1000))

    assert shape.shares == (0.1,) * 10
    assert (shape.rows, shape.missing) == (1000, 0)


def test_a_figure_that_is_mostly_one_value_has_fewer_bins() -> None:
    shape = shape_of([0.0] * 800 + [1.0] * 200)

    assert (shape.edges, shape.shares) == ((0.0,), (0.8, 0.2))


def test_a_rare_value_has_its_bin() -> None:
    assert shape_of([0.0] * 997 + [1.0] * 3).shares == (0.997, 0.003)


def test_a_constant_figure_that_begins_to_move_is_seen() -> None:
    shape = shape_of([1.0] * 500)

    assert psi(shape.shares, shares_of([1.0] * 250 + [2.0] * 250, shape.edges).tolist()) > 1


def test_single_and_double_precision_of_one_value_share_a_bin() -> None:
    learnt = np.log1p(np.array([0, 1, 2, 3] * 100, np.float32))
    served = [math.log1p(value) for value in [0, 1, 2, 3] * 100]
    shape = shape_of(learnt)

    assert psi(shape.shares, shares_of(served, shape.edges).tolist()) == 0
    assert ks(shape, served) == 0


def test_what_is_no_number_is_counted_apart() -> None:
    shape = shape_of([1.0, 2.0, math.nan, math.inf])

    assert (shape.rows, shape.missing) == (4, 0.5)
    assert missing_share([math.nan, 1.0, 1.0, 1.0]) == 0.25


def test_a_column_without_numbers_has_no_shape() -> None:
    with pytest.raises(ValueError, match="finite"):
        shape_of([math.nan])


def test_the_distance_is_scipys_to_a_hundredth() -> None:
    random = np.random.default_rng(3)
    before, after = random.normal(size=4000).astype(np.float32), random.normal(0.4, 1.2, size=1500).astype(np.float32)

    theirs = stats.ks_2samp(before, after).statistic

    assert theirs - 0.01 <= ks(shape_of(before), after) <= theirs


def test_the_distance_of_a_figure_with_few_values_is_scipys() -> None:
    random = np.random.default_rng(3)
    before, after = random.integers(0, 5, 900), random.integers(1, 6, 700)

    assert ks(shape_of(before), after) == pytest.approx(stats.ks_2samp(before, after).statistic, abs=1e-6)


@pytest.mark.parametrize(("distance", "rows", "reference_rows"), [(0.05, 800, 900), (0.1, 300, 5000), (0.02, 900, 900)])
def test_the_probability_is_scipys(distance: float, rows: int, reference_rows: int) -> None:
    theirs = stats.kstwo.sf(distance, round(rows * reference_rows / (rows + reference_rows)))

    assert ks_p(distance, rows=rows, reference_rows=reference_rows) == pytest.approx(theirs, abs=0.01)


def test_no_distance_is_certain() -> None:
    assert ks_p(0.0, rows=10, reference_rows=10) == 1.0


def test_a_shape_comes_back_from_its_card() -> None:
    shape = shape_of(np.arange(50))

    assert Shape.from_json(shape.as_json()) == shape


@pytest.mark.parametrize("broken", [{"shares": [1.0]}, {"cumulative": []}, {"edges": ["x"]}])
def test_a_broken_shape_is_refused(broken: dict[str, list[object]]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the kind is what callers look for
        Shape.from_json(shape_of(np.arange(50)).as_json() | broken)
