"""The page of the live figures."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fraud.dashboard import figures, rendering
from fraud.dashboard.watchers import LOOK, WATCH


@require_safe
@permission_required(LOOK, raise_exception=True)
def live(request: HttpRequest) -> HttpResponse:
    """Show the figures of the last day; the page then keeps itself fresh."""
    return render(request, "staff/live.html", _context() | {"may_watch": request.user.has_perm(WATCH)})


@require_safe
@permission_required(LOOK, raise_exception=True)
def live_figures(request: HttpRequest) -> HttpResponse:
    """Show the figures again, for a page whose socket is closed."""
    return render(request, "staff/live/all.html", _context())


def _context() -> dict[str, object]:
    return rendering.shown(figures.desk.latest())
