"""What assess writes beside the verdict: profile, trust, alert, case and links."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

import fraud.services
from fraud.events import event_of
from fraud.keyed import device_hash
from fraud.models import Alert, BlockListEntry, Case, CustomerProfile, Decision, Link
from ml.fraud.features import Outcome, State
from securebank.kernel.ids import new_id
from tests.fraud.cases import CUSTOMER, NOON, assess, codes, facts, remember

LARGE = 250_000_00

pytestmark = pytest.mark.django_db


def block(kind: str, value: str, **changes: Any) -> BlockListEntry:
    return BlockListEntry.objects.create(kind=kind, value=value, reason="Known for fraud.", **changes)


def profile() -> CustomerProfile:
    return CustomerProfile.objects.get(pk=CUSTOMER)


def test_the_profile_learns_from_the_payment() -> None:
    told = facts(device={"device_id": "phone"})

    fraud.services.assess(told)

    expected = State()
    expected.observe(event_of(told), Outcome.APPROVED)
    assert profile().state == expected.to_json()


def test_what_is_held_counts_and_teaches_no_habits() -> None:
    assess(LARGE, device={"device_id": "phone"})

    state = State.from_json(profile().state)
    assert (state.count, state.devices, state.amounts[0]) == (1, {}, 0)


@pytest.mark.parametrize(
    ("before", "amount", "is_own", "after"),
    [(90, 100_00, False, 90.5), (99.8, 100_00, False, 100.0), (90, 100_00, True, 90.0), (90, LARGE, False, 85.0),
     (2, LARGE, False, 0.0)],
    ids=["approved", "no more than all", "to oneself", "held", "no less than none"],
)  # fmt: skip
def test_trust_moves_with_the_verdict(before: float, amount: int, is_own: bool, after: float) -> None:
    CustomerProfile.objects.create(customer_id=CUSTOMER, trust_score=before)

    assess(amount, is_own_account=is_own)

    assert float(profile().trust_score) == after


def test_a_held_payment_opens_a_case_with_its_alert() -> None:
    told = facts(LARGE)

    verdict = fraud.services.assess(told)

    alert = Alert.objects.select_related("case").get()
    assert (alert.pk, alert.decision_id, alert.payment_id) == (verdict.alert_id, verdict.decision_id, told.payment_id)
    assert (alert.customer_id, alert.payee_customer_id) == (CUSTOMER, told.payee_customer_id)
    assert (alert.amount_minor, alert.score, alert.level, alert.is_held, alert.state) == (
        LARGE, verdict.score, verdict.level, True, "open",
    )  # fmt: skip
    case = alert.case
    assert (case.customer_id, case.state, case.at_risk_minor, case.worst_score) == (
        CUSTOMER, "open", LARGE, verdict.score,
    )  # fmt: skip


def test_further_alerts_join_the_open_case() -> None:
    assess(LARGE)
    assess(300_001_00)
    CustomerProfile.objects.update(trust_score=10)
    declined = assess(LARGE)

    case = Case.objects.get()
    assert (case.alerts.count(), case.at_risk_minor, case.worst_score) == (3, LARGE + 300_001_00, declined.score)
    assert not Alert.objects.get(pk=declined.alert_id).is_held


def test_an_alert_after_the_case_was_closed_opens_another() -> None:
    assess(LARGE)
    Case.objects.update(state="closed", closed_at=NOON)

    assess(LARGE)

    assert list(Case.objects.order_by("opened_at", "id").values_list("state", flat=True)) == ["closed", "open"]


def test_a_payment_that_goes_through_has_no_alert() -> None:
    assert assess().alert_id is None
    assert not Alert.objects.exists()


def test_links_are_written_at_first_sight() -> None:
    told = {"device": {"device_id": "phone"}, "address": "a" * 64, "payee_customer_id": new_id()}

    assess(**told)
    assess(**told)

    assert set(Link.objects.values_list("customer_id", "kind", "value")) == {
        (CUSTOMER, "device", device_hash({"device_id": "phone"})),
        (CUSTOMER, "address", "a" * 64),
        (CUSTOMER, "payee", str(told["payee_customer_id"])),
    }
    assert Link.objects.count() == 3


def test_paying_oneself_is_no_link() -> None:
    assess(is_own_account=True, payee_customer_id=CUSTOMER)

    assert not Link.objects.exists()


def test_everything_takes_two_round_trips() -> None:
    assess()

    with CaptureQueriesContext(connection) as asked:
        assess(LARGE, device={"device_id": "phone"}, address="a" * 64)

    assert len(asked) == 2


@pytest.mark.parametrize(
    ("kind", "of"),
    [("customer", "customer_id"), ("customer", "payee_customer_id"), ("device", "device"), ("address", "address"),
     ("country", "location")],
)  # fmt: skip
def test_whoever_and_whatever_is_listed_pays_nothing(kind: str, of: str) -> None:
    told = {
        "device": {"device_id": "phone"},
        "address": "a" * 64,
        "location": {"country": "KP"},
        "payee_customer_id": new_id(),
    }
    values = {"device": device_hash({"device_id": "phone"}), "location": "KP", "customer_id": str(CUSTOMER)}
    block(kind, values.get(of, str(told.get(of))))

    verdict = assess(**told)

    assert (verdict.recommendation, codes(verdict)) == ("DECLINE", ["BLACKLISTED"])


@pytest.mark.parametrize(
    "entry",
    [{"removed_at": NOON}, {"expires_at": NOON}, {"kind": "device"}],
    ids=["removed", "run out", "of another kind"],
)
def test_what_is_listed_no_more_pays(entry: dict[str, Any]) -> None:
    block(**({"kind": "customer", "value": str(CUSTOMER)} | entry))

    assert assess().recommendation == "APPROVE"


def test_a_listing_with_an_end_in_the_future_counts() -> None:
    block("customer", str(CUSTOMER), expires_at=NOON.replace(year=2100))

    assert assess().recommendation == "DECLINE"


def test_the_payees_record_is_known_and_not_locked() -> None:
    payee = new_id()
    CustomerProfile.objects.create(customer_id=payee, trust_score=30, confirmed_frauds=2)

    verdict = assess(payee_customer_id=payee)

    signals = Decision.objects.get(pk=verdict.decision_id).signals
    assert (signals["payee_trust"], signals["payee_confirmed_frauds"]) == (30.0, 2)


def test_a_payment_that_is_rolled_back_leaves_nothing() -> None:
    def fail() -> None:
        with transaction.atomic():
            assess(LARGE, address="a" * 64)
            raise IntegrityError

    with pytest.raises(IntegrityError):
        fail()

    assert not any(model.objects.exists() for model in (Decision, Alert, Case, Link, CustomerProfile))


def test_checking_keeps_and_learns_nothing() -> None:
    remember([{"device": {"device_id": "phone"}}] * 3)
    before = profile().state

    with CaptureQueriesContext(connection) as asked:
        judged = fraud.services.check(facts(LARGE, device={"device_id": "tablet"}))

    assert judged.judgement.recommendation == "REVIEW"
    assert [reason.code for reason in judged.judgement.reasons] == ["AMOUNT_LIMIT", "ROUND_AMOUNT", "NEW_DEVICE"]
    assert (len(asked), profile().state, Decision.objects.count(), Alert.objects.count()) == (1, before, 0, 0)


def test_checking_knows_a_customer_who_never_paid() -> None:
    assert fraud.services.check(facts()).judgement.recommendation == "APPROVE"
    assert not CustomerProfile.objects.exists()


def test_a_check_and_the_payment_itself_say_the_same() -> None:
    remember([{"reference_minor": 900_00 + number} for number in range(9)])
    told = facts(40_000_00, location={"country": "IN", "latitude": 19.0, "longitude": 72.8})

    checked, assessed = fraud.services.check(told).judgement, fraud.services.assess(told)

    assert (checked.score, checked.recommendation, list(checked.reasons)) == (
        assessed.score, assessed.recommendation, list(assessed.reasons),
    )  # fmt: skip


def test_no_payment_is_judged_twice() -> None:
    told = facts()
    fraud.services.assess(told)

    with pytest.raises(IntegrityError), transaction.atomic():
        fraud.services.assess(told)
