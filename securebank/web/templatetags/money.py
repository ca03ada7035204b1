"""Amounts and dates on pages: ``{% load money %}``."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from securebank.kernel.money import Money
from securebank.web import wording

register = template.Library()


@register.filter
def money(value: Money) -> str:
    """Show an amount with its currency sign: ``{{ balance.available|money }}``."""
    return wording.format_money(value, get_language())


@register.filter
def minor(value: int, currency: str) -> str:
    """Show minor units with their currency: ``{{ payment.amount_minor|minor:payment.currency }}``."""
    return wording.format_money(Money(value, currency), get_language())


@register.filter
def moment(value: datetime) -> str:
    """Show date and time of day in the reader's zone, which the request made current."""
    return wording.format_moment(value, get_language(), timezone.get_current_timezone())


@register.filter
def day(value: date | datetime) -> str:
    """Show a date; of an instant, the date in the reader's zone."""
    return wording.format_day(timezone.localdate(value) if isinstance(value, datetime) else value, get_language())
