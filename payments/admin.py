"""Payments at the staff's desk: look, and decide about what is held. Cases have a console of their own."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import LookOnly
from accounts.models import User
from payments.console.admin import CaseAdmin
from payments.constants import NOTE_LENGTH
from payments.models import Payment
from payments.services import refunds, reviews
from securebank.kernel.errors import DomainError
from securebank.kernel.money import Money
from securebank.kernel.text import is_printable, one_line
from securebank.web.transactions import in_transaction

__all__ = ["CaseAdmin", "PaymentAdmin"]

COMMENT_LENGTH = 280
AMOUNT_LENGTH = 20
EVERYTHING = "all"


class DecisionForm(ActionForm):
    """The action, why, and how much."""

    comment = forms.CharField(label=gettext_lazy("Comment"), max_length=COMMENT_LENGTH, required=False)
    amount = forms.CharField(
        label=gettext_lazy("Amount to refund (empty: all of it)"), max_length=AMOUNT_LENGTH, required=False
    )


class StatusFilter(admin.SimpleListFilter):
    """By state; whoever decides about held payments finds those first."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 # Django's signature
        """Offer every state; what is chosen when nothing is depends on the person."""
        self.first = Payment.Status.HELD if request.user.has_perm(reviews.REVIEW_PERMISSION) else EVERYTHING
        return [(EVERYTHING, gettext_lazy("All")), *Payment.Status.choices]

    def value(self) -> str:
        """Return what is chosen."""
        return super().value() or self.first

    def queryset(self, request: HttpRequest, queryset: QuerySet[Payment]) -> QuerySet[Payment]:  # noqa: ARG002 # Django's signature
        """Return the payments in the chosen state."""
        chosen = self.value()
        return queryset if chosen == EVERYTHING else queryset.filter(status=chosen)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Offer no choice besides the named ones: "All" is one of them."""
        choices = super().choices(changelist)
        next(choices)
        return choices


@admin.register(Payment)
class PaymentAdmin(LookOnly):
    """All payments; the held ones wait here for a decision."""

    list_display = ("created_at", "amount", "status", "kind", "payer_account", "payee_account", "risk", "reviewed_by")
    list_filter = (StatusFilter, "kind", "channel")
    search_fields = (
        "=id",
        "=payer_account__number",
        "=payee_account__number",
        "=payer_account__owner__handle",
        "=payee_account__owner__handle",
    )
    list_select_related = ("payer_account", "payee_account", "decision", "reviewed_by")
    ordering = ("-created_at", "-id")
    show_full_result_count = False
    actions = ("release", "confirm_fraud", "refund")
    action_form = DecisionForm
    fields = (
        ("id", "kind", "status", "channel"),
        ("amount", "note"),
        ("payer_account", "payee_account"),
        ("created_by", "created_at", "completed_at"),
        ("decline_reason", "reverses"),
        "risk",
        "rules",
        "facts",
        ("reviewed_by", "reviewed_at", "review_comment"),
    )

    @admin.display(description=gettext_lazy("Amount"))
    def amount(self, payment: Payment) -> str:
        """Show amount and currency."""
        return f"{Money(payment.amount_minor, payment.currency)} {payment.currency}"

    @admin.display(description=gettext_lazy("Risk"))
    def risk(self, payment: Payment) -> str:
        """Show level, score and what the check recommended."""
        decision = payment.decision
        return f"{decision.level} {decision.score:.2f} {decision.recommendation}" if decision else ""

    @admin.display(description=gettext_lazy("Rules that spoke up"))
    def rules(self, payment: Payment) -> str:
        """Show each rule with its sentence for staff."""
        reasons: list[dict[str, Any]] = payment.decision.reasons if payment.decision else []
        return "\n".join(f"{reason['code']} (+{reason['weight']}): {reason['staff']}" for reason in reasons)

    @admin.display(description=gettext_lazy("What the check was told"))
    def facts(self, payment: Payment) -> str:
        """Show the stored facts, one a line."""
        facts: dict[str, Any] = payment.decision.facts if payment.decision else {}
        return "\n".join(f"{name}: {value}" for name, value in facts.items())

    def has_review_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person may decide about held payments."""
        return request.user.has_perm(reviews.REVIEW_PERMISSION)

    def has_refund_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person may give money back."""
        return request.user.has_perm(refunds.REFUND_PERMISSION)

    @admin.action(description=gettext_lazy("Release to the payee"), permissions=["review"])
    def release(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        """Let the selected payments reach their payees."""
        self._review_each(request, queryset, reviews.release)

    @admin.action(description=gettext_lazy("Confirm fraud: held money goes back"), permissions=["review"])
    def confirm_fraud(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        """Give the selected payments' held money back; propose to reverse the completed ones."""
        self._review_each(request, queryset, reviews.confirm_fraud)

    @admin.action(description=gettext_lazy("Refund"), permissions=["refund"])
    def refund(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        """Give the selected completed payments back: what is left of each, or an amount of one."""
        person, reason = cast("User", request.user), _comment(request)[:NOTE_LENGTH]
        amount = request.POST.get("amount", "").strip() or None
        if amount is not None and queryset.count() > 1:
            self.message_user(request, _("An amount is for one payment: select only that one."), messages.WARNING)
            return

        def pay_back(payment: Payment) -> Payment:
            return refunds.refund(payment_id=payment.pk, supervisor=person, amount=amount, reason=reason)

        self._each(request, queryset, pay_back)

    def _review_each(self, request: HttpRequest, queryset: QuerySet[Payment], decide: Callable[..., Payment]) -> None:
        reviewer, comment = cast("User", request.user), _comment(request)

        def review(payment: Payment) -> Payment:
            return decide(payment_id=payment.pk, reviewer=reviewer, comment=comment, now=timezone.now())

        self._each(request, queryset, review)

    def _each(self, request: HttpRequest, queryset: QuerySet[Payment], act: Callable[[Payment], Payment]) -> None:
        """Act row by row: one refusal must not undo the person's other decisions."""
        for payment in queryset:
            try:
                in_transaction(partial(act, payment))
            except DomainError as refusal:
                self.message_user(request, f"{payment}: {refusal}", messages.WARNING)
            else:
                self.message_user(request, _("%(payment)s: done") % {"payment": payment.pk})


def _comment(request: HttpRequest) -> str:
    """Return the person's comment; the action form has bounded it already in the browser, this does it for good."""
    comment = request.POST.get("comment", "")[:COMMENT_LENGTH]
    return one_line("".join(letter for letter in comment if is_printable(letter)))
