"""Who may call which REST endpoint."""

from typing import ClassVar

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.services import factors


class StaffPermission(BasePermission):
    """Staff with a second factor and the permission named by a subclass."""

    needed: ClassVar[str]

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 # DRF's signature
        """Tell whether the caller may."""
        person = request.user
        return bool(
            person.is_authenticated and person.is_staff and person.has_perm(self.needed) and factors.has_factor(person)
        )


class IsAnalyst(StaffPermission):
    """May decide on held payments and alerts."""

    needed = "payments.review_payment"


class IsSupervisor(StaffPermission):
    """May approve what colleagues propose."""

    needed = "accounts.decide_approval"


class IsAuditor(StaffPermission):
    """May look at everything; analysts and supervisors may, too."""

    needed = "accounts.view_auditevent"
