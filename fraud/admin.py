"""Decisions and the block list at the staff's desk; cases have a console of their own above this room."""

from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import LookOnly
from accounts.models import User
from accounts.services import approvals
from fraud.models import BlockListEntry, Decision
from fraud.services import block_list
from securebank.kernel.errors import DomainError
from securebank.web.transactions import in_transaction


@admin.register(Decision)
class DecisionAdmin(LookOnly):
    """Every verdict with what led to it."""

    list_display = ("decided_at", "recommendation", "level", "score", "policy_version", "payment_id", "customer_id")
    list_filter = ("recommendation", "level", "policy_version")
    search_fields = ("=payment_id", "=customer_id")
    ordering = ("-decided_at", "-id")
    show_full_result_count = False


class BlockForm(forms.ModelForm[BlockListEntry]):
    """What is not to be served, why and how long."""

    value = forms.CharField(
        label=gettext_lazy("Who or what"),
        max_length=64,
        help_text=gettext_lazy("A handle, a country's two letters, or the mark of a device or address from a case."),
    )
    expires_at = forms.SplitDateTimeField(
        label=gettext_lazy("Until (empty: for good)"), required=False, widget=AdminSplitDateTime
    )

    class Meta:
        """The rest is known."""

        model = BlockListEntry
        fields = ("kind", "value", "reason", "expires_at")
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        """Tell beside the form what the service would refuse."""
        typed = super().clean() or {}
        if not self.errors:
            try:
                block_list.checked(self.wanted(typed), timezone.now())
            except DomainError as refusal:
                raise ValidationError(str(refusal)) from refusal
        return typed

    def wanted(self, typed: dict[str, Any]) -> block_list.Wanted:
        """Return what was typed."""
        return block_list.Wanted(typed["kind"], typed["value"], typed["reason"], typed["expires_at"])

    def validate_unique(self) -> None:
        """Leave it to the service, which knows what has run out."""

    def validate_constraints(self) -> None:
        """Leave it to the service, which knows what has run out."""


@admin.register(BlockListEntry)
class BlockListAdmin(LookOnly):
    """Who and what is not served: supervisors change it, analysts propose."""

    form = BlockForm
    list_display = ("kind", "value", "reason", "added_by", "added_at", "expires_at", "removed_by", "removed_at")
    list_filter = ("kind", ("removed_at", admin.EmptyFieldListFilter))
    search_fields = ("=value",)
    list_select_related = ("added_by", "removed_by")
    ordering = ("-added_at", "-id")
    show_full_result_count = False
    actions = ("remove",)

    def get_fields(self, request: HttpRequest, obj: BlockListEntry | None = None) -> Any:  # noqa: ARG002 # Django's signature
        """Ask for a new entry, show all of an old one."""
        return ("kind", "value", "reason", "expires_at") if obj is None else self.list_display

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may change the list, or propose to."""
        return request.user.has_perm(block_list.EDIT) or request.user.has_perm(approvals.PROPOSE)

    def has_edit_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person may take entries off the list."""
        return request.user.has_perm(block_list.EDIT)

    def save_model(self, request: HttpRequest, obj: BlockListEntry, form: Any, change: bool) -> None:  # noqa: ARG002 # Django's signature
        """List it for a supervisor, propose it for an analyst."""
        person, wanted = cast("User", request.user), form.wanted(form.cleaned_data)
        if person.has_perm(block_list.EDIT):
            block_list.add(wanted=wanted, person=person, now=timezone.now())
            self.message_user(request, _("On the block list from now on."))
        else:
            block_list.propose(wanted=wanted, person=person, now=timezone.now())
            self.message_user(request, _("Proposed. A supervisor has to agree."))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Write nothing: the audit log has it, and a proposal is no entry yet."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> Any:  # noqa: ARG002 # Django's signature
        """Go back to the list without Django's own words: they would speak of a proposal as made."""
        return self.response_post_save_add(request, obj)

    @admin.action(description=gettext_lazy("Take off the list"), permissions=["edit"])
    def remove(self, request: HttpRequest, queryset: QuerySet[BlockListEntry]) -> None:
        """Take each chosen entry off the list."""
        person = cast("User", request.user)
        for entry in queryset:
            try:
                in_transaction(partial(block_list.remove, entry_id=entry.pk, person=person, now=timezone.now()))
            except DomainError as refusal:
                self.message_user(request, f"{entry}: {refusal}", messages.WARNING)
            else:
                self.message_user(request, _("%(entry)s: done") % {"entry": entry})
