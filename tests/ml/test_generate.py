"""The made-up bank is ordered, solvent, repeatable, and hard."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ml.fraud.features import FEATURES
from ml.fraud.generate import generate
from ml.fraud.generate.calendar import START, months
from ml.fraud.generate.people import DEVICES_A_CUSTOMER, HOME_CITIES, People
from ml.fraud.kinds import KINDS
from ml.fraud.train.metrics import best_single
from tests.ml.conftest import SMALL

TINY: dict[str, Any] = {"users": 80, "transactions": 2000, "months": 2, "fraud_rate": 0.03}

DAY = 86_400.0


def test_the_same_seed_makes_the_same_payments() -> None:
    first, again, other = (generate(**TINY, seed=seed)[1] for seed in (5, 5, 6))

    assert all(np.array_equal(first[name], again[name], equal_nan=name in {"latitude", "longitude"}) for name in first)
    assert not np.array_equal(first["amount"][:500], other["amount"][:500])


def test_makes_as_many_payments_as_were_asked_for(made: dict[str, Any]) -> None:
    assert len(made["at"]) == pytest.approx(SMALL["transactions"], rel=0.02)


def test_payments_come_in_the_order_of_time_within_the_months(made: dict[str, Any]) -> None:
    assert (np.diff(made["at"]) >= 0).all()
    assert made["at"][0] >= START
    assert made["at"][-1] < months(SMALL["months"]).end


def test_nobody_pays_what_is_not_there(made: dict[str, Any]) -> None:
    assert (made["amount"] >= 1_00).all()
    assert (made["amount"] <= made["available"]).all()


def test_nobody_pays_or_is_paid_before_the_account_is_open(bank: tuple[People, dict[str, Any]]) -> None:
    people, made = bank
    to_customer = made["payee"] < people.size

    assert made["account_age_days"].min() > 0
    assert (people.joined[made["payee"][to_customer]] < made["at"][to_customer]).all()


@pytest.mark.parametrize(("wanted", "least", "most"), [(0.04, 0.03, 0.05), (0.0015, 0.001, 0.002)])
def test_frauds_are_as_rare_as_was_asked_for(wanted: float, least: float, most: float) -> None:
    _, made = generate(users=3000, transactions=150_000, months=3, fraud_rate=wanted, seed=2)

    assert least <= (made["kind"] > 0).mean() <= most


def test_every_kind_of_fraud_is_there_from_first_to_last(made: dict[str, Any]) -> None:
    middle = np.median(made["at"])

    for number, kind in enumerate(KINDS):
        both = [int((made["kind"][half] == number).sum()) for half in (made["at"] < middle, made["at"] >= middle)]
        assert min(both) > 0, kind


def test_later_thieves_come_with_other_devices_than_earlier_ones(made: dict[str, Any]) -> None:
    of_thieves = made["device"] >= DEVICES_A_CUSTOMER * SMALL["users"] * 2
    early, late = (
        set(made["device"][of_thieves & part].tolist())
        for part in (made["at"] < START + 30 * DAY, made["at"] > START + 60 * DAY)
    )

    assert early
    assert late
    assert not early & late


def test_labels_are_what_the_bank_learnt_not_what_was(made: dict[str, Any]) -> None:
    fraud, label = made["kind"] > 0, made["label"]

    assert 0.97 < label[fraud].mean() < 1
    assert 0 < label[~fraud].mean() < 0.002


def test_labels_come_days_later(made: dict[str, Any]) -> None:
    delay = (made["label_at"] - made["at"])[made["label"]] / DAY

    assert delay.min() > 0
    assert 3 < np.median(delay) < 10
    assert np.isinf(made["label_at"][~made["label"]]).all()


def test_a_payee_is_known_for_fraud_only_after_somebody_complained(made: dict[str, Any]) -> None:
    known = np.flatnonzero(made["payee_confirmed_frauds"] > 0)

    for index in known[:: max(1, len(known) // 50)]:
        complaints = (made["payee"] == made["payee"][index]) & (made["label_at"] <= made["at"][index])
        # One may have come from another bank, before the first month.
        assert complaints.sum() + 1 >= made["payee_confirmed_frauds"][index]


def test_customers_keep_joining_and_pay_people_for_the_first_time(bank: tuple[People, dict[str, Any]]) -> None:
    people, made = bank
    newcomers = people.joined[people.joined > START]

    assert len(newcomers) > 0.2 * people.size
    assert newcomers.max() > START + 80 * DAY
    honest_first = (made["kind"] == 0) & made["is_new_payee"] & (made["account_age_days"] < 1)
    assert honest_first.sum() > 300


@pytest.mark.parametrize("odd", ["abroad", "emptied", "other device", "in a hurry"])
def test_honest_people_do_odd_things_too(made: dict[str, Any], odd: str) -> None:
    honest = made["kind"] == 0
    does = {
        "abroad": honest & (made["city"] >= HOME_CITIES),
        "emptied": honest & ~made["is_own"] & (made["amount"] > 0.8 * made["available"]),
        "other device": honest & (made["device"] > 0) & (made["device"] % DEVICES_A_CUSTOMER != 1),
        "in a hurry": honest & _followed_within(made, seconds=120),
    }[odd]

    assert does.sum() > (made["kind"] > 0).sum() / 10


def test_no_single_feature_finds_the_frauds(made: dict[str, Any], inputs: npt.NDArray[np.float32]) -> None:
    assert float(best_single(made["kind"] > 0, inputs, FEATURES)["auc_pr"]) < 0.5


def _followed_within(made: dict[str, Any], *, seconds: float) -> Any:
    order = np.lexsort((made["at"], made["payer"]))
    close = (np.diff(made["payer"][order]) == 0) & (np.diff(made["at"][order]) < seconds)
    found = np.zeros(len(order), bool)
    found[order[1:]] = close
    return found
