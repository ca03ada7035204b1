"""The same trees from two machines as from one, up to the order of sums."""

import numpy as np
import pytest

distributed = pytest.importorskip("dask.distributed", reason="needs the extra 'cluster'")

from ml.fraud.train.boosting import fit_xgboost  # noqa: E402
from ml.fraud.train.cluster import fit_on  # noqa: E402
from ml.fraud.train.fitted import Sample, sigmoid  # noqa: E402


@pytest.mark.filterwarnings("ignore")
def test_two_workers_learn_what_one_process_learns() -> None:
    dice = np.random.default_rng(1)
    inputs = dice.normal(size=(4_000, 4)).astype(np.float32)
    sample = Sample.of(inputs, inputs[:, 0] + inputs[:, 1] * inputs[:, 2] + 0.3 * dice.normal(size=4_000) > 1)
    settings = {"rounds": 20, "subsample": 1.0, "colsample_bytree": 1.0}

    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        far = fit_on(cluster.scheduler_address)(sample, None, settings, 1)
    near = fit_xgboost(sample, None, settings, 1)

    apart = np.abs(sigmoid(far.log_odds(inputs)) - sigmoid(near.log_odds(inputs)))
    assert far.settings["rounds"] == 20
    # Two machines' sketches of the features cut at slightly other values.
    assert apart.mean() < 0.02
