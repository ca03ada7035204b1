"""A small bank with one of everything, and the six kinds of people who try its doors."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import Approval, AuditEvent, Device, Notification, User
from accounts.roles import ANALYST, AUDITOR, SUPERVISOR, ensure_roles
from accounts.services import audit, webhooks
from accounts.services.tokens import issue
from fraud.models import BlockListEntry, TrainingRun
from ledger.chain import mining
from payments.services import payees, requests, transfers
from payments.types import TransferOrder
from qrpay.models import Scan
from qrpay.services import codes
from qrpay.types import CodeWish
from tests.accounts.conftest import with_factor
from tests.doors.table import BODIES, Row
from tests.factories import BankAccountFactory, UserFactory
from tests.fraud.builders import alert_of
from tests.fraud.registered import registered
from voice.models import VoiceCommand

ROLES: Final = ("anonymous", "owner", "other", "analyst", "supervisor", "auditor")
# What stands for parameters that name nothing of anybody's.
OTHERS: Final = {"app_label": "payments", "url": "nowhere/", "uidb36": "1", "key": "set-password", "address": "nowhere"}
UNKNOWN: Final = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class World:
    """Who is there, and what the parameters of routes stand for: things of the owner, or shared with one other."""

    people: dict[str, User]
    things: dict[str, Any]

    def visitor(self, role: str) -> "Visitor":
        """Return somebody who tries doors."""
        client = Client()
        if role != "anonymous":
            client.force_login(self.people[role], backend=settings.AUTHENTICATION_BACKENDS[0])
            client.get("/you")
        return Visitor(client.cookies, self.things)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody's browser, which forgets after each call; so does the bank."""

    cookies: SimpleCookie
    things: dict[str, Any]

    def call(self, row: Row, *, unknown: bool = False, method: str = "", **options: Any) -> HttpResponse:
        """Try one door, and undo whatever it did.

        Args:
            row: which door.
            unknown: with ids that belong to nothing, instead of the owner's.
            method: instead of the row's own.
            options: for Django's test client.
        """
        cache.clear()
        client = Client(raise_request_exception=False, **options)
        client.cookies = self.cookies.copy()  # type: ignore[assignment] # of the same kind
        kind = {"content_type": "application/json"} if row.is_rest else {}
        verb = (method or row.method).lower()
        body: Any = BODIES.get(row.route, {}) if verb in {"post", "put", "patch"} else None
        before = transaction.savepoint()
        try:
            answer: HttpResponse = getattr(client, verb)(
                filled(row.route, {} if unknown else self.things), body, **kind
            )
            return answer
        finally:
            transaction.savepoint_rollback(before)


def make_world() -> World:
    """Make everybody and everything."""
    ensure_roles()
    owner = BankAccountFactory.create(owner=UserFactory.create(name="Asha Rao"), balance=5_000_00).owner
    friend = BankAccountFactory.create(owner=UserFactory.create(name="Ben Das"), balance=5_000_00).owner
    other = BankAccountFactory.create(owner=UserFactory.create(name="Olga Other"), balance=5_000_00).owner
    people = {"owner": owner, "friend": friend, "other": other}
    for name, role in (("analyst", ANALYST), ("supervisor", SUPERVISOR), ("auditor", AUDITOR)):
        people[name] = with_factor(UserFactory.create(name=name.title(), is_staff=True))
        people[name].groups.add(Group.objects.get(name=role))
    return World(people, _things(owner, friend))


def _things(owner: User, friend: User) -> dict[str, Any]:
    now = timezone.now()
    payment = transfers.submit_transfer(
        order=TransferOrder(customer=owner, to=friend.handle, amount="10.00"), requested_at=now
    )
    with override_settings(CHAIN_DIFFICULTY=1):
        mining.mine_pending()
    doubted = transfers.submit_transfer(
        order=TransferOrder(customer=owner, to=friend.handle, amount="11.00"), requested_at=now
    )
    asked = requests.ask(wanted=requests.MoneyRequest(requester=friend, payer=owner.handle, amount="5"), now=now)
    own = requests.ask(wanted=requests.MoneyRequest(requester=owner, payer=friend.handle, amount="6"), now=now)
    alert = alert_of(doubted)
    audit.record(action="tried", actor=owner, subject=owner)
    spoken = VoiceCommand.objects.create(
        owner=owner,
        transcript="pay ten rupees to Ben",
        intent="pay",
        amount_minor=10_00,
        currency="INR",
        payee_account=friend.bank_accounts.get(),
        payee_kind="name",
        payee_value="ben",
        confidence=1,
        # Open for as long as the world is looked at.
        created_at=now + timedelta(days=1),
    )
    issue(user=owner, device=None, user_agent="program", ip_address="127.0.0.1", now=now)
    return {
        "account_id": owner.bank_accounts.get().pk,
        "height": 0,
        "payment_id": payment.pk,
        "request_id": asked.pk,
        "own_request_id": own.pk,
        "payee_id": payees.save_payee(owner=owner, to=friend.handle, nickname="Ben", now=now).pk,
        "notification_id": Notification.objects.filter(user=owner).earliest("created_at").pk,
        "device_id": Device.objects.create(user=owner, fingerprint="f" * 64).pk,
        "session_id": owner.token_families.get().pk,
        "webhook_id": webhooks.add(owner=owner, url="http://localhost:1/notices").endpoint.pk,
        "accounts/user": owner.pk,
        "accounts/device": Device.objects.get(user=owner).pk,
        "accounts/auditevent": AuditEvent.objects.earliest("id").pk,
        "accounts/approval": Approval.objects.create(
            action="unlock_user", subject_id=str(owner.pk), reason="asked", made_by=friend
        ).pk,
        "alert_id": alert.pk,
        "user_id": owner.pk,
        "fraud/blocklistentry": BlockListEntry.objects.create(kind="country", value="ZZ", reason="tried").pk,
        "fraud/case": alert.case_id,
        "case_id": alert.case_id,
        "version_id": registered().pk,
        "run_id": TrainingRun.objects.create(cause="hand").pk,
        "reviewer_id": friend.pk,
        "fraud/decision": payment.decision_id,
        "payments/payment": payment.pk,
        "command_id": spoken.pk,
        "voice/voicecommand": spoken.pk,
        "code_id": (code_id := codes.issue(wish=CodeWish(owner=owner)).id),
        "qrpay/code": code_id,
        "scan_id": _scan(owner).pk,
    }


def _scan(owner: User) -> Scan:
    return Scan.objects.create(
        customer=owner, created_at=timezone.now(), source="api", picture_sha256="0" * 64, payload_sha256="0" * 64,
        level="ok", authenticity="unverified", is_tampered=False, model_version="tried", processing_ms=1.0,
    )  # fmt: skip


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Yield every route of the bank, as it is written."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield before + str(entry.pattern)
        else:
            yield from routes(entry, before + str(entry.pattern))


def filled(route: str, things: dict[str, Any]) -> str:
    """Return an address of the route, with the owner's things in it."""
    if "cancel" in route and things:
        things = things | {"request_id": things["own_request_id"]}
    things = things | {"object_id": next((things[name] for name in things if f"admin/{name}/" in route), "1")}
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: str(OTHERS.get(found[1], "x")), route.replace("^", ""))
    path = re.sub(
        r"<(?:\w+:)?(\w+)>",
        lambda found: str(things.get(found[1], OTHERS.get(found[1], UNKNOWN if "_id" in found[1] else "1"))),
        path,
    )
    return "/" + path.replace("$", "")
