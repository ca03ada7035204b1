"""What a customer scanned, what was found, and what was paid."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.views.requests import PageRequest, page
from payments.models import Payment
from qrpay.errors import ScanMissing
from qrpay.evidence.heat_map import heat_map as drawn
from qrpay.evidence.types import Level
from qrpay.models import Scan
from qrpay.selectors.scans import scan_of, scans_of
from qrpay.services import readings
from qrpay.types import Source
from qrpay.views.wording import FINDINGS, SOURCES, VERDICTS

# Newest first.
LISTED: Final = 50


@dataclass(frozen=True, slots=True)
class ScanLine:
    """One scan as the list shows it; ``payment_id`` is None when nothing was paid."""

    level: str
    verdict: str | Promise
    source: str | Promise
    authenticity: str
    at: datetime
    reasons: list[str | Promise]
    payment_id: UUID | None


@page("GET")
def scans(request: PageRequest) -> HttpResponse:
    """List the latest scans."""
    found = list(scans_of(request.user).order_by("-created_at", "-id")[:LISTED])
    # A scan and its payment bear one id.
    paid = set(
        Payment.objects.filter(pk__in=[scan.pk for scan in found], created_by=request.user).values_list("pk", flat=True)
    )
    return render(request, "pages/scans.html", {"scans": [_line(scan, is_paid=scan.pk in paid) for scan in found]})


@page("GET")
def heat_map(request: PageRequest, scan_id: UUID) -> HttpResponse:
    """Draw where the code in the picture differed from itself corrected, as long as its reading is kept."""
    seen = readings.kept(scan_of(owner=request.user, scan_id=scan_id).picture_sha256)
    if seen is None:
        raise ScanMissing(_("What was read in this picture is no longer kept."))
    headers = {"Cache-Control": "private, no-store"}
    return HttpResponse(drawn(seen.modules, seen.differs), content_type="image/png", headers=headers)


def _line(scan: Scan, *, is_paid: bool) -> ScanLine:
    return ScanLine(
        level=scan.level,
        verdict=VERDICTS[Level(scan.level)],
        source=SOURCES[Source(scan.source)],
        authenticity=scan.authenticity,
        at=scan.created_at,
        reasons=[FINDINGS[code] for code in scan.findings if code in FINDINGS],
        payment_id=scan.pk if is_paid else None,
    )
