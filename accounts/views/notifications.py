"""What the bank told the customer."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import wording
from accounts.models import Notification
from accounts.selectors import notifications as selectors
from accounts.services import notifications
from accounts.views.requests import PageRequest, page

PAGE_SIZE: Final = 25

# Symbol and shade of each kind; others are a bell.
LOOKS: Final = {
    Notification.Kind.PAYMENT_RECEIVED: ("request", "disc-in"),
    Notification.Kind.PAYMENT_SENT: ("send", ""),
    Notification.Kind.PAYMENT_HELD: ("clock", "disc-warn"),
    Notification.Kind.PAYMENT_DECLINED: ("cross", "disc-danger"),
    Notification.Kind.PAYMENT_REQUEST: ("people", ""),
    Notification.Kind.FRAUD_ALERT: ("alert", "disc-danger"),
}


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice as the page shows it."""

    notice: Notification
    words: wording.Words
    icon: str
    shade: str
    url: str


@page("GET")
def show_notifications(request: PageRequest) -> HttpResponse:
    """List notices, newest first; later pages arrive as rows for the list."""
    inbox = selectors.inbox(owner_id=request.user.pk).order_by("-created_at", "-id")
    found = Paginator(inbox, PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [_line(notice, request.user.language) for notice in found]
    is_more = bool(request.htmx) and found.number > 1
    template = "parts/notice_rows.html" if is_more else "pages/notifications.html"
    return render(request, template, {"lines": lines, "found": found})


@page("POST")
def read_notification(request: PageRequest, notification_id: UUID) -> HttpResponse:
    """Mark one notice read and go to what it is about."""
    notice = notifications.mark_read(owner_id=request.user.pk, notification_id=notification_id, now=timezone.now())
    return redirect(_url(notice) or reverse("notifications"))


@page("POST")
def read_all(request: PageRequest) -> HttpResponse:
    """Mark everything read."""
    notifications.mark_all_read(owner_id=request.user.pk, now=timezone.now())
    return redirect("notifications")


def _line(notice: Notification, language: str) -> NoticeLine:
    icon, shade = LOOKS.get(Notification.Kind(notice.kind), ("bell", ""))
    return NoticeLine(
        notice=notice,
        words=wording.words_of(notice, language=language),
        icon=icon,
        shade=shade,
        url=_url(notice),
    )


def _url(notice: Notification) -> str:
    """Return the page of what the notice is about; empty where there is none."""
    if notice.kind == Notification.Kind.PAYMENT_REQUEST:
        return reverse("requests")
    transaction_id = notice.data.get("transaction_id")
    if transaction_id:
        return reverse("payment", args=[transaction_id])
    return reverse("security") if notice.kind == Notification.Kind.NOTIFICATION else ""
