"""The live page's sections as HTML, made once a language and change, not once a socket."""

from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime

from fraud.dashboard.figures import Snapshot


def shown(snapshot: Snapshot) -> dict[str, Any]:
    """Return what the templates need: instants instead of their text."""
    recent = [row | {"at": parse_datetime(row["at"])} for row in snapshot["recent"]]
    oldest = snapshot["queue"]["oldest_at"]
    queue = snapshot["queue"] | {"oldest_at": parse_datetime(oldest) if oldest else None}
    return snapshot | {"recent": recent, "queue": queue}


def sections(snapshot: Snapshot, *, names: Collection[str], language: str) -> dict[str, str]:
    """Return these sections in a language; times are the bank's own, for all staff alike."""
    context = shown(snapshot)
    with translation.override(language), timezone.override(ZoneInfo(settings.BANK_TIME_ZONE)):
        return {name: render_to_string(f"staff/live/{name}.html", context) for name in sorted(names)}
