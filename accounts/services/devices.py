"""The browsers and apps that a person signs in from."""

import hashlib
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts.models import Device, DeviceSighting, User
from accounts.services import audit, notifications, tokens
from securebank.kernel.errors import Missing


class DeviceNotFound(Missing):
    """No such device of this person."""

    code: ClassVar[str] = "device_not_found"
    title: ClassVar[str] = "Device not found"


def fingerprint_of(*, secret: str, user_agent: str) -> str:
    """Return what a device is known by: a digest of its long-lived random id, or of its user agent alone."""
    kind, value = ("id", secret) if secret else ("agent", user_agent)
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


@transaction.atomic
def record(*, user: User, secret: str, user_agent: str, ip_address: str, now: datetime) -> tuple[Device, bool]:
    """Note that a person signed in from a device; tell whether it is new to a person who has others.

    A revoked device that signs in again, with password and factor, is known as before but no longer trusted.
    """
    fingerprint = fingerprint_of(secret=secret, user_agent=user_agent)
    had_others = Device.objects.filter(user=user).exists()
    device, is_created = Device.objects.update_or_create(
        user=user,
        fingerprint=fingerprint,
        defaults={"user_agent": user_agent[:300], "last_seen_at": now, "revoked_at": None},
        create_defaults={"user_agent": user_agent[:300], "first_seen_at": now, "last_seen_at": now},
    )
    DeviceSighting.objects.update_or_create(
        device=device,
        ip_address=ip_address,
        defaults={"last_seen_at": now},
        create_defaults={"first_seen_at": now, "last_seen_at": now},
    )
    return device, is_created and had_others


def tell_new(device: Device) -> None:
    """Tell the owner that somebody signed in from a device that they didn't use before."""
    facts = {"event": "new_device", "device_id": str(device.pk)}
    notifications.notify(notifications.Notice(device.user_id, "notification", facts))


def is_known(*, user_id: UUID, fingerprint: str) -> bool:
    """Tell whether a person signed in from this device before and didn't revoke it."""
    return Device.objects.filter(user_id=user_id, fingerprint=fingerprint, revoked_at__isnull=True).exists()


@transaction.atomic
def trust(*, owner: User, device_id: UUID, now: datetime) -> Device:
    """Mark a device as the owner's own.

    Raises:
        DeviceNotFound: not theirs, or revoked.
    """
    device = _own_device(owner, device_id)
    if device.revoked_at is not None:
        raise DeviceNotFound
    device.trusted_at = now
    device.save(update_fields=["trusted_at"])
    audit.record(action="device_trusted", actor=owner, subject=device)
    return device


@transaction.atomic
def revoke(*, owner: User, device_id: UUID, now: datetime) -> Device:
    """Sign a device out everywhere and forget that it was trusted.

    Raises:
        DeviceNotFound: not theirs.
    """
    device = _own_device(owner, device_id)
    device.revoked_at = now
    device.trusted_at = None
    device.save(update_fields=["revoked_at", "trusted_at"])
    tokens.revoke_all(user=owner, reason="device_revoked", now=now, device=device)
    for session in UserSession.objects.filter(user=owner, data__device=str(device.pk)):
        notifications.close_sockets(session_keys=[session.session_key])
        session.end()
    audit.record(action="device_revoked", actor=owner, subject=device)
    return device


def _own_device(owner: User, device_id: UUID) -> Device:
    device = Device.objects.select_for_update().filter(user=owner, pk=device_id).first()
    if device is None:
        raise DeviceNotFound
    return device
