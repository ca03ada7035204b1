"""Boosted trees trained by several machines: a Dask scheduler hands the rows out, XGBoost's own ring adds sums up.

Every worker holds a share of the rows and ends with the same trees. The library's Dask interface would do the same, but
asks for pandas, which nothing else here needs.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xgboost
from dask.distributed import Client
from xgboost import collective
from xgboost.tracker import RabitTracker

from ml.fraud.train.boosting import MOST_ROUNDS, PATIENCE, XGBOOST, fitted_booster
from ml.fraud.train.fitted import Fit, Fitted, Sample, Settings


def fit_on(address: str) -> Fit:
    """Return what fits XGBoost's trees on the workers of a scheduler."""

    def fit(sample: Sample, check: Sample | None, settings: Settings, seed: int) -> Fitted:
        parameters = XGBOOST | {name: value for name, value in settings.items() if name != "rounds"}
        rounds = settings.get("rounds", MOST_ROUNDS)
        with Client(address, set_as_default=False) as client:
            workers = sorted(client.scheduler_info(n_workers=-1)["workers"])
            ring = RabitTracker(n_workers=len(workers), host_ip=_host(address))
            ring.start()
            told = ring.worker_args()
            shares = np.array_split(np.random.default_rng(seed).permutation(len(sample.labels)), len(workers))
            running = [
                client.submit(
                    _train,
                    Sample(sample.inputs[rows], sample.labels[rows], sample.weights[rows]),
                    check,
                    {**parameters, "seed": seed, "nthread": 1},
                    rounds,
                    told,
                    workers=[worker],
                    pure=False,
                )
                for worker, rows in zip(workers, (np.sort(share) for share in shares), strict=True)
            ]
            booster = xgboost.Booster(model_file=bytearray(client.gather(running)[0]))
            ring.wait_for()
        return fitted_booster(booster, parameters)

    return fit


def _host(address: str) -> str:
    return address.rsplit("://", maxsplit=1)[-1].rsplit(":", 1)[0]


def _train(
    share: Sample, check: Sample | None, parameters: Mapping[str, Any], rounds: int, told: Mapping[str, Any]
) -> bytes:
    """Train with the others, on one worker. Every worker looks at the whole validation part, so all stop alike."""
    with collective.CommunicatorContext(**told):
        matrix = xgboost.DMatrix(share.inputs, share.labels, weight=share.weights, nthread=1)
        evals = [] if check is None else [(xgboost.DMatrix(check.inputs, check.labels, weight=check.weights), "check")]
        booster = xgboost.train(
            dict(parameters),
            matrix,
            num_boost_round=rounds,
            evals=evals,
            early_stopping_rounds=PATIENCE if evals else None,
            verbose_eval=False,
        )
        if evals:
            booster = booster[: booster.best_iteration + 1]
        return bytes(booster.save_raw("ubj"))
