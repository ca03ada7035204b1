"""Who may watch the live figures."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from accounts.services.factors import PRIMARY

# Analysts and supervisors hold it: those who act on what they see. Auditors see the page, which asks now and then.
WATCH: Final = "payments.review_payment"
# Who may open the page.
LOOK: Final = "fraud.view_decision"


def may_watch(people: Collection[UUID]) -> set[UUID]:
    """Return those of these people who are active staff with a second factor and the permission; one query."""
    app, _dot, codename = WATCH.partition(".")
    by_role = Q(groups__permissions__codename=codename, groups__permissions__content_type__app_label=app)
    by_name = Q(user_permissions__codename=codename, user_permissions__content_type__app_label=app)
    found = User.objects.filter(
        Q(is_superuser=True) | by_role | by_name,
        pk__in=people,
        is_active=True,
        is_staff=True,
        authenticator__type__in=PRIMARY,
    )
    return set(found.values_list("pk", flat=True))
