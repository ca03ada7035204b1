"""How the queue of cases is narrowed down."""

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from fraud.models import Case, Decision
from fraud.selectors.cases import with_open_alert

EVERYTHING: Final = "all"


class StateFilter(admin.SimpleListFilter):
    """Open cases, until something else is chosen."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 # Django's signature
        """Offer both states and all."""
        return [*Case.State.choices, (EVERYTHING, gettext_lazy("All"))]

    def value(self) -> str:
        """Return what is chosen."""
        return super().value() or Case.State.OPEN

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:  # noqa: ARG002 # Django's signature
        """Return the cases in that state."""
        return queryset if self.value() == EVERYTHING else queryset.filter(state=self.value())

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Offer no choice besides the named ones: "All" is one of them."""
        choices = super().choices(changelist)
        next(choices)
        return choices


class LevelFilter(admin.SimpleListFilter):
    """By an undecided alert's level."""

    title = gettext_lazy("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 # Django's signature
        """Offer the levels, the worst first."""
        return list(reversed(Decision.Level.choices))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:  # noqa: ARG002 # Django's signature
        """Return the cases with such an alert."""
        return with_open_alert(queryset, level=self.value()) if self.value() else queryset


class AssignedFilter(admin.SimpleListFilter):
    """By who has it."""

    title = gettext_lazy("assigned to")
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 # Django's signature
        """Offer me, nobody, colleagues."""
        return [
            ("me", gettext_lazy("Me")),
            ("nobody", gettext_lazy("Nobody")),
            ("others", gettext_lazy("Colleagues")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        """Return the cases of those."""
        if self.value() == "me":
            return queryset.filter(assigned_to=request.user.pk)
        if self.value() == "nobody":
            return queryset.filter(assigned_to__isnull=True)
        if self.value() == "others":
            return queryset.filter(assigned_to__isnull=False).exclude(assigned_to=request.user.pk)
        return queryset


class YesNoFilter(admin.SimpleListFilter):
    """One of two kinds."""

    values: ClassVar[tuple[tuple[str, Any], ...]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 # Django's signature
        """Offer both."""
        return list(self.values)


class EscalatedFilter(YesNoFilter):
    """By whether the supervisors have it."""

    title = gettext_lazy("escalated")
    parameter_name = "escalated"
    values = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:  # noqa: ARG002 # Django's signature
        """Return the cases that are, or aren't."""
        return queryset.filter(is_escalated=self.value() == "yes") if self.value() in {"yes", "no"} else queryset


class KindFilter(YesNoFilter):
    """By whether money waits."""

    title = gettext_lazy("kind")
    parameter_name = "kind"
    values = (("held", gettext_lazy("Money is held")), ("stopped", gettext_lazy("Declined or completed")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:  # noqa: ARG002 # Django's signature
        """Return the cases with an undecided alert of that kind."""
        wanted = self.value()
        return with_open_alert(queryset, is_held=wanted == "held") if wanted in {"held", "stopped"} else queryset
