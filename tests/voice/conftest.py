"""A customer who has paid a few people, and ways to talk to the bank."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import pins
from payments.models import Payment, PaymentRequest
from payments.services import payees
from tests.factories import PASSWORD, PIN, BankAccountFactory, UserFactory
from voice.models import VoiceCommand
from voice.services import executing
from voice.services.commands import process
from voice.types import Answer, Confirmation

Say = Callable[..., Answer]
Execute = Callable[..., Payment | PaymentRequest]


@pytest.fixture
def asha(db: None) -> User:
    """Has 50,000.00, a PIN, and has saved Ben, two Priyas and her landlord."""
    person = BankAccountFactory.create(owner=UserFactory.create(name="Asha Rao"), balance=50_000_00).owner
    now = timezone.now()
    pins.set_pin(user=person, pin=PIN, password=PASSWORD, now=now)
    known = (("Ben Das", "ben.das", "Ben"), ("Priya Nair", "priya.nair", "Priya N"))
    for name, handle, nickname in (*known, ("Priya Shah", "priya.shah", "Priya S"), ("Om Iyer", "om.iyer", "landlord")):
        BankAccountFactory.create(owner=UserFactory.create(name=name, handle=handle))
        payees.save_payee(owner=person, to=handle, nickname=nickname, now=now)
    return person


@pytest.fixture
def ben(asha: User) -> User:
    """Is paid."""
    return User.objects.get(handle="ben.das")


@pytest.fixture
def say(asha: User) -> Say:
    """Let Asha say something."""
    return lambda text, owner=asha: process(owner=owner, text=text)


@pytest.fixture
def execute(asha: User) -> Execute:
    """Let Asha confirm a command with her PIN, unless told otherwise."""

    def confirm(command_id: Any, **changes: Any) -> Payment | PaymentRequest:
        facts = {"owner": asha, "command_id": command_id, "pin": PIN} | changes
        return executing.execute(confirmation=Confirmation(**facts), now=timezone.now())

    return confirm


@pytest.fixture
def post(asha: User) -> Callable[..., Any]:
    """Post to ``/api/speech/…`` as Asha."""
    client = APIClient()
    client.force_authenticate(asha)

    def send(door: str, body: dict[str, Any], **headers: str) -> Response:
        answer: Response = client.post(f"/api/speech/{door}", body, format="json", headers=headers)
        return answer

    return send


def grow_old(command_id: Any) -> None:
    """Let a command's two minutes pass."""
    rows = VoiceCommand.objects.filter(pk=command_id)
    rows.update(created_at=rows.get().created_at - timedelta(minutes=2))
