"""The console's pages: the queue of cases, one case, and what is pressed there."""

from functools import partial
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.admin import LookOnly
from accounts.models import User
from fraud.models import Case
from fraud.selectors import cases as selectors
from fraud.services.cases import WORK
from payments.console import acting, filters
from payments.console.case_page import case_page
from payments.console.figures import rupees
from payments.console.forms import ActForm
from payments.services import saved_views
from payments.services.reviews import REVIEW_PERMISSION
from securebank.kernel.errors import DomainError
from securebank.web.transactions import in_transaction

QUEUE = "admin:fraud_case_changelist"
CASE = "admin:fraud_case_change"


@admin.register(Case)
class CaseAdmin(LookOnly):
    """Open cases, the most money and then the oldest first."""

    list_display = ("customer", "at_risk", "worst", "waiting", "alerts_open", "assigned_to", "escalated")
    list_filter = (
        filters.StateFilter,
        filters.LevelFilter,
        filters.AssignedFilter,
        filters.EscalatedFilter,
        filters.KindFilter,
    )
    search_fields = ("id",)
    search_help_text = gettext_lazy("Handle, account number, payment id or case id")
    ordering = ("-at_risk_minor", "opened_at", "id")
    list_per_page = 50
    show_full_result_count = False
    actions = None
    change_list_template = "admin/fraud/case/queue.html"

    @admin.display(description=gettext_lazy("Customer"))
    def customer(self, case: Case) -> str:
        """Show whose case it is."""
        return f"{getattr(case, 'name', None) or case.customer_id} ({getattr(case, 'handle', None) or '–'})"

    @admin.display(description=gettext_lazy("At risk"))
    def at_risk(self, case: Case) -> str:
        """Show the money of the alerts that are not decided."""
        return rupees(case.at_risk_minor)

    @admin.display(description=gettext_lazy("Worst"))
    def worst(self, case: Case) -> str:
        """Show level and score."""
        return f"{getattr(case, 'level', None) or ''} {case.worst_score:.2f}".strip()

    @admin.display(description=gettext_lazy("Open for"))
    def waiting(self, case: Case) -> str:
        """Show its age."""
        return timesince(case.opened_at, depth=1)

    @admin.display(description=gettext_lazy("To decide"))
    def alerts_open(self, case: Case) -> int:
        """Show how many alerts wait."""
        return int(getattr(case, "open_alerts", 0))

    @admin.display(description=gettext_lazy("Escalated"))
    def escalated(self, case: Case) -> str:
        """Show whether the supervisors have it; that they don't is nothing wrong."""
        return _("yes") if case.is_escalated else "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Return everybody's cases but the reader's own, with what the list shows."""
        return selectors.queue_for(_staff(request))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:  # noqa: ARG002 # Django's signature
        """Find by what colleagues have in their hands: an id, a handle, a number."""
        return (selectors.search(queryset, search_term) if search_term.strip() else queryset), False

    def get_urls(self) -> list[URLPattern]:
        """Add what is pressed to Django's own pages."""
        guard = self.admin_site.admin_view
        return [
            path("views/save", guard(require_POST(self.save_view)), name="fraud_case_view_save"),
            path("views/<uuid:view_id>/remove", guard(require_POST(self.remove_view)), name="fraud_case_view_remove"),
            path("<uuid:case_id>/act", guard(require_POST(self.act)), name="fraud_case_act"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the queue, with the reader's own views above it."""
        shown = {
            "title": _("Cases to review"),
            "views": saved_views.views_of(_staff(request)),
            "parameters": [(name, request.GET[name]) for name in saved_views.PARAMETERS if request.GET.get(name)],
            "is_nav_sidebar_enabled": False,
        }
        return super().changelist_view(request, shown | (extra_context or {}))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 # Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one case with everything that it takes to decide."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            # Nothing is changed by editing fields: what may be done has a door of its own.
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET"])
        page = case_page(reader=_staff(request), case_id=object_id)
        shown = self.admin_site.each_context(request) | {
            "title": _("Case of %(name)s") % {"name": page.customer.person.name},
            "opts": self.opts,
            "page": page,
            "is_nav_sidebar_enabled": False,
        }
        return TemplateResponse(request, "admin/fraud/case/case.html", shown | (extra_context or {}))

    def act(self, request: HttpRequest, case_id: UUID) -> HttpResponse:
        """Do what was pressed on a case, and show it again."""
        if not (request.user.has_perm(WORK) or request.user.has_perm(REVIEW_PERMISSION)):
            raise PermissionDenied
        form = ActForm(request.POST)
        if not form.is_valid():
            self.message_user(
                request, " ".join(str(fault) for faults in form.errors.values() for fault in faults), messages.WARNING
            )
            return redirect(CASE, case_id)
        try:
            in_transaction(partial(acting.act, case_id=case_id, person=_staff(request), typed=form.cleaned_data))
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        else:
            self.message_user(request, str(acting.DONE[form.cleaned_data["action"]]))
        return redirect(CASE, case_id)

    def save_view(self, request: HttpRequest) -> HttpResponse:
        """Keep the queue's filters under a name."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        view = saved_views.save(
            owner=_staff(request), name=request.POST.get("name", ""), parameters=request.POST.dict()
        )
        return redirect(f"../?{view.query}")

    def remove_view(self, request: HttpRequest, view_id: UUID) -> HttpResponse:
        """Forget one of the reader's views."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        saved_views.remove(owner=_staff(request), view_id=view_id)
        return redirect(QUEUE)


def _staff(request: HttpRequest) -> User:
    """Return the colleague; the admin site let nobody else in."""
    return cast("User", request.user)
