"""All payments, searched and filtered, and one of them as a receipt."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.live import Room
from accounts.models import User
from accounts.views.requests import PageRequest, page
from payments.forms import ActivityForm
from payments.models import Payment
from payments.selectors.history import HistoryFilter, history
from payments.selectors.payments import payment_of
from payments.selectors.receipts import block_heights
from payments.views.explained import explained
from payments.views.lines import line_of, lines_of

PAGE_SIZE: Final = 25


@page("GET")
def activity(request: PageRequest) -> HttpResponse:
    """List payments; htmx asks for rows only."""
    form = ActivityForm(request.GET)
    found = history(owner=request.user, wanted=_wanted(form.cleaned_data if form.is_valid() else {}))
    after = request.GET.get("after", "")
    context = _rows(found, request.user, after) | {
        "form": form,
        "query": _query(request),
        "is_narrowed": _is_narrowed(form),
    }
    template = "parts/activity_rows.html" if request.htmx and after else "pages/activity.html"
    if request.htmx and not after:
        template = "parts/activity_list.html"
    return render(request, template, context)


@page("GET")
def payment(request: PageRequest, payment_id: UUID) -> HttpResponse:
    """Show one payment: what became of it, and a receipt to print."""
    found = payment_of(owner=request.user, payment_id=payment_id)
    context = {
        "payment": found,
        "line": line_of(found, request.user),
        "told": explained(found, request.user, timezone.now()),
    }
    if request.htmx:
        return render(request, "parts/payment_state.html", context)
    context |= {"block_height": block_heights([found]).get(found.pk), "rooms": Room.CHAIN.value}
    return render(request, "pages/payment.html", context)


def _rows(found: QuerySet[Payment], viewer: User, after: str) -> dict[str, Any]:
    """Return one page of rows that begins after the row named ``<created_at>|<id>``."""
    at, _bar, row_id = after.partition("|")
    moment = _moment(at)
    if moment is not None:
        is_same_instant = Q(created_at=moment, id__lt=_uuid(row_id)) if _uuid(row_id) else Q()
        found = found.filter(Q(created_at__lt=moment) | is_same_instant)
    payments = list(found[: PAGE_SIZE + 1])
    shown = payments[:PAGE_SIZE]
    last = shown[-1] if len(payments) > PAGE_SIZE else None
    return {
        "lines": list(lines_of(shown, viewer, after_day=timezone.localdate(moment) if moment else None)),
        "next": f"{last.created_at.isoformat()}|{last.pk}" if last else "",
    }


def _moment(written: str) -> datetime | None:
    try:
        moment = parse_datetime(written)
    except ValueError:
        return None
    return moment if moment is None or timezone.is_aware(moment) else None


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def _wanted(data: dict[str, Any]) -> HistoryFilter:
    return HistoryFilter(
        since=_midnight(data.get("since")),
        until=_midnight(data.get("until"), days=1),
        direction=data.get("direction") or None,
        status=data.get("status") or None,
        words=data.get("q") or "",
        least=data.get("least"),
        most=data.get("most"),
        account_id=data.get("account"),
    )


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """Return the instant at which a day begins where the reader is."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min)) if day else None


def _query(request: PageRequest) -> str:
    asked = request.GET.copy()
    asked.pop("after", None)
    return asked.urlencode()


def _is_narrowed(form: ActivityForm) -> bool:
    return any(form.data.get(name) for name in form.fields)
