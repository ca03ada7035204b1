"""Small parts of pages: ``{% load site %}``."""

from typing import Any, Final

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

# Icons that point along the line of text turn round where text runs from right to left.
DIRECTIONAL: Final = frozenset({"back", "next", "leave", "send", "request", "activity"})

LONGEST_INITIALS: Final = 2

# What browsers and systems write into their user agents; the first that fits wins: most also claim to be others.
BROWSERS: Final = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS: Final = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one symbol of ``static/icons.svg``; it says nothing to screen readers, the words beside it do."""
    turned = " icon-flip" if name in DIRECTIONAL else ""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        turned,
        static("icons.svg"),
        name,
    )


@register.filter
def initials(name: str) -> str:
    """Return what stands for a person where there is no picture.

    >>> initials("Asha Rao"), initials("ravi"), initials("")
    ('AR', 'R', '')
    """
    return "".join(word[0] for word in name.split()[:LONGEST_INITIALS] if word[0].isalpha()).upper()


@register.filter
def browser(user_agent: str) -> str:
    """Return a user agent as people call it, or as it stands when it is no browser's.

    >>> browser("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36")
    'Chrome, Linux'
    >>> browser("curl/8.5")
    'curl/8.5'
    """
    found = [next((name for mark, name in names.items() if mark in user_agent), "") for names in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or user_agent[:40] or _("Unknown browser")


@register.simple_tag(takes_context=True)
def here(context: Context, *names: str) -> SafeString | str:
    """Mark a link of the navigation when one of the named pages is open."""
    request: Any = context.get("request")
    match = getattr(request, "resolver_match", None)
    return SafeString('aria-current="page"') if match is not None and match.url_name in names else ""
