"""The page of reviewers and their labels."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fraud.model_pages.forms import ReasonForm
from fraud.model_pages.views import UNPROCESSABLE, person
from fraud.selectors import reviewers
from fraud.services import exclusions


@require_safe
@permission_required(exclusions.EXCLUDE, raise_exception=True)
def labels(request: HttpRequest) -> HttpResponse:
    """Show who labelled how many payments, and whose labels are taken out."""
    return _labels(request)


@require_POST
@permission_required(exclusions.EXCLUDE, raise_exception=True)
def take_out(request: HttpRequest, reviewer_id: UUID) -> HttpResponse:
    """Let none of a colleague's labels count."""
    form = _form(reviewer_id, request.POST)
    if not form.is_valid():
        return _labels(request, {reviewer_id: form}, status=UNPROCESSABLE)
    exclusions.take_out(reviewer_id=reviewer_id, reason=form.cleaned_data["reason"], person=person(request))
    messages.success(request, _("These labels no longer count. Train a new model without them."))
    return redirect("labels")


@require_POST
@permission_required(exclusions.EXCLUDE, raise_exception=True)
def put_back(request: HttpRequest, exclusion_id: UUID) -> HttpResponse:
    """Let them count again."""
    exclusions.put_back(exclusion_id=exclusion_id, person=person(request), now=timezone.now())
    messages.success(request, _("These labels count again."))
    return redirect("labels")


def _form(reviewer_id: UUID, typed: QueryDict | None = None) -> ReasonForm:
    """Return the form of one reviewer; each on the page has ids of its own."""
    return ReasonForm(typed, auto_id=f"id_{reviewer_id}_%s")


def _labels(
    request: HttpRequest, forms: Mapping[UUID, ReasonForm] = MappingProxyType({}), status: int = 200
) -> HttpResponse:
    rows = [row | {"form": forms.get(row["made_by"]) or _form(row["made_by"])} for row in reviewers.tallies()]
    return render(request, "staff/models/labels.html", {"rows": rows, "out": reviewers.exclusions()}, status=status)
