"""The people room at the staff's desk: look, and propose or decide what needs two people."""

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.handles import bare_handle
from accounts.models import Approval, AuditEvent, Device, User
from accounts.services import approvals, staff_actions
from securebank.kernel.errors import DomainError

# Secrets and raw sessions are nobody's to see, and groups change only in code: roles.py.
for hidden in (Authenticator, EmailAddress, EmailConfirmation, UserSession, Group):
    if admin.site.is_registered(hidden):
        admin.site.unregister(hidden)


class LookOnly(admin.ModelAdmin[Any]):
    """A table that staff see and don't touch."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 # Django's signature
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 # Django's signature
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 # Django's signature
        """Nobody."""
        return False


@admin.register(User)
class UserAdmin(LookOnly):
    """People: no password, no permission is changed here."""

    list_display = ("handle", "name", "is_staff", "is_active", "locked_at", "date_joined")
    list_filter = ("is_staff", "is_active", "groups", "language")
    search_fields = ("handle", "name", "email", "phone")
    ordering = ("-date_joined",)
    fields = (
        ("handle", "name"),
        ("email", "phone"),
        ("date_of_birth", "language", "time_zone"),
        ("is_active", "is_staff", "groups"),
        ("locked_at", "lock_reason"),
        ("date_joined", "last_login"),
    )


@admin.register(Device)
class DeviceAdmin(LookOnly):
    """Devices."""

    list_display = ("user", "user_agent", "first_seen_at", "last_seen_at", "trusted_at", "revoked_at")
    search_fields = ("user__handle",)
    ordering = ("-last_seen_at",)
    list_select_related = ("user",)
    fields = ("user", "user_agent", "first_seen_at", "last_seen_at", "trusted_at", "revoked_at")


@admin.register(AuditEvent)
class AuditEventAdmin(LookOnly):
    """Who did what."""

    list_display = ("at", "actor", "action", "subject_type", "subject_id", "ip_address")
    list_filter = ("action",)
    search_fields = ("actor__handle", "subject_id", "request_id")
    ordering = ("-id",)
    list_select_related = ("actor",)
    show_full_result_count = False


class ProposalForm(forms.ModelForm[Approval]):
    """What a colleague shall agree to."""

    action = forms.ChoiceField(label=gettext_lazy("Action"))
    person = forms.CharField(label=gettext_lazy("Handle of the person"), max_length=60)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        required=False,
        choices=[("", "")] + [(role, role.title()) for role in sorted(staff_actions.STAFF_ROLES)],
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=280, widget=forms.Textarea(attrs={"rows": 3}))

    class Meta:
        """All fields are our own."""

        model = Approval
        fields = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["action"] = forms.ChoiceField(
            label=gettext_lazy("Action"),
            choices=[(name, name.replace("_", " ").capitalize()) for name in staff_actions.NAMES],
        )

    def clean_person(self) -> User:
        """Return whom it is about."""
        person = User.objects.filter(handle=bare_handle(self.cleaned_data["person"])).first()
        if person is None:
            raise ValidationError(_("Nobody has this handle."))
        return person

    def clean(self) -> dict[str, Any]:
        """Ask for a role where the action needs one."""
        typed = super().clean() or {}
        if typed.get("action") in staff_actions.ABOUT_ROLES and not typed.get("role"):
            self.add_error("role", _("Choose a role."))
        return typed


@admin.register(Approval)
class ApprovalAdmin(admin.ModelAdmin[Approval]):
    """What waits for a second person: proposed here, approved or rejected by somebody else."""

    form = ProposalForm
    list_display = ("action", "subject_id", "details", "reason", "made_by", "made_at", "state", "decided_by")
    list_filter = ("state", "action")
    ordering = ("-made_at",)
    list_select_related = ("made_by", "decided_by")
    actions = ("approve", "reject")
    fields = ("action", "person", "role", "reason")

    def get_fields(self, request: HttpRequest, obj: Approval | None = None) -> Any:  # noqa: ARG002 # Django's signature
        """Show a form for a new proposal and the facts of an old one."""
        facts = ("action", "subject_id", "details", "reason", "made_by", "made_at", "state", "decided_by", "decided_at")
        return self.fields if obj is None else ("meaning", *facts)

    @admin.display(description=gettext_lazy("What it means"), empty_value="")
    def meaning(self, obj: Approval) -> str:
        """Show what approving would do, and where all of it is told."""
        told = approvals.meaning(obj)
        lines = format_html_join("", "<li>{}</li>", ((line,) for line in told.lines))
        link = format_html('<a href="{}">{}</a>', told.address, _("Show all of it")) if told.address else ""
        return format_html("<ul>{}</ul>{}", lines, link) if lines else ""

    def has_change_permission(self, request: HttpRequest, obj: Approval | None = None) -> bool:  # noqa: ARG002 # Django's signature
        """Nobody edits a proposal."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Approval | None = None) -> bool:  # noqa: ARG002 # Django's signature
        """Nobody deletes a proposal."""
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Tell who may decide; the service looks at it again, and at whose proposal it is."""
        return request.user.has_perm(approvals.DECIDE)

    def save_model(self, request: HttpRequest, obj: Approval, form: Any, change: bool) -> None:  # noqa: ARG002 # Django's signature
        """Propose through the service."""
        typed = form.cleaned_data
        made = approvals.propose(
            action=typed["action"],
            subject_id=str(typed["person"].pk),
            details={"role": typed["role"]} if typed["role"] else {},
            reason=typed["reason"],
            made_by=_staff(request),
        )
        obj.__dict__.update(made.__dict__)

    @admin.action(description=gettext_lazy("Approve, and do it"), permissions=["decide"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Approval]) -> None:
        """Approve each chosen proposal."""
        self._decide_each(request, queryset, approvals.approve)

    @admin.action(description=gettext_lazy("Reject"), permissions=["decide"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Approval]) -> None:
        """Reject each chosen proposal."""
        self._decide_each(request, queryset, approvals.reject)

    def _decide_each(self, request: HttpRequest, queryset: QuerySet[Approval], decide: Callable[..., Approval]) -> None:
        """Decide one by one: a refusal must not undo the other decisions."""
        for approval in queryset:
            try:
                decide(approval_id=approval.pk, decided_by=_staff(request), now=timezone.now())
            except DomainError as refusal:
                self.message_user(request, f"{approval}: {refusal}", messages.WARNING)
            else:
                self.message_user(request, _("%(proposal)s: done") % {"proposal": approval})


def _staff(request: HttpRequest) -> User:
    """Return the member of staff; the admin site let nobody else in."""
    user = request.user
    if not isinstance(user, User):
        raise approvals.NotPermitted
    return user
