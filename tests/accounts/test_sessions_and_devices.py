"""Where people are signed in, and on what."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import Device, DeviceSighting, Notification, User
from accounts.services import devices
from tests.accounts.conftest import Login, bearer
from tests.factories import PASSWORD


def sign_in_from(user: User, device: str, address: str = "203.0.113.5") -> Any:
    body = {"email": user.email, "password": PASSWORD}
    answer = APIClient().post("/api/auth/login", body, headers={"X-Device-Id": device}, REMOTE_ADDR=address)
    return answer.data


def test_lists_and_ends_sign_ins_by_rest_and_on_the_site(api: APIClient, login: Login, customer: User) -> None:
    access = login(customer).data["access"]
    browser = Client()
    browser.post(reverse("account_login"), {"login": customer.email, "password": PASSWORD})

    found = api.get("/api/auth/sessions", headers=bearer(access)).json()
    assert {(row["kind"], row["is_current"]) for row in found} == {("api", True), ("site", False)}

    site = next(row["id"] for row in found if row["kind"] == "site")
    assert api.delete(f"/api/auth/sessions/{site}", headers=bearer(access)).status_code == 204
    assert browser.get("/api/auth/profile").status_code == 401
    own = next(row["id"] for row in found if row["kind"] == "api")
    assert api.delete(f"/api/auth/sessions/{own}", headers=bearer(access)).status_code == 204
    assert api.get("/api/auth/sessions", headers=bearer(access)).status_code == 401


def test_nobody_ends_somebody_elses_session(api: APIClient, login: Login, customer: User) -> None:
    other = User.objects.create_user("eve@example.com", PASSWORD, name="Eve", handle="eve")
    browser = Client()
    browser.post(reverse("account_login"), {"login": customer.email, "password": PASSWORD})
    mine = api.get("/api/auth/sessions", headers=bearer(login(customer).data["access"])).json()
    evil = bearer(login(other).data["access"])

    answers = [api.delete(f"/api/auth/sessions/{row['id']}", headers=evil) for row in mine]

    assert [(answer.status_code, answer.data["code"]) for answer in answers] == [(404, "session_not_found")] * 2


@pytest.mark.parametrize(
    "session_id", ["0", "9" * 18, "9" * 40, "-1", "x", "0" * 8 + "-0000-7000-8000-" + "0" * 12, "%00", "\u0661"]
)
def test_unknown_sessions_are_missing(api: APIClient, login: Login, customer: User, session_id: str) -> None:
    answer = api.delete(f"/api/auth/sessions/{session_id}", headers=bearer(login(customer).data["access"]))

    assert answer.status_code == 404


def test_remembers_devices_and_their_addresses(customer: User) -> None:
    sign_in_from(customer, "phone-1")
    sign_in_from(customer, "phone-1", "203.0.113.6")
    access = sign_in_from(customer, "phone-2")["access"]

    found = APIClient().get("/api/auth/devices", headers=bearer(access)).json()

    assert [row["ip_addresses"] for row in found] == [["203.0.113.5"], ["203.0.113.6", "203.0.113.5"]]
    assert DeviceSighting.objects.count() == 3


def test_tells_of_a_new_device_but_not_of_the_first(customer: User) -> None:
    sign_in_from(customer, "phone-1")
    assert not Notification.objects.exists()

    sign_in_from(customer, "phone-2")

    notice = Notification.objects.get(user=customer)
    assert (notice.kind, notice.data["event"]) == ("notification", "new_device")


def test_revoking_a_device_signs_it_out(customer: User) -> None:
    stolen = bearer(sign_in_from(customer, "phone-1")["access"])
    safe = bearer(sign_in_from(customer, "phone-2")["access"])
    api = APIClient()
    device = Device.objects.get(fingerprint=devices.fingerprint_of(secret="phone-1", user_agent=""))

    assert api.post(f"/api/auth/devices/{device.pk}/trust", headers=safe).json()["trusted_at"]
    assert api.post(f"/api/auth/devices/{device.pk}/revoke", headers=safe).json()["trusted_at"] is None

    assert api.get("/api/auth/profile", headers=stolen).status_code == 401
    assert api.get("/api/auth/profile", headers=safe).status_code == 200
    assert not devices.is_known(user_id=customer.pk, fingerprint=device.fingerprint)
    assert api.post(f"/api/auth/devices/{device.pk}/trust", headers=safe).status_code == 404


def test_somebody_elses_device_is_missing(customer: User, careful_customer: User) -> None:
    foreign, _is_new = devices.record(
        user=careful_customer,
        secret="theirs",
        user_agent="",
        ip_address="203.0.113.5",
        now=careful_customer.date_joined,
    )
    mine = bearer(sign_in_from(customer, "phone-1")["access"])

    answer = APIClient().post(f"/api/auth/devices/{foreign.pk}/revoke", headers=mine)

    assert (answer.status_code, answer.data["code"]) == (404, "device_not_found")
