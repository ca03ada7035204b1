"""The page of the model, and its button."""

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import fraud.tasks
from fraud.dashboard.watchers import LOOK
from fraud.labelled import Labels
from fraud.model_board import presenting
from fraud.scoring import scorer
from fraud.selectors.drift import newest_report, watched
from fraud.services.drift import minute_end
from securebank.web.nudges import nudge

MEASURE: Final = "fraud.measure_drift"


@require_safe
@permission_required(LOOK, raise_exception=True)
def board(request: HttpRequest) -> HttpResponse:
    """Show how the model does: on labelled payments, against what it learnt from, and how long it takes."""
    report = newest_report()
    labels = labels_of(request)
    context: dict[str, Any] = {
        "model": watched(),
        "fault": scorer().fault,
        "labels": labels,
        "offers_simulator": settings.DEMO_MODE,
        "may_measure": request.user.has_perm(MEASURE),
    }
    return render(request, "staff/watch/board.html", context | (presenting.shown(report, labels) if report else {}))


@require_POST
@permission_required(MEASURE, raise_exception=True)
def measure(request: HttpRequest) -> HttpResponse:
    """Have a worker measure the last seven days."""
    until = minute_end(timezone.now()).isoformat()
    nudge(fraud.tasks.measure_drift, until=until, asked_by=str(request.user.pk))
    messages.success(request, _("A worker measures the last seven days. Reload the page in a moment."))
    return redirect("model-board")


def labels_of(request: HttpRequest) -> Labels:
    """Return whose word counts; the simulator's in a demo bank only."""
    is_simulator = settings.DEMO_MODE and request.GET.get("labels") == Labels.SIMULATOR
    return Labels.SIMULATOR if is_simulator else Labels.PEOPLE
