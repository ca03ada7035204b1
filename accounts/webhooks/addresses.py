"""Which servers a webhook may reach: public ones, by HTTPS, and nothing in anybody's private network."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.errors import WebhookUrlRefused

HTTPS_PORT: Final = 443

# Longest address kept, in characters.
LONGEST_URL: Final = 500

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# A host name as in RFC 1123, with a dot. Its last label holds a letter and is no hexadecimal number, so that it can't
# be an address in one of the spellings that resolvers take: 2130706433, 0x7f000001, 0177.0.0.1, 127.1.
HOST: Final = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!0x)(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
# Characters that a URL is written with (RFC 3986): none that breaks a request line, or is read in two ways.
WRITTEN: Final = re.compile(r"[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%\[\]]+")
# Names of one machine or one network (RFC 6761, RFC 6762, RFC 8375, ICANN's "internal").
LOCAL_NAMES: Final = (".localhost", ".local", ".internal", ".home.arpa", ".arpa", ".onion", ".test", ".invalid")
LOOPBACK_HOSTS: Final = frozenset({"localhost", "127.0.0.1"})

# IPv6 that belongs to somebody's own server begins with 2000::/3; 2002::/16 (6to4) hides an IPv4 address in there.
IPV6_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
SIX_TO_FOUR: Final = ipaddress.IPv6Network("2002::/16")
# Public by number, but a cloud's own machine room answers: Azure's platform address, the old 6to4 relays.
PLATFORM: Final = (ipaddress.IPv4Network("168.63.129.16/32"), ipaddress.IPv4Network("192.88.99.0/24"))


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: the parts of a URL that was checked.

    Attributes:
        host: in lower-case ASCII; certificate and ``Host`` header are about this name.
        path: path and query.
        is_local: a loopback address for trials in demo mode, by whatever port and scheme.
    """

    host: str
    path: str
    port: int = HTTPS_PORT
    is_tls: bool = True
    is_local: bool = False


def target_of(url: str) -> Target:
    """Return where a URL leads; of those that a customer may not name none gets past here.

    The address behind the name is checked later, at each connection.

    Raises:
        WebhookUrlRefused: not HTTPS on port 443 of a host with a public name.
    """
    if len(url) > LONGEST_URL or not WRITTEN.fullmatch(url):
        raise WebhookUrlRefused(_("Write the address with plain characters, such as https://shop.example/notices."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WebhookUrlRefused(_("This is not a web address.")) from error
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise WebhookUrlRefused(_("The address may hold no user name, password or fragment."))
    if settings.WEBHOOK_LOOPBACK and parts.hostname in LOOPBACK_HOSTS and parts.scheme in {"http", "https"}:
        is_tls = parts.scheme == "https"
        return Target(parts.hostname, _path(parts), port or (443 if is_tls else 80), is_tls, is_local=True)
    if parts.scheme != "https" or port not in {None, HTTPS_PORT}:
        raise WebhookUrlRefused(_("The address must begin with https:// and use port 443."))
    host = (parts.hostname or "").removesuffix(".")
    if not HOST.fullmatch(host) or host.endswith(LOCAL_NAMES):
        raise WebhookUrlRefused(_("The address must name a server on the public internet."))
    return Target(host, _path(parts))


def is_public(address: str) -> bool:
    """Tell whether an address is a server on the public internet.

    >>> [is_public(address) for address in ("9.9.9.9", "10.0.0.1", "100.64.0.1", "::ffff:9.9.9.9")]
    [True, False, False, False]
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in PLATFORM)
    return ip in IPV6_UNICAST and ip not in SIX_TO_FOUR


def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
