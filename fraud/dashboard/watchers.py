"""Who may watch the live figures."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.services.factors import PRIMARY

# Analysts and supervisors hold it: those who act on what they see. Auditors see the page, which asks now and then.
WATCH: Final = "payments.review_payment"
# Who may open the page.
LOOK: Final = "fraud.view_decision"


def may_watch(people: Collection[UUID]) -> set[UUID]:
    """Return those of these people who are active staff with a second factor and the permission; one query."""
    return set(holders_of(WATCH).filter(pk__in=people).values_list("pk", flat=True))


def holders_of(permission: str) -> QuerySet[User]:
    """Return active staff with a second factor and a permission, written ``app.codename``; some more than once."""
    app, _dot, codename = permission.partition(".")
    by_role = Q(groups__permissions__codename=codename, groups__permissions__content_type__app_label=app)
    by_name = Q(user_permissions__codename=codename, user_permissions__content_type__app_label=app)
    return User.objects.filter(
        Q(is_superuser=True) | by_role | by_name, is_active=True, is_staff=True, authenticator__type__in=PRIMARY
    )
