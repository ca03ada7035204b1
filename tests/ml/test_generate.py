"""The made-up bank is ordered, solvent, repeatable, and hard."""

from typing import Any

import numpy as np
import pytest

from ml.fraud.generate import generate
from ml.fraud.generate.fraud import KINDS

TINY = {"users": 80, "transactions": 2000, "days": 40, "fraud_rate": 0.03}


def test_the_same_seed_makes_the_same_payments() -> None:
    first, again, other = (generate(**TINY, seed=seed) for seed in (5, 5, 6))

    assert all(np.array_equal(first[name], again[name], equal_nan=name in {"latitude", "longitude"}) for name in first)
    assert not np.array_equal(first["amount"][:500], other["amount"][:500])


def test_payments_come_in_the_order_of_time(made: dict[str, Any]) -> None:
    assert (np.diff(made["at"]) >= 0).all()


def test_nobody_pays_what_is_not_there(made: dict[str, Any]) -> None:
    assert (made["amount"] >= 1_00).all()
    assert (made["amount"] <= made["available"]).all()


def test_nobody_pays_before_the_account_is_open(made: dict[str, Any]) -> None:
    assert made["account_age_days"].min() > 0


def test_every_kind_of_fraud_is_there_from_first_to_last(made: dict[str, Any]) -> None:
    middle = np.median(made["at"])

    for number, kind in enumerate(KINDS):
        both = [int((made["kind"][half] == number).sum()) for half in (made["at"] < middle, made["at"] >= middle)]
        assert min(both) > 0, kind


def test_labels_are_what_the_bank_learnt_not_what_was(made: dict[str, Any]) -> None:
    fraud, label = made["kind"] > 0, made["label"]

    assert 0.9 < label[fraud].mean() < 1
    assert 0 < label[~fraud].mean() < 0.003


def test_a_payee_is_known_for_fraud_only_after_somebody_complained(made: dict[str, Any]) -> None:
    known = np.flatnonzero(made["payee_confirmed_frauds"] > 0)

    for index in known[:50]:
        earlier = (made["payee"] == made["payee"][index]) & made["label"] & (made["at"] < made["at"][index])
        assert earlier.sum() >= made["payee_confirmed_frauds"][index]


@pytest.mark.parametrize("odd", ["abroad", "emptied", "other device", "in a hurry"])
def test_honest_people_do_odd_things_too(made: dict[str, Any], odd: str) -> None:
    honest = made["kind"] == 0
    does = {
        "abroad": honest & (made["city"] >= 10),
        "emptied": honest & ~made["is_own"] & (made["amount"] > 0.8 * made["available"]),
        "other device": honest & (made["device"] > 0) & (made["device"] % 4 != 1),
        "in a hurry": honest & _followed_within(made, seconds=120),
    }[odd]

    assert does.sum() > (made["kind"] > 0).sum() / 10


def _followed_within(made: dict[str, Any], *, seconds: float) -> Any:
    order = np.lexsort((made["at"], made["payer"]))
    close = (np.diff(made["payer"][order]) == 0) & (np.diff(made["at"][order]) < seconds)
    found = np.zeros(len(order), bool)
    found[order[1:]] = close
    return found
