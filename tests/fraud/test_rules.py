"""When each rule speaks up: beyond its edge, just short of it, and exactly there."""

from typing import Any

import pytest

from fraud.rules import RULES, Effect, ParameterInvalid
from fraud.rules.base import Parameter
from ml.fraud.features import Signals
from tests.fraud.cases import facts

LIMIT = 200_000_00

# Rule, what the facts say, what the signals say, whether it speaks up.
CASES: dict[str, tuple[str, dict[str, Any], dict[str, Any], bool]] = {
    "amount above the limit": ("AMOUNT_LIMIT", {"reference_minor": LIMIT + 1}, {}, True),
    "amount at the limit": ("AMOUNT_LIMIT", {"reference_minor": LIMIT}, {}, True),
    "amount below the limit": ("AMOUNT_LIMIT", {"reference_minor": LIMIT - 1}, {}, False),
    "amount to oneself": ("AMOUNT_LIMIT", {"reference_minor": LIMIT, "is_own_account": True}, {}, False),
    "more than three deviations": ("UNUSUAL_AMOUNT", {}, {"payments_seen": 5, "deviations": 3.01}, True),
    "three deviations": ("UNUSUAL_AMOUNT", {}, {"payments_seen": 5, "deviations": 3.0}, False),
    "unusual with too few payments": ("UNUSUAL_AMOUNT", {}, {"payments_seen": 4, "deviations": 9.0}, False),
    "unusual to oneself": ("UNUSUAL_AMOUNT", {"is_own_account": True}, {"payments_seen": 9, "deviations": 9.0}, False),
    "round": ("ROUND_AMOUNT", {"reference_minor": 60_000_00}, {}, True),
    "round at the least": ("ROUND_AMOUNT", {"reference_minor": 50_000_00}, {}, True),
    "a paisa off": ("ROUND_AMOUNT", {"reference_minor": 60_000_01}, {}, False),
    "round and small": ("ROUND_AMOUNT", {"reference_minor": 40_000_00}, {}, False),
    "four near a limit": ("STRUCTURING", {"reference_minor": 49_000_00}, {"near_limit": 4}, True),
    "three near a limit": ("STRUCTURING", {"reference_minor": 49_000_00}, {"near_limit": 3}, True),
    "two near a limit": ("STRUCTURING", {"reference_minor": 49_000_00}, {"near_limit": 2}, False),
    "small change beside them": ("STRUCTURING", {"reference_minor": 999_99}, {"near_limit": 3}, False),
    "all to somebody new": (
        "DRAINED_BALANCE", {"reference_minor": 20_000_00}, {"is_new_payee": True, "balance_share": 1.0}, True
    ),
    "nine tenths to somebody new": (
        "DRAINED_BALANCE", {"reference_minor": 10_000_00}, {"is_new_payee": True, "balance_share": 0.9}, True
    ),
    "less to somebody new": (
        "DRAINED_BALANCE", {"reference_minor": 20_000_00}, {"is_new_payee": True, "balance_share": 0.89}, False
    ),
    "all of very little": (
        "DRAINED_BALANCE", {"reference_minor": 9_999_99}, {"is_new_payee": True, "balance_share": 1.0}, False
    ),
    "all to somebody known": ("DRAINED_BALANCE", {"reference_minor": 20_000_00}, {"balance_share": 1.0}, False),
    "eleven an hour": ("VELOCITY", {}, {"payments_hour": 11, "payments_day": 11}, True),
    "ten an hour": ("VELOCITY", {}, {"payments_hour": 10, "payments_day": 10}, False),
    "51 a day": ("VELOCITY", {}, {"payments_hour": 1, "payments_day": 51}, True),
    "50 a day": ("VELOCITY", {}, {"payments_hour": 1, "payments_day": 50}, False),
    "at two": ("NIGHT", {}, {"local_hour": 2.0}, True),
    "just before six": ("NIGHT", {}, {"local_hour": 5.999}, True),
    "just before two": ("NIGHT", {}, {"local_hour": 1.999}, False),
    "at six": ("NIGHT", {}, {"local_hour": 6.0}, False),
    "new country": ("NEW_COUNTRY", {"location": {"country": "FR"}}, {"is_new_country": True}, True),
    "known country": ("NEW_COUNTRY", {"location": {"country": "IN"}}, {}, False),
    "new device": ("NEW_DEVICE", {}, {"is_new_device": True}, True),
    "known device": ("NEW_DEVICE", {}, {}, False),
    "faster than any airliner": ("IMPOSSIBLE_TRAVEL", {}, {"travel_kmh": 900.1, "travel_km": 5000.0}, True),
    "as fast as an airliner": ("IMPOSSIBLE_TRAVEL", {}, {"travel_kmh": 900.0, "travel_km": 5000.0}, False),
    "a jump within a region": ("IMPOSSIBLE_TRAVEL", {}, {"travel_kmh": 5000.0, "travel_km": 100.0}, False),
    "little trust": ("LOW_TRUST", {}, {"trust": 49.9}, True),
    "half of the trust": ("LOW_TRUST", {}, {"trust": 50.0}, False),
    "six days old": ("YOUNG_ACCOUNT", {}, {"account_age_days": 6.99}, True),
    "seven days old": ("YOUNG_ACCOUNT", {}, {"account_age_days": 7.0}, False),
    "four failures": ("FAILED_ATTEMPTS", {}, {"failures": 4}, True),
    "three failures": ("FAILED_ATTEMPTS", {}, {"failures": 3}, False),
    "listed": ("BLACKLISTED", {}, {"blocked": ("payee",)}, True),
    "not listed": ("BLACKLISTED", {}, {"blocked": ()}, False),
}  # fmt: skip


@pytest.mark.parametrize(("code", "told", "seen", "speaks"), CASES.values(), ids=CASES.keys())
def test_speaks_up_at_its_edge_and_not_before(
    code: str, told: dict[str, Any], seen: dict[str, Any], speaks: bool
) -> None:
    found = RULES[code]().judge(facts(**told), Signals(**seen))

    assert (found is not None) == speaks


def test_every_rule_is_shown_speaking_and_silent() -> None:
    shown = {(code, speaks) for code, _told, _seen, speaks in CASES.values()}

    assert shown == {(code, speaks) for code in RULES for speaks in (True, False)}
    assert len(RULES) == 14


@pytest.mark.parametrize(("hour", "day", "strength"), [(11, 11, 0.5), (30, 30, 0.5), (31, 31, 1.0), (11, 51, 1.0)])
def test_many_payments_are_louder_when_there_are_very_many(hour: int, day: int, strength: float) -> None:
    found = RULES["VELOCITY"]().judge(facts(), Signals(payments_hour=hour, payments_day=day))

    assert found is not None
    assert found.strength == strength


@pytest.mark.parametrize(("hour", "speaks"), [(22.9, False), (23.0, True), (0.5, True), (5.0, False)])
def test_a_night_may_pass_midnight(hour: float, speaks: bool) -> None:
    night = RULES["NIGHT"](from_hour=23.0, to_hour=5.0)

    assert (night.judge(facts(), Signals(local_hour=hour)) is not None) == speaks


def test_a_tuned_rule_speaks_up_at_its_new_edge() -> None:
    assert RULES["LOW_TRUST"](below=80.0).judge(facts(), Signals(trust=79.0)) is not None


def test_staff_read_the_figures() -> None:
    found = RULES["AMOUNT_LIMIT"]().judge(facts(LIMIT), Signals())

    assert found is not None
    assert found.staff == "200,000.00 rupees; from 200,000.00 rupees on a person looks at it"


@pytest.mark.parametrize("code", RULES)
def test_customers_read_no_figure_and_no_name_of_a_rule(code: str) -> None:
    sentence = RULES[code].customer

    assert sentence.endswith(".")
    assert not any(character.isdigit() for character in sentence)
    assert code not in sentence


@pytest.mark.parametrize("code", RULES)
def test_takes_its_own_defaults_and_both_bounds(code: str) -> None:
    for parameter in RULES[code].parameters:
        for value in (parameter.default, parameter.minimum, parameter.maximum):
            assert parameter.checked(value) == value


@pytest.mark.parametrize("value", [1, 11, 5.5, True, "5", None, float("nan")], ids=repr)
def test_a_parameter_takes_nothing_else(value: Any) -> None:
    parameter = Parameter("payments", "Payments", "payments", 5, 2, 10)

    with pytest.raises(ParameterInvalid):
        parameter.checked(value)


def test_only_the_block_list_declines_and_only_large_amounts_are_always_looked_at() -> None:
    assert {code: rule.default_effect for code, rule in RULES.items() if rule.default_effect != Effect.SCORE} == {
        "BLACKLISTED": Effect.DECLINE,
        "AMOUNT_LIMIT": Effect.REVIEW,
    }
