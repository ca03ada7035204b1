"""What a customer is told, and how."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import preferences
from accounts.services import notification_preferences
from accounts.services.notification_preferences import Choice
from accounts.views.requests import PageRequest, page


@page("GET", "POST")
def choose(request: PageRequest) -> HttpResponse:
    """Show and change the choices; a box that isn't ticked is a no."""
    if request.method == "POST":
        ticked = set(request.POST.getlist("told"))
        notification_preferences.choose(owner_id=request.user.pk, choices=_choices(ticked))
        messages.success(request, _("Saved."))
        return redirect("notification-preferences")
    rows = [_row(kind) for kind in notification_preferences.table(owner_id=request.user.pk)]
    return render(request, "pages/notification_preferences.html", {"rows": rows})


def _choices(ticked: set[str]) -> Iterator[Choice]:
    """Yield what may be chosen; what nobody may switch off isn't asked."""
    for kind in preferences.KINDS:
        for channel in preferences.OFFERED:
            if not preferences.is_fixed(kind, channel):
                yield Choice(kind=kind, channel=channel, is_enabled=f"{kind}:{channel}" in ticked)


def _row(kind: dict[str, Any]) -> dict[str, Any]:
    """Return one kind with its offered channels and their names."""
    offered = [
        {"value": f"{kind['kind']}:{channel.value}", "label": channel.label} | kind["channels"][channel.value]
        for channel in preferences.OFFERED
    ]
    return {"label": kind["label"], "kind": kind["kind"], "channels": offered}
