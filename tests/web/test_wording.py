"""Amounts and dates in the reader's language."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from securebank.kernel.money import Money
from securebank.web import wording


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "₹12,34,567.50"),
        ("hi", "₹12,34,567.50"),
        ("es", "1.234.567,50\u00a0₹"),
        ("ar", "\u200f1,234,567.50\u00a0₹"),
        ("en-us", "₹12,34,567.50"),
        ("xx", "₹12,34,567.50"),
        (None, "₹12,34,567.50"),
    ],
)
def test_groups_rupees_as_the_language_does(language: str | None, shown: str) -> None:
    assert wording.format_money(Money(123456750, "INR"), language) == shown


def test_shows_as_many_decimals_as_the_currency_has() -> None:
    shown = [wording.format_money(Money(1234567, currency), "en") for currency in ("JPY", "KWD", "USD")]

    assert shown == ["JP¥12,34,567", "KWD\u00a01,234.567", "$12,345.67"]


def test_filters_follow_language_and_zone_of_the_page() -> None:
    page = Template("{% load money %}{{ sum|money }} {{ units|minor:'EUR' }} {{ at|moment }} {{ at|day }} {{ on|day }}")
    facts = {
        "sum": Money(123456750, "INR"),
        "units": 500,
        "at": datetime(2026, 3, 8, 20, 0, tzinfo=UTC),
        "on": date(2026, 1, 31),
    }

    with timezone.override("Asia/Kolkata"), translation.override("hi"):
        shown = page.render(Context(facts))

    assert shown == "₹12,34,567.50 €5.00 9 मार्च 2026, 01:30 9 मार्च 2026 31 जन॰ 2026"
