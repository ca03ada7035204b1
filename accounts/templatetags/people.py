"""Names of other customers on pages: ``{% load people %}``."""

from django import template

from accounts.selectors.payees import masked_name

register = template.Library()


@register.filter
def masked(name: str) -> str:
    """Show a name as other customers may see it."""
    return masked_name(name)
