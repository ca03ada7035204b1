"""What the logs say of a whole visit, and what they never say."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import ANALYST, ensure_roles
from tests.accounts.conftest import code_now, with_factor
from tests.factories import BankAccountFactory, UserFactory, hashed

CANARY = "Canary-Password-7391"
PIN = "739146"


@pytest.fixture
def written() -> Iterator[StringIO]:
    """Collect what the process's own handler would write, at the most talkative level of our own code."""
    root, text = logging.getLogger(), StringIO()
    (ours,) = [handler for handler in root.handlers if type(handler) is logging.StreamHandler]
    copy = logging.StreamHandler(text)
    copy.setFormatter(ours.formatter)
    root.addHandler(copy)
    yield text
    root.removeHandler(copy)


@pytest.fixture
def asha(db: None) -> User:
    """Signs in with the canary and an authenticator app."""
    return with_factor(
        BankAccountFactory.create(owner=UserFactory.create(password=hashed(CANARY)), balance=50_000_00).owner
    )


def test_no_secret_of_a_visit_is_logged(written: StringIO, asha: User) -> None:
    ben = BankAccountFactory.create(owner=UserFactory.create()).owner
    api, otp = APIClient(), code_now()

    api.post("/api/auth/login", {"email": asha.email, "password": CANARY + "x", "otp": otp})
    signed_in = api.post("/api/auth/login", {"email": asha.email, "password": CANARY, "otp": otp}).data
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {signed_in['access']}")
    assert api.post("/api/auth/pin", {"pin": PIN, "password": CANARY}).status_code == 204
    paid = api.post("/api/transactions/transfer", {"to": ben.handle, "amount": "20000", "pin": PIN})
    api.post("/api/transactions/transfer", {"to": ben.handle, "amount": "1", "pin": PIN[::-1], "amount2": CANARY})
    fresh = api.post("/api/auth/refresh", {"refresh": signed_in["refresh"]}).data
    site = Client()
    site.post("/account/login/", {"login": asha.email, "password": CANARY})
    site.get(f"/activity?q={CANARY}")
    api.post("/api/auth/logout", {"refresh": fresh["refresh"]})

    said = written.getvalue()
    assert (paid.status_code, said.count("request_finished") >= 8) == (201, True)
    tokens = [signed_in["access"], signed_in["refresh"], fresh["access"], fresh["refresh"]]
    assert [secret for secret in (CANARY, PIN, PIN[::-1], otp, *tokens) if secret in said] == []


@pytest.mark.django_db
def test_a_client_writes_no_lines_of_its_own(written: StringIO) -> None:
    Client().get("/api/auth/profile", headers={"user-agent": 'a\r\n{"event": "forged"}\x1b[31m'})

    lines = written.getvalue().splitlines()
    said: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert "forged" not in [line.get("event") for line in said]
    assert "\x1b" not in written.getvalue()
    assert all(len(line["request_id"]) == 36 for line in said if line["event"].startswith("request_"))
    assert {"request_started", "request_finished"} <= {line["event"] for line in said}


def test_every_line_about_a_refusal_names_its_request_and_none_is_a_stack_trace(written: StringIO, asha: User) -> None:
    ensure_roles()
    asha.groups.add(Group.objects.get(name=ANALYST))
    User.objects.filter(pk=asha.pk).update(is_staff=True)
    browser = Client()
    browser.force_login(asha, backend=settings.AUTHENTICATION_BACKENDS[0])
    written.truncate(0)

    answers = [browser.post("/send", {}), browser.get("/admin/accounts/user/add/"), browser.get("/nowhere")]

    lines: list[dict[str, Any]] = [json.loads(line) for line in written.getvalue().strip("\x00").splitlines()]
    assert [answer.status_code for answer in answers] == [422, 403, 404]
    assert [line["code"] for line in lines if line["level"] == "warning"] == [422, 403, 404]
    assert all("request_id" in line and "exception" not in line for line in lines)
