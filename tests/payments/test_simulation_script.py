"""What a simulation's script says, before any bank sees it."""

from collections import Counter, defaultdict
from itertools import islice, pairwise

import pytest

from payments.demo import cast
from payments.simulation import campaigns
from payments.simulation.acts import Act, Ask, Pay
from payments.simulation.people import Role
from payments.simulation.script import HOUR, PACE, Script


def acts(number: int, *, seed: int = 11, rate: float = 1.65, fraud_rate: float = 0.03) -> list[Act]:
    return list(islice(Script(seed=seed, rate=rate, fraud_rate=fraud_rate), number))


def payments(number: int, *, seed: int = 11, rate: float = 1.65, fraud_rate: float = 0.03) -> list[Pay]:
    said = acts(number, seed=seed, rate=rate, fraud_rate=fraud_rate)
    return [act for act in said if isinstance(act, Pay)]


def test_says_the_same_again_for_the_same_seed_and_something_else_for_another() -> None:
    assert acts(500, seed=4) == acts(500, seed=4)
    assert acts(500, seed=4) != acts(500, seed=5)


@pytest.mark.parametrize("fraud_rate", [0.0, 0.03, 0.5, 0.9, 1.0])
def test_holds_the_share_of_fraud(fraud_rate: float) -> None:
    paid = payments(3000, fraud_rate=fraud_rate)

    assert sum(act.is_fraud for act in paid) / len(paid) == pytest.approx(fraud_rate, abs=0.01)


def test_lets_every_kind_of_thief_have_a_turn_before_any_comes_again() -> None:
    kinds = [act.kind for act in payments(3000, fraud_rate=0.2) if act.is_fraud]

    # One campaign after the other: a kind's payments follow each other.
    turns = [kinds[0], *(later for earlier, later in pairwise(kinds) if later != earlier)]
    assert len(campaigns.KINDS) == 7
    assert set(turns[:7]) == set(turns[7:14]) == set(campaigns.KINDS)


def test_never_lets_a_demo_customer_pay() -> None:
    listed = {customer.handle for customer in cast.CUSTOMERS}
    paid = payments(3000, fraud_rate=0.1)

    payees = {act.payee for act in paid if isinstance(act.payee, str)}
    assert not listed & {act.payer.handle for act in paid}
    assert "asha" in payees
    assert payees <= listed


def test_asks_no_demo_customer_for_money() -> None:
    asked = [act for act in acts(3000) if isinstance(act, Ask)]

    assert asked
    assert {act.payer.role for act in asked} == {Role.CUSTOMER}


def test_answers_each_request_once_by_whom_was_asked() -> None:
    said = acts(3000)

    asked = {act.number: act for act in said if isinstance(act, Ask)}
    answers = [act for act in said if isinstance(act, Pay) and act.answers is not None]
    assert set(Counter(act.answers for act in answers).values()) == {1}
    assert len(asked) - len(answers) <= 2
    for act in answers:
        request = asked[act.answers or 0]
        assert (act.payer, act.payee, act.amount) == (request.payer, request.requester, request.amount)
        assert act.at > request.at


@pytest.mark.parametrize("rate", [0.3, 50.0])
def test_has_enough_customers_that_no_honest_one_pays_too_often(rate: float) -> None:
    times = defaultdict(list)
    for act in payments(4000, rate=rate, fraud_rate=0.0):
        times[act.payer].append(act.at)

    most = max(sum(start <= at < start + HOUR for at in paid) for paid in times.values() for start in paid)
    assert most <= PACE


def test_comes_at_the_rate_asked_for_at_uneven_steps() -> None:
    said = acts(4000, rate=2.0)

    gaps = [later.at - earlier.at for earlier, later in pairwise(said)]
    mean = sum(gaps) / len(gaps)
    variance = sum((gap - mean) ** 2 for gap in gaps) / len(gaps)
    assert min(gaps) >= 0
    assert mean == pytest.approx(0.5, rel=0.1)
    # Of arrivals that know nothing of each other, the deviation is the mean.
    assert variance**0.5 == pytest.approx(mean, rel=0.15)


def test_robs_nobody_twice_and_lets_who_was_robbed_rest() -> None:
    paid = [act for act in payments(4000, fraud_rate=0.2) if act.payer.role is Role.CUSTOMER]

    turns = defaultdict(list)
    for act in paid:
        turns[act.payer].append(act)
    robbed = {payer: acts for payer, acts in turns.items() if any(act.is_fraud for act in acts)}
    assert len(robbed) > 50
    for acts_of_one in robbed.values():
        first = next(place for place, act in enumerate(acts_of_one) if act.is_fraud)
        later = [act for act in acts_of_one[first:] if act.answers is None]
        assert len({act.kind for act in later if act.is_fraud}) == 1
        assert all(act.is_fraud for act in later)


def test_takes_over_accounts_with_another_device_from_another_country() -> None:
    paid = [act for act in payments(2000, fraud_rate=0.3) if act.kind == "account_takeover"]

    assert paid
    for act in paid:
        assert act.device != {"device_id": act.payer.device_id, "device_type": "phone"}
        assert (act.location or {})["country"] != act.payer.home.country
