"""``manage.py simulate``."""

import io
import signal
from collections import Counter
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from fraud.models import Label
from payments.demo import cast
from payments.models import Payment, PaymentRequest
from payments.simulation import campaigns
from payments.simulation.people import DOMAIN
from payments.simulation.tally import Tally

SIMULATED = f"@{DOMAIN}"


@pytest.fixture
def demo_bank(settings: Any, tmp_path: Path, db: None) -> None:
    """A bank with its demo people; passwords are hashed fast."""
    settings.DEMO_MODE = True
    settings.STATE_DIR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("demo_data", stdout=io.StringIO())


def simulate(*arguments: str) -> str:
    told = io.StringIO()
    call_command("simulate", *arguments, stdout=told)
    return told.getvalue()


def simulated_transfers() -> list[Payment]:
    made = Payment.objects.filter(kind=Payment.Kind.TRANSFER, created_by__email__endswith=SIMULATED)
    return list(made.select_related("payer_account__owner", "payee_account__owner"))


@pytest.mark.usefixtures("demo_bank")
def test_sends_two_hundred_payments_and_leaves_the_books_right() -> None:
    before = Payment.objects.filter(kind=Payment.Kind.TRANSFER).count()

    told = simulate("--rate", "1000", "--count", "200", "--fraud-rate", "0.3", "--seed", "10")

    made = simulated_transfers()
    labels = list(Label.objects.values_list("decision__payment_id", "kind", "is_fraud", "source"))
    kinds = {kind for _id, kind, _is_fraud, _source in labels if kind}
    caught = (
        Label.objects.filter(is_fraud=True).exclude(decision__recommendation="APPROVE").values_list("kind", flat=True)
    )
    listed = {customer.email for customer in cast.CUSTOMERS}
    call_command("verify_books", stdout=io.StringIO())
    assert "200 payments" in told
    # A refused payment leaves no row.
    assert f"{200 - len(made)} refused" in told
    assert len(made) > 180
    assert Payment.objects.filter(kind=Payment.Kind.TRANSFER).count() == before + len(made)
    # Each has one label that says what it was.
    assert {row[0] for row in labels} == {payment.pk for payment in made}
    assert len(labels) == len(made)
    assert all(bool(kind) == is_fraud and source == "simulator" for _id, kind, is_fraud, source in labels)
    assert kinds == set(campaigns.KINDS)
    # What the rules alone stop, whatever the model says.
    assert set(caught) >= {"account_takeover", "structuring", "blacklisted_party", "card_testing"}
    # Demo customers get money and spend none.
    assert {payment.payee_account.owner.email for payment in made if payment.payee_account} & listed
    assert not {payment.payer_account.owner.email for payment in made if payment.payer_account} & listed
    assert PaymentRequest.objects.filter(status="accepted", payer__email__endswith=SIMULATED).exists()


@pytest.mark.usefixtures("demo_bank")
def test_lets_most_honest_payments_through() -> None:
    simulate("--rate", "1000", "--count", "80", "--fraud-rate", "0", "--seed", "3")

    ended = Counter(payment.status for payment in simulated_transfers())
    assert ended["completed"] >= 76


@pytest.mark.usefixtures("demo_bank")
def test_meets_the_same_people_again_in_the_next_run() -> None:
    simulate("--rate", "1000", "--count", "15", "--fraud-rate", "0.2", "--seed", "21")
    people = set(User.objects.values_list("email", flat=True))

    simulate("--rate", "1000", "--count", "15", "--fraud-rate", "0.2", "--seed", "21")

    assert set(User.objects.values_list("email", flat=True)) == people


@pytest.mark.usefixtures("demo_bank")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "told to end"])
def test_finishes_the_payment_at_hand_when_told_to_stop(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(number)
    add = Tally.add

    def add_and_interrupt(tally: Tally, *what: Any) -> None:
        add(tally, *what)
        if tally.payments == 3:
            signal.raise_signal(number)

    monkeypatch.setattr(Tally, "add", add_and_interrupt)

    told = simulate("--rate", "1000", "--fraud-rate", "0", "--seed", "3")

    assert "3 payments" in told
    assert Label.objects.count() == len(simulated_transfers()) == 3
    assert signal.getsignal(number) is before


@pytest.mark.usefixtures("demo_bank")
def test_waits_for_each_payment_until_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    class Clock(Event):
        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout or 0.0)
            return len(waited) > 3

    monkeypatch.setattr("payments.management.commands.simulate.Event", Clock)

    simulate("--rate", "0.001", "--seed", "5")

    # Nobody really waits here, so each time is as far off as the sum of all gaps.
    assert 0 < waited[0] < waited[1] < waited[2] < waited[3]
    assert waited[3] > 100


BAD = {
    "no rate": ("--rate", "0"),
    "a rate below none": ("--rate", "-1"),
    "a rate that is no number": ("--rate", "fast"),
    "NaN as rate": ("--rate", "nan"),
    "an endless rate": ("--rate", "inf"),
    "more fraud than payments": ("--fraud-rate", "1.01"),
    "less fraud than none": ("--fraud-rate", "-0.1"),
    "NaN as share": ("--fraud-rate", "nan"),
    "no payments": ("--count", "0"),
    "fewer than none": ("--count", "-5"),
    "half a payment": ("--count", "1.5"),
    "digits of another script": ("--count", "٣"),
    "words as seed": ("--seed", "luck"),
}


@pytest.mark.parametrize("arguments", list(BAD.values()), ids=list(BAD))
def test_refuses_what_makes_no_sense(arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match=f"argument {arguments[0]}"):
        simulate(f"{arguments[0]}={arguments[1]}")


def test_refuses_to_run_in_a_real_bank(settings: Any) -> None:
    settings.DEMO_MODE = False

    with pytest.raises(CommandError, match="demo bank only"):
        simulate("--count", "1")


@pytest.mark.django_db
def test_says_what_is_missing_before_there_are_demo_people(settings: Any, tmp_path: Path) -> None:
    settings.DEMO_MODE = True
    settings.STATE_DIR = tmp_path

    with pytest.raises(CommandError, match=r"run manage\.py demo_data first"):
        simulate("--count", "1")

    assert not User.objects.filter(email__endswith=SIMULATED).exists()
