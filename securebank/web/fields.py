"""Serializer fields for what people type: bounded and printable before anything reads it."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from securebank.kernel.countries import is_country
from securebank.kernel.text import is_printable, one_line


class LineField(serializers.CharField):
    """One line of visible text, cleaned; ``max_length`` is required."""

    default_error_messages = {"unprintable": _("This text holds characters that can't be shown.")}

    def __init__(self, *, max_length: int, **options: Any) -> None:
        if not options.get("allow_blank", False):
            options.setdefault("min_length", 1)
        super().__init__(max_length=max_length, trim_whitespace=True, **options)

    def to_internal_value(self, data: Any) -> str:
        """Return the cleaned line; a number is not text, whatever it would look like."""
        if not isinstance(data, str):
            self.fail("invalid")
        if not is_printable(data.replace("\n", " ").replace("\t", " ")):
            self.fail("unprintable")
        return one_line(super().to_internal_value(data))


class CountryField(serializers.RegexField):
    """A country that there is, by its two letters."""

    default_error_messages = {"unknown": _("There is no country of this code.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^[A-Z]{2}$", help_text="ISO 3166-1 alpha-2.", **options)

    def to_internal_value(self, data: Any) -> str:
        """Return the code."""
        code: str = super().to_internal_value(data)
        if re.fullmatch(r"[A-Z]{2}", code) and not is_country(code):
            self.fail("unknown")
        return code


class FlagField(serializers.BooleanField):
    """``true`` or ``false``; DRF's own field also takes 0, "yes" and their likes."""

    def to_internal_value(self, data: Any) -> bool:
        """Return the flag."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


@extend_schema_field({"type": ["string", "number"], "examples": ["1500.00"]})
class AmountField(serializers.Field[Any, Any, Any, Any]):
    """An amount as written; the service parses it in the currency of the account.

    Only the type is checked here, because how many decimals are right depends on the currency.
    """

    default_error_messages = {"invalid": _('Write the amount as text or a number, such as "1500.00".')}

    def to_internal_value(self, data: Any) -> str | int | float:
        """Return text or number unchanged."""
        if isinstance(data, bool) or not isinstance(data, str | int | float):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> str:
        """Return the amount in major units."""
        return str(value)
