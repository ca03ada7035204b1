"""The report's page and its PDF, for staff."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from fraud.dashboard.watchers import LOOK
from fraud.impact.history import history
from fraud.impact.reckoning import Report, weigh
from payments.impact import presenting, wording
from payments.impact.forms import ImpactForm, usual
from payments.statements.types import Period, bank_zone
from securebank.kernel.errors import DomainError
from securebank.web.pages import refuse

UNPROCESSABLE = 422
SHOWN_AT = {"period_invalid": "until", "period_too_long": "since"}


@require_safe
@permission_required(LOOK, raise_exception=True)
def page(request: HttpRequest) -> HttpResponse:
    """Show what the check is worth in a period, under assumptions that the reader may change."""
    form = _form(request)
    report = _report(form)
    context: dict[str, Any] = {"form": form, "query": request.GET.urlencode()}
    if report is not None:
        context |= _shown(report)
    return render(request, "staff/impact/page.html", context, status=200 if report else UNPROCESSABLE)


@require_safe
@permission_required(LOOK, raise_exception=True)
def pdf(request: HttpRequest) -> HttpResponse:
    """Give the same report as PDF; show the page where something is wrong with what was asked."""
    form = _form(request)
    report = _report(form)
    if report is None:
        return render(request, "staff/impact/page.html", {"form": form}, status=UNPROCESSABLE)
    period = form.period()
    # PDF's libraries load with the first PDF, not with the process.
    from payments.impact.pdf_file import pdf_file  # noqa: PLC0415

    content = pdf_file(report, period=period, made_at=timezone.now(), language=get_language() or "en")
    name = f"fraud-impact-{period.first:%Y%m%d}-{period.last:%Y%m%d}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def report_of(form: ImpactForm, period: Period) -> Report:
    """Return the report that was asked for."""
    counted = history(since=period.starts_at, until=period.ends_at, labels=form.chosen_labels())
    return weigh(counted, form.values())


def _form(request: HttpRequest) -> ImpactForm:
    asked = usual(timezone.localdate(timezone=bank_zone()))
    return ImpactForm(asked | request.GET.dict(), offers_simulator=settings.DEMO_MODE)


def _report(form: ImpactForm) -> Report | None:
    if not form.is_valid():
        return None
    try:
        return report_of(form, form.period())
    except DomainError as error:
        refuse(form, error, SHOWN_AT)
        return None


def _shown(report: Report) -> dict[str, Any]:
    language = get_language()
    return {
        "report": report,
        "summary": presenting.summary(report, language),
        "steps": presenting.steps(report.expected),
        "cases": presenting.cases(report, language),
        "counted": presenting.counted(report.history, language),
        "arms": presenting.arms(report, language),
        "limits": wording.limits(report.history.labels),
    }
