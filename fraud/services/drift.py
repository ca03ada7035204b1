"""Measure how far payments have moved, keep it, and tell colleagues once a week when it is too far."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction

from accounts.models import Notification, User
from accounts.services import audit, notifications
from accounts.services.notifications import Notice
from fraud.dashboard.watchers import holders_of
from fraud.drift import performance
from fraud.drift.constants import WINDOW
from fraud.drift.measuring import compared, over_threshold
from fraud.drift.reference import reference_for
from fraud.drift.sample import sample
from fraud.labelled import Labels
from fraud.models import DriftAlert, DriftReport, ModelVersion
from fraud.selectors import models as registered
from fraud.selectors.drift import Watched, watched
from fraud.services.cases import WORK
from securebank.kernel.errors import Conflict

log = structlog.get_logger(__name__)


class NoModelToWatch(Conflict):
    """No model takes part in judging, so nothing can drift away from it."""

    code: ClassVar[str] = "no_model"
    title: ClassVar[str] = "No model takes part in judging"


@dataclass(frozen=True, slots=True)
class Measurement:
    """A report and whether this call made it."""

    report: DriftReport
    is_new: bool


def measure(*, until: datetime, asked_by: User | None = None) -> Measurement:
    """Measure the week before ``until`` under the model that judges now; a second call finds the first one's report.

    Raises:
        NoModelToWatch: rules decide alone.
    """
    model = watched()
    if model is None:
        raise NoModelToWatch
    found = DriftReport.objects.filter(model_hash=model.sha256, until=until).first()
    return Measurement(found, is_new=False) if found else _kept(model, until, asked_by)


def day_end(now: datetime) -> datetime:
    """Return when the last whole day of the bank's own clock ended: one report a day."""
    return now.astimezone(ZoneInfo(settings.BANK_TIME_ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)


def minute_end(now: datetime) -> datetime:
    """Return the whole minute: one report a minute, however often the button is pressed."""
    return now.replace(second=0, microsecond=0)


@transaction.atomic
def _kept(model: Watched, until: datetime, asked_by: User | None) -> Measurement:
    since = until - WINDOW
    figures, population = _figures(model, since, until)
    over = over_threshold(
        figures, _earlier(model.sha256, since), dropped=bool(figures["performance"][Labels.PEOPLE]["dropped"])
    )
    about = {
        "model_version": model.version,
        "since": since,
        "population": population,
        "rows": figures["rows"],
        "figures": figures,
        "over": over,
        "asked_by": asked_by,
    }
    report, is_new = DriftReport.objects.get_or_create(model_hash=model.sha256, until=until, defaults=about)
    if is_new:
        audit.record(action="drift_measured", actor=asked_by, subject=report)
        if over:
            _tell(report)
    return Measurement(report, is_new)


def _figures(model: Watched, since: datetime, until: datetime) -> tuple[dict[str, Any], int]:
    found = sample(since=since, until=until, model_hash=model.sha256)
    reference = reference_for(card=model.card, model_hash=model.sha256, before=since)
    figures = compared(found, reference)
    figures["performance"] = {labels: _performance(model, until, labels) for labels in Labels}
    return figures, found.population


def _performance(model: Watched, until: datetime, labels: Labels) -> dict[str, Any]:
    payments = performance.labelled(until=until, labels=labels)
    return {
        "weeks": performance.by_week(payments),
        "all": performance.figures(payments),
        "dropped": performance.has_dropped(payments),
        "challengers": [
            performance.beside(each, champion_hash=model.sha256, until=until, labels=labels)
            for each in registered.challengers(ModelVersion.Slot.PAYMENTS)
        ],
    }


def _earlier(model_hash: str, since: datetime) -> dict[str, Any] | None:
    """Return the figures of the newest report whose window does not overlap this one."""
    found = DriftReport.objects.filter(model_hash=model_hash, until__lte=since).order_by("-until")
    return found.values_list("figures", flat=True).first()


def _tell(report: DriftReport) -> None:
    """Tell everybody who works on cases, unless they were told of this model this week."""
    day = report.until.astimezone(ZoneInfo(settings.BANK_TIME_ZONE)).date()
    monday = day - timedelta(days=day.weekday())
    _alert, is_new = DriftAlert.objects.get_or_create(
        model_hash=report.model_hash, monday=monday, defaults={"report": report}
    )
    if is_new:
        log.warning("model_drift", model=report.model_version, over=report.over)
        data = {"event": "model_drift", "report_id": str(report.pk), "over": report.over}
        notifications.notify(*(Notice(user_id, Notification.Kind.NOTIFICATION, data) for user_id in _colleagues()))


def _colleagues() -> list[UUID]:
    return list(holders_of(WORK).values_list("pk", flat=True).distinct().order_by("pk"))
