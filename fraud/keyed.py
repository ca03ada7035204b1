"""Stand-ins for devices and addresses: the same again for the same one, and useless without the bank's key."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.crypto import salted_hmac

from securebank.web.clients import UNKNOWN_ADDRESS


@lru_cache(maxsize=4096)
def keyed_hash(kind: str, text: str) -> str:
    """Return 64 hexadecimal digits for a device or an address, or "" for nothing."""
    return salted_hmac(f"fraud.{kind}", text, algorithm="sha256").hexdigest() if text else ""


def address_hash(ip_address: str) -> str:
    """Return what a network address is known by; one that nobody could tell is none, or all of them would be linked."""
    return keyed_hash("address", "" if ip_address == UNKNOWN_ADDRESS else ip_address)


def device_hash(device: Mapping[str, Any]) -> str:
    """Return what a device is known by: its own id before its fingerprint; a browser's name alone tells too little."""
    return keyed_hash("device", str(device.get("device_id") or device.get("device_fingerprint") or ""))
