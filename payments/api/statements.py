"""``GET accounts/{id}/statement``."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from payments.selectors.statements import statement_of
from payments.statements.files import FileFormat, render
from payments.statements.types import EARLIEST_YEAR, LATEST_YEAR, Period, bank_zone
from payments.statements.wording import title_of
from securebank.web import throttles
from securebank.web.schema import problems

JSON = "json"


class StatementQuery(serializers.Serializer[Any]):
    """Which days, and as what."""

    format = serializers.ChoiceField(choices=[JSON, *FileFormat], default=JSON)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add the two whose names Python keeps to itself."""
        return {
            **super().get_fields(),
            "from": serializers.DateField(
                required=False, help_text="First day, included, in the bank's time zone; without it the month's first."
            ),
            "to": serializers.DateField(
                required=False, help_text="Last day, included, in the bank's time zone; without it today."
            ),
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Fill in the days that were left out, and refuse days in the wrong order."""
        today = timezone.localdate(timezone=bank_zone())
        last: date = attrs.get("to") or max(today, attrs.get("from") or today)
        first: date = attrs.get("from") or last.replace(day=1)
        if not EARLIEST_YEAR <= first.year <= last.year <= LATEST_YEAR:
            raise serializers.ValidationError({"from": _("The bank has no books for these days.")})
        if first > last:
            raise serializers.ValidationError({"from": _("The first day comes after the last one.")})
        return attrs | {"from": first, "to": last}


class LineResource(serializers.Serializer[Any]):
    """One booking; ``amount`` is negative when it left the account."""

    entry = serializers.IntegerField(source="entry_id")
    transaction = serializers.UUIDField(source="payment_id", allow_null=True)
    booked_at = serializers.DateTimeField()
    booked_on = serializers.DateField()
    value_date = serializers.DateField()
    type = serializers.CharField(source="entry_type")
    title = serializers.SerializerMethodField()
    name = serializers.CharField(source="other_name")
    account = serializers.CharField(source="other_account")
    note = serializers.CharField()
    amount = serializers.CharField()
    balance = serializers.CharField()

    def get_title(self, line: Any) -> str:
        """Return the kind of booking in the reader's language."""
        return title_of(line)


class StatementResource(serializers.Serializer[Any]):
    """A statement of account; amounts are major units of ``currency``."""

    account = serializers.UUIDField(source="account_id")
    number = serializers.CharField(source="account_number")
    kind = serializers.CharField(source="account_kind")
    holder = serializers.CharField()
    currency = serializers.CharField()
    made_at = serializers.DateTimeField()
    opening_balance = serializers.CharField(source="opening")
    total_in = serializers.CharField()
    total_out = serializers.CharField()
    closing_balance = serializers.CharField(source="closing")
    lines = LineResource(many=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add the two whose names Python keeps to itself."""
        return {
            "from": serializers.DateField(source="period.first"),
            "to": serializers.DateField(source="period.last"),
            **super().get_fields(),
        }


class FormatParameter(BaseContentNegotiation):
    """The ``format`` parameter names the answer's type, so a browser's ``Accept`` header is not asked."""

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002 # DRF passes it by name
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002 # likewise
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer: problems and JSON are written by it, files write themselves."""
        first = next(iter(renderers))
        return first, str(first.media_type)


class AccountStatement(APIView):
    """The statement of one of the caller's accounts."""

    content_negotiation_class = FormatParameter

    @extend_schema(
        operation_id="accounts_statement",
        summary="Statement of account, as JSON or as a file",
        parameters=[StatementQuery],
        responses={
            (200, "application/json"): StatementResource,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, "application/xml"): OpenApiTypes.STR,
            **problems(400, 404, 422),
        },
    )
    def get(self, request: CustomerRequest, account_id: UUID) -> Response | HttpResponse:
        """Answer with all bookings of the days asked for, oldest first, and the balances around them."""
        asked = StatementQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        throttles.take("statement", str(request.user.pk))
        period = Period(asked.validated_data["from"], asked.validated_data["to"])
        statement = statement_of(
            owner=request.user,
            account_id=account_id,
            period=period,
            made_at=timezone.now(),
            language=request.user.language,
        )
        if asked.validated_data["format"] == JSON:
            return Response(StatementResource(statement).data)
        return download(*render(statement, FileFormat(asked.validated_data["format"])))


def download(content: bytes, content_type: str, filename: str) -> HttpResponse:
    """Return a file that the browser saves instead of showing."""
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "private, no-store"},
    )
