"""POST /api/fraud/check and GET /api/fraud/model/status, and what payments tell the fraud check."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.errors import AccountLocked, OtpWrong, PinWrong
from accounts.models import AuditEvent, Notification, User
from accounts.services import confirmations, failures, pins
from accounts.services.confirmations import TRANSFER, Binding
from fraud.keyed import address_hash
from fraud.models import Alert, BlockListEntry, CustomerProfile, Decision
from payments.models import Payment
from securebank.kernel.money import Money
from tests.fraud.models import constant, serving, write
from tests.payments.conftest import Pay, account_of, settled

ClientOf = Callable[[User], APIClient]
PLAIN = {"amount": "1250.00", "currency": "INR", "transaction_type": "transfer"}
CHECK = "/api/fraud/check"


def decision_of(payment: Payment) -> Decision:
    return Decision.objects.get(payment_id=payment.pk)


def test_a_check_says_how_a_payment_would_be_judged(client_of: ClientOf, asha: User, ben: User) -> None:
    answer = client_of(asha).post(CHECK, PLAIN | {"to": ben.handle, "amount": "250000"}).json()

    assert answer["recommendation"] == "REVIEW"
    assert "AMOUNT_LIMIT" in [rule["code"] for rule in answer["triggered_rules"]]
    assert answer["behavior_analysis"]["unusual_amount"]
    assert (answer["ml_score"], answer["model_version"], answer["policy_version"]) == (None, None, "policy-1")
    assert answer["fraud_score"] == answer["rule_based_score"]


def test_a_check_names_the_models_part(client_of: ClientOf, asha: User, tmp_path: Path) -> None:
    with serving(write(tmp_path, constant(0.5))):
        answer = client_of(asha).post(CHECK, PLAIN).json()

    assert (answer["ml_score"], answer["model_version"]) == (0.5, "test-1")
    assert answer["contributions"][0] == {"name": "model", "contribution": 0.3}


def test_a_check_moves_and_keeps_nothing(client_of: ClientOf, asha: User, ben: User) -> None:
    everything = PLAIN | {
        "to": ben.handle, "merchant_id": "m-1", "merchant_category": "5411", "ip_address": "203.0.113.7",
        "country": "IN", "city": "Mumbai", "latitude": 19.07, "longitude": 72.87, "device_id": "phone",
        "device_type": "phone", "device_fingerprint": "f", "user_agent": "app",
    }  # fmt: skip

    assert client_of(asha).post(CHECK, everything).status_code == 200

    assert (settled(asha), Payment.objects.count(), Decision.objects.count(), CustomerProfile.objects.count()) == (
        5_000_00, 0, 0, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "status"),
    [({"amount": "-1"}, 422), ({"amount": "1.005"}, 422), ({"amount": None}, 400), ({"currency": "XXX"}, 400),
     ({"to": "nobody.here"}, 404), ({"to": ""}, 400), ({"device_id": "x" * 10_000}, 400), ({"country": "XX"}, 400),
     ({"country": "EU"}, 400), ({"country": "in"}, 400), ({"latitude": 91, "longitude": 0}, 400),
     ({"latitude": 1.0}, 400), ({"latitude": "nan", "longitude": "nan"}, 400),
     ({"latitude": 0, "longitude": "inf"}, 400), ({"ip_address": "here"}, 400), ({"transaction_type": ""}, 400),
     ({"merchant_id": "m" * 65}, 400), ({"user_agent": "u" * 301}, 400)],
    ids=str,
)  # fmt: skip
def test_a_check_of_nonsense_is_refused(client_of: ClientOf, asha: User, change: dict[str, Any], status: int) -> None:
    answer = client_of(asha).post(CHECK, PLAIN | change)

    assert answer.status_code == status
    assert not Decision.objects.exists()


def test_checks_are_counted(client_of: ClientOf, asha: User, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"fraud_check": (2, 60)}

    codes = [client_of(asha).post(CHECK, PLAIN).status_code for _ in range(3)]

    assert codes == [200, 200, 429]


def test_the_models_status_names_the_champion(client_of: ClientOf, asha: User, tmp_path: Path) -> None:
    with serving(write(tmp_path, constant(0.5))):
        answer = client_of(asha).get("/api/fraud/model/status").json()

    assert (answer["version"], answer["degraded"], answer["challenger"]) == ("test-1", "", None)
    assert (answer["champion"]["metrics"], answer["metrics"]) == ({"auc_pr": 0.5}, {"auc_pr": 0.5})


def test_the_models_status_says_that_there_is_none(client_of: ClientOf, asha: User) -> None:
    answer = client_of(asha).get("/api/fraud/model/status").json()

    assert (answer["champion"], answer["version"], answer["degraded"]) == (None, None, "missing")


@pytest.mark.parametrize(
    "told",
    [{"location": {"country": "XK"}}, {"location": {"latitude": 1.0}},
     {"location": {"latitude": "inf", "longitude": 1}}, {"location": {"city": "c" * 81}},
     {"device": {"device_id": "d" * 10_000}}, {"device": {"device_fingerprint": 5}}],
    ids=str,
)  # fmt: skip
def test_a_payment_from_nowhere_is_refused_and_half_of_it_kept_nowhere(
    client_of: ClientOf, asha: User, ben: User, told: dict[str, Any]
) -> None:
    body = {"to": ben.handle, "amount": "1.00"} | told

    assert client_of(asha).post("/api/transactions/transfer", body, format="json").status_code == 400
    assert (Payment.objects.count(), Decision.objects.count()) == (0, 0)


def test_a_payment_tells_clock_money_and_address(client_of: ClientOf, asha: User, ben: User) -> None:
    User.objects.filter(pk=asha.pk).update(time_zone="America/New_York")

    client_of(asha).post("/api/transactions/transfer", {"to": ben.handle, "amount": "1.00"}, REMOTE_ADDR="203.0.113.7")

    told = Decision.objects.get().facts
    assert (told["time_zone"], told["available_minor"]) == ("America/New_York", 5_000_00)
    assert (told["address"], told["failures"]) == (address_hash("203.0.113.7"), 0)


def test_a_browser_is_known_by_its_cookie_and_the_cookie_by_nobody(client: Client, asha: User, ben: User) -> None:
    client.force_login(asha)
    client.cookies[django_settings.DEVICE_COOKIE_NAME] = "s" * 43
    form = {"to": ben.handle, "amount": "1.00", "from_account": str(account_of(asha).pk)}
    review = client.post("/send", form)
    client.post(review.headers["Location"], {})

    told = Decision.objects.get().facts
    assert told["device"]["device_type"] == "browser"
    assert len(told["device"]["device_id"]) == 64
    assert "sss" not in str(told)
    assert told["address"] == address_hash("127.0.0.1")


@pytest.mark.django_db(transaction=True)
def test_wrong_pins_are_told_even_after_the_right_one(pay: Pay, asha: User) -> None:
    asha.set_password("a long password")
    asha.save()
    pins.set_pin(user=asha, pin="7391", password="a long password", now=timezone.now())
    for _ in range(4):
        with pytest.raises(PinWrong):
            pay("1.00", pin="1111")

    payment = pay("1.00", pin="7391")

    assert decision_of(payment).facts["failures"] == 4
    assert "FAILED_ATTEMPTS" in [reason["code"] for reason in decision_of(payment).reasons]


@pytest.mark.django_db(transaction=True)
def test_a_wrong_code_is_a_failure_too(asha: User, ben: User) -> None:
    binding = Binding(TRANSFER, Money.parse("1", "INR"), str(account_of(ben).pk))

    with pytest.raises(OtpWrong):
        confirmations.confirm_with_totp(user=asha, otp="000000", binding=binding, now=timezone.now())

    assert failures.recent(asha.pk) == 1


def test_a_score_beyond_the_lock_threshold_stops_the_customer_in_the_same_transaction(pay: Pay, asha: User) -> None:
    BlockListEntry.objects.create(kind="customer", value=str(asha.pk), reason="Known for fraud.")

    payment = pay("1.00")

    assert payment.status == Payment.Status.DECLINED
    assert decision_of(payment).must_lock
    asha.refresh_from_db()
    assert (asha.is_locked, asha.lock_reason) == (True, "fraud_check")
    assert AuditEvent.objects.filter(action="customer_locked", actor=None, subject_id=str(asha.pk)).count() == 1
    assert Notification.objects.filter(user=asha, data__event="payments_stopped").count() == 1
    with pytest.raises(AccountLocked):
        pay("1.00")


def test_a_held_payment_has_its_alert(held: Payment) -> None:
    alert = Alert.objects.get(payment_id=held.pk)

    assert (alert.decision_id, alert.is_held, alert.amount_minor) == (held.decision_id, True, 200_000_00)


def test_a_payment_that_fails_leaves_no_trace_in_the_profile(pay: Pay, asha: User) -> None:
    pay("1.00")
    before = CustomerProfile.objects.get(pk=asha.pk).state

    with pytest.raises(Exception, match="not enough money"):
        pay("5000.00")

    assert CustomerProfile.objects.get(pk=asha.pk).state == before


def test_payments_go_on_without_any_model(pay: Pay) -> None:
    payment = pay("1.00")

    assert (payment.status, decision_of(payment).degraded) == (Payment.Status.COMPLETED, "missing")
