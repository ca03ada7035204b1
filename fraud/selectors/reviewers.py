"""Who labelled payments, and whose labels are taken out."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Count, Exists, Max, OuterRef, Q

from fraud.models import Label, LabelExclusion

MOST: Final = 200


def tallies() -> Sequence[dict[str, Any]]:
    """Return each reviewer with the number of labels and frauds, the newest label, and whether they count."""
    is_out = LabelExclusion.objects.filter(reviewer_id=OuterRef("made_by"), ended_at__isnull=True)
    rows = (
        Label.objects.filter(made_by__isnull=False)
        .values("made_by", "made_by__name")
        .annotate(labels=Count("pk"), frauds=Count("pk", filter=Q(is_fraud=True)), newest=Max("at"))
        .annotate(is_out=Exists(is_out))
    )
    return [dict(row) for row in rows.order_by("-labels", "made_by")[:MOST]]


def exclusions() -> Sequence[LabelExclusion]:
    """Return what was taken out, with what was put back since, newest first."""
    found = LabelExclusion.objects.select_related("reviewer", "made_by", "ended_by")
    return list(found.order_by("-made_at")[:MOST])
