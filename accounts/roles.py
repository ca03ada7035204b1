"""Roles: groups of permissions that staff hold, and the one that every customer holds."""

from typing import Final

from django.contrib.auth.models import Group, Permission
from django.db import transaction

CUSTOMER: Final = "CUSTOMER"
ANALYST: Final = "ANALYST"
SUPERVISOR: Final = "SUPERVISOR"
AUDITOR: Final = "AUDITOR"

# Who may look: every table that staff see. Written ``app.codename``.
VIEWS: Final = frozenset(
    {
        "accounts.view_user",
        "accounts.view_bankaccount",
        "accounts.view_device",
        "accounts.view_approval",
        "accounts.view_auditevent",
        "payments.view_payment",
        "fraud.view_alert",
        "fraud.view_blocklistentry",
        "fraud.view_case",
        "fraud.view_decision",
        "fraud.view_modelversion",
        "fraud.view_policyversion",
        "qrpay.view_code",
        "ledger.view_ledgeraccount",
        "ledger.view_journalentry",
        "ledger.view_chaincheck",
        "voice.view_voicecommand",
    }
)
PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    CUSTOMER: frozenset(),
    AUDITOR: VIEWS | {"ledger.verify_chain"},
    ANALYST: VIEWS | {"fraud.measure_drift", "fraud.work_case", "payments.review_payment", "accounts.add_approval"},
    SUPERVISOR: VIEWS
    | {
        "fraud.edit_block_list",
        "fraud.edit_policy",
        "fraud.exclude_labels",
        "fraud.measure_drift",
        "fraud.promote_model",
        "fraud.work_case",
        "payments.review_payment",
        "payments.refund_payment",
        "accounts.add_approval",
        "accounts.decide_approval",
        "ledger.verify_chain",
    },
}


@transaction.atomic
def ensure_roles() -> None:
    """Bring the role groups to what ``PERMISSIONS`` says. Safe to call again.

    A permission exists once its app's migrations have run; one whose app isn't there yet is given on the next call.
    """
    for role, wanted in PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role)
        codenames = {name.partition(".")[2] for name in wanted}
        found = Permission.objects.filter(codename__in=codenames).select_related("content_type")
        group.permissions.set(p for p in found if f"{p.content_type.app_label}.{p.codename}" in wanted)
