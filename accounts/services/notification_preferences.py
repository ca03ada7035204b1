"""A person chooses what they are told, and how."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import preferences
from accounts.errors import ChannelNotOffered
from accounts.models import NotificationPreference

# What a person chose, by kind and channel.
Choices: TypeAlias = dict[tuple[str, str], bool]


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind on one channel."""

    kind: str
    channel: str
    is_enabled: bool


def choices_of(*, user_ids: Collection[UUID]) -> dict[UUID, Choices]:
    """Return what these people chose, by kind and channel; who never chose has no entry."""
    chosen: dict[UUID, Choices] = {user_id: {} for user_id in user_ids}
    for row in NotificationPreference.objects.filter(user_id__in=user_ids):
        chosen[row.user_id][row.kind, row.channel] = row.is_enabled
    return chosen


def wants(chosen: Choices, kind: str, channel: str) -> bool:
    """Tell whether somebody who chose so is told this kind that way."""
    if not preferences.is_offered(channel) or kind not in preferences.KINDS:
        return False
    if preferences.is_fixed(kind, channel):
        return True
    return chosen.get((kind, channel), preferences.default(kind, channel))


def table(*, owner_id: UUID) -> list[dict[str, Any]]:
    """Return every kind with every channel: whether it is on, may be changed, and is offered at all."""
    chosen = choices_of(user_ids=[owner_id])[owner_id]
    return [
        {
            "kind": kind.value,
            "label": str(kind.label),
            "channels": {
                channel.value: {
                    "is_enabled": wants(chosen, kind, channel),
                    "is_fixed": preferences.is_fixed(kind, channel),
                    "is_offered": preferences.is_offered(channel),
                }
                for channel in preferences.Channel
            },
        }
        for kind in preferences.KINDS
    ]


@transaction.atomic
def choose(*, owner_id: UUID, choices: Iterable[Choice]) -> None:
    """Keep a person's choices; those not named stay as they were.

    Raises:
        ChannelNotOffered: the bank doesn't tell that way, or must not stop telling it.
    """
    rows = {}
    for choice in choices:
        if choice.is_enabled and not preferences.is_offered(choice.channel):
            raise ChannelNotOffered(_("We can't tell you this way yet."))
        if not choice.is_enabled and preferences.is_fixed(choice.kind, choice.channel):
            raise ChannelNotOffered(_("News about your security can't be switched off."))
        rows[choice.kind, choice.channel] = NotificationPreference(
            user_id=owner_id, kind=choice.kind, channel=choice.channel, is_enabled=choice.is_enabled
        )
    NotificationPreference.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["user", "kind", "channel"],
        update_fields=["is_enabled"],
    )
