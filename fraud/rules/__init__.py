"""The rules of the fraud check, by code. A policy switches, weights and tunes them."""

from typing import Final

from fraud.rules.amounts import AmountLimit, DrainedBalance, RoundAmount, Structuring, UnusualAmount
from fraud.rules.base import Effect, Finding, Parameter, ParameterInvalid, Rule
from fraud.rules.habits import ImpossibleTravel, NewCountry, NewDevice, Night, Velocity
from fraud.rules.parties import Blacklisted, FailedAttempts, LowTrust, YoungAccount

__all__ = ["RULES", "Effect", "Finding", "Parameter", "ParameterInvalid", "Rule"]

RULES: Final[dict[str, type[Rule]]] = {
    rule.code: rule
    for rule in (
        AmountLimit,
        UnusualAmount,
        RoundAmount,
        Structuring,
        DrainedBalance,
        Velocity,
        Night,
        NewCountry,
        NewDevice,
        ImpossibleTravel,
        LowTrust,
        YoungAccount,
        FailedAttempts,
        Blacklisted,
    )
}
