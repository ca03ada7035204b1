"""The policy that judges payments now, read once a process and version."""

from functools import lru_cache
from uuid import UUID

from fraud import policy_document
from fraud.models import PolicyVersion
from fraud.policy import Policy

# Versions kept ready: the active one and a few that a replay or backtest compares.
KEPT = 16


@lru_cache(maxsize=KEPT)
def policy_of(version_id: UUID) -> Policy:
    """Return a version at work. What is no draft never changes, so a copy kept by its id is exact for ever.

    Not for drafts: read those with ``policy_document.read``.

    Raises:
        PolicyInvalid: its document is not usable.
    """
    version = PolicyVersion.objects.get(pk=version_id)
    return policy_document.read(version.document, name=version.name)


def active_policy() -> Policy:
    """Return the active policy; a payment learns its id with its other facts instead."""
    version_id = PolicyVersion.objects.values_list("pk", flat=True).get(state=PolicyVersion.State.ACTIVE)
    return policy_of(version_id)
