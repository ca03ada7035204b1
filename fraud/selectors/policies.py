"""Versions of the policy, for pages and commands."""

from collections.abc import Sequence
from typing import Final

from fraud.errors import PolicyMissing
from fraud.models import Backtest, PolicyVersion

NEWEST: Final = 100


def newest_versions() -> Sequence[PolicyVersion]:
    """Return the newest versions with who made and activated them."""
    versions = PolicyVersion.objects.select_related("made_by", "activated_by").defer("document", "backtest")
    return list(versions.order_by("-number")[:NEWEST])


def version_of(number: int) -> PolicyVersion:
    """Return one version.

    Raises:
        PolicyMissing: there is none of this number.
    """
    version = PolicyVersion.objects.select_related("made_by", "activated_by").filter(number=number).first()
    if version is None:
        raise PolicyMissing
    return version


def active_version() -> PolicyVersion:
    """Return the version that judges payments now."""
    return PolicyVersion.objects.get(state=PolicyVersion.State.ACTIVE)


def compared_with(version: PolicyVersion) -> PolicyVersion:
    """Return what a version is read against: what its backtest was, the active one, or for that the one before."""
    name = version.backtest.get("against", "")
    if name:
        return version_of(int(name.removeprefix("policy-")))
    active = active_version()
    if version.pk != active.pk:
        return active
    return PolicyVersion.objects.filter(number__lt=version.number).order_by("-number").first() or version


def newest_backtest(version: PolicyVersion) -> Backtest | None:
    """Return the last backtest that somebody asked for, in whatever state it is."""
    return version.backtests.defer("checkpoint").order_by("-asked_at").first()
