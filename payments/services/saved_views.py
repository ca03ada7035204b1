"""Filters of the queue that a colleague keeps under a name."""

from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from payments.errors import ViewMissing, ViewRefused
from payments.models import SavedView

NAME_LENGTH: Final = 40
MOST_VIEWS: Final = 20
# What a saved view may hold: the queue's own filters, and nothing that another page would understand.
PARAMETERS: Final = ("q", "state", "level", "assigned", "escalated", "kind")
VALUE_LENGTH: Final = 40


@transaction.atomic
def save(*, owner: User, name: str, parameters: dict[str, str]) -> SavedView:
    """Keep filters under a name; the same name again replaces them.

    Raises:
        ViewRefused: no name or a long one, or one view too many.
    """
    name = name.strip()
    if not 1 <= len(name) <= NAME_LENGTH:
        raise ViewRefused(_("Give the view a name of up to 40 characters."))
    kept = {key: parameters[key][:VALUE_LENGTH] for key in PARAMETERS if parameters.get(key)}
    others = SavedView.objects.filter(owner=owner).exclude(name=name)
    if others.count() >= MOST_VIEWS:
        raise ViewRefused(_("You have as many views as can be kept. Remove one first."))
    view, _is_new = SavedView.objects.update_or_create(owner=owner, name=name, defaults={"query": urlencode(kept)})
    return view


def remove(*, owner: User, view_id: UUID) -> None:
    """Forget one of the owner's views.

    Raises:
        ViewMissing: there is none, or it is a colleague's.
    """
    gone, _each = SavedView.objects.filter(owner=owner, pk=view_id).delete()
    if not gone:
        raise ViewMissing(_("You have no such view."))


def views_of(owner: User) -> list[SavedView]:
    """Return somebody's views by name."""
    return list(SavedView.objects.filter(owner=owner).order_by("name"))
