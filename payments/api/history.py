"""``GET transactions/history``."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from payments.api.resources import transaction_resource
from payments.api.schema import TransactionResource
from payments.models import Payment
from payments.selectors.history import HistoryFilter, history
from payments.selectors.receipts import block_heights
from payments.statements.types import EARLIEST_YEAR, LATEST_YEAR, bank_zone
from securebank.web.fields import LineField
from securebank.web.pagination import TimeCursor
from securebank.web.schema import problems

# Major units, ASCII digits only, as for amounts of payments.
AMOUNT: Final = r"^[0-9]{1,12}(\.[0-9]{1,3})?$"
LONGEST_SEARCH: Final = 80
LONGEST_INSTANT: Final = 40

DAY_OR_INSTANT: Final = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}],
    "description": "A day of the bank's time zone, included, or an instant (RFC 3339).",
}


@extend_schema_field(DAY_OR_INSTANT)
class InstantField(serializers.Field[datetime, str, str, Any]):
    """An instant, or a day of the bank's time zone; with ``is_end`` the day is included."""

    default_error_messages = {"invalid": _("Write a date (2026-03-31) or a time with its zone (2026-03-31T09:00:00Z).")}

    def __init__(self, *, is_end: bool = False, **options: Any) -> None:
        self.is_end = is_end
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> datetime:
        """Return the instant at which the range begins, or the first one after it."""
        try:
            found = self._instant(str(data)[:LONGEST_INSTANT])
        except ValueError:
            found = None
        if found is None or found.tzinfo is None or not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
            self.fail("invalid")
        return found

    def _instant(self, written: str) -> datetime | None:
        day = parse_date(written)
        if day is None or len(written) > len("2026-03-31"):
            return parse_datetime(written)
        midnight = datetime.combine(day, time.min, bank_zone())
        return midnight + timedelta(days=1) if self.is_end and day.year < LATEST_YEAR else midnight


class PageQuery(serializers.Serializer[Any]):
    """Where in a list, and how much of it."""

    page_size = serializers.IntegerField(required=False, min_value=1, max_value=TimeCursor.max_page_size)
    cursor = serializers.CharField(required=False, help_text="Taken from ``next`` or ``previous``.")


class HistoryQuery(PageQuery):
    """What may be asked of the history; every parameter is optional."""

    direction = serializers.ChoiceField(choices=["in", "out", "own"], required=False)
    status = serializers.ChoiceField(choices=Payment.Status.values, required=False)
    q = LineField(
        max_length=LONGEST_SEARCH,
        required=False,
        allow_blank=True,
        help_text="Part of the note, or of the other side's name or handle.",
    )
    min_amount = serializers.RegexField(AMOUNT, required=False, help_text="Major units, included.")
    max_amount = serializers.RegexField(AMOUNT, required=False, help_text="Major units, included.")
    account = serializers.UUIDField(required=False, help_text="One of the caller's accounts.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add the two whose names Python keeps to itself."""
        return {
            "from": InstantField(required=False),
            "to": InstantField(required=False, is_end=True),
            **super().get_fields(),
        }

    def wanted(self) -> HistoryFilter:
        """Return the filter that the parameters spell."""
        given = self.validated_data
        return HistoryFilter(
            since=given.get("from"),
            until=given.get("to"),
            direction=given.get("direction"),
            status=given.get("status"),
            words=given.get("q", ""),
            least=_decimal(given.get("min_amount")),
            most=_decimal(given.get("max_amount")),
            account_id=given.get("account"),
        )


def _decimal(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)


class HistoryPage(serializers.Serializer[Any]):
    """Some transactions, and where the list goes on."""

    results = TransactionResource(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class History(APIView):
    """The caller's payments, newest first."""

    @extend_schema(
        operation_id="transactions_history",
        summary="List and search payments, newest first",
        parameters=[HistoryQuery],
        responses={200: HistoryPage, **problems(400)},
    )
    def get(self, request: CustomerRequest) -> Response:
        """Answer one page."""
        asked = HistoryQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        pages = TimeCursor()
        page = pages.paginate_queryset(history(owner=request.user, wanted=asked.wanted()), request, view=self) or []
        heights = block_heights(page)
        return pages.get_paginated_response(
            [transaction_resource(each, request.user, block_height=heights.get(each.pk)) for each in page]
        )
