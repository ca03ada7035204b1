"""Lists in pages that stay right while new rows arrive."""

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response


class TimeCursor(CursorPagination):
    """Newest first; the cursor is a place in time, so paging costs the same at any depth."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100
    ordering = ("-created_at", "-id")

    def get_page_size(self, request: Request) -> int:
        """Return how many rows were asked for.

        Raises:
            ValidationError: not a number from 1 to the most allowed; DRF would guess what was meant.
        """
        written = request.query_params.get(self.page_size_query_param)
        if written is None:
            return self.page_size
        asked = serializers.IntegerField(min_value=1, max_value=self.max_page_size)
        try:
            return int(asked.run_validation(written))
        except serializers.ValidationError as fault:
            raise serializers.ValidationError({self.page_size_query_param: fault.detail}) from fault

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the page's size with its bounds."""
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] = {"type": "integer", "minimum": 1, "maximum": self.max_page_size}
        return parameters

    def decode_cursor(self, request: Request) -> Any:
        """Return the place that the cursor names, or None.

        Raises:
            ValidationError: it is none of ours; left to the query, a place that is no time would be a fault.
        """
        refusal = serializers.ValidationError({"cursor": [_("This is no cursor of this list.")]})
        try:
            cursor = super().decode_cursor(request)
            is_ours = cursor is None or cursor.position is None or parse_datetime(str(cursor.position)) is not None
        except (NotFound, ValueError) as fault:
            raise refusal from fault
        if not is_ours:
            raise refusal
        return cursor

    def get_paginated_response(self, data: Any) -> Response:
        """Answer ``{results, next, previous}``."""
        return Response({"results": data, "next": self.get_next_link(), "previous": self.get_previous_link()})
