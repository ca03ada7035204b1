"""The report on what the fraud check is worth, as page, PDF and command."""

import io
import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import ANALYST, AUDITOR, SUPERVISOR, ensure_roles
from fraud.impact.assumptions import DEFAULTS
from fraud.impact.history import History, Sum, Week
from fraud.impact.reckoning import weigh
from fraud.labelled import Labels
from fraud.models import Label
from payments.impact import axis
from payments.impact.pdf_file import pdf_file
from payments.statements.types import Period
from tests.accounts.conftest import staff, with_factor
from tests.factories import UserFactory
from tests.fraud.stored import alert, decision

PERIOD = Period(date(2026, 11, 1), date(2026, 11, 15))
MADE_AT = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
QUERY = {"since": "2026-11-01", "until": "2026-11-15"}


def counted(labels: Labels = Labels.PEOPLE) -> History:
    monday = date(2026, 11, 2)
    return History(
        since=PERIOD.starts_at,
        until=PERIOD.ends_at,
        labels=labels,
        payments=12_345,
        held=45,
        declined=10,
        annoyed=35,
        weeks=(
            Week(monday, caught=Sum(8, 160_000_00), missed=Sum(3, 30_000_00), false_alarms=Sum(30, 60_000_00)),
            Week(monday + timedelta(7), caught=Sum(4, 80_000_00), false_alarms=Sum(10, 9_000_00)),
        ),
    )


def read(history: History, language: str = "en") -> PdfReader:
    content = pdf_file(weigh(history, DEFAULTS), period=PERIOD, made_at=MADE_AT, language=language)
    return PdfReader(io.BytesIO(content))


def words(made: PdfReader) -> str:
    return unicodedata.normalize("NFKC", "\n".join(page.extract_text() for page in made.pages))


def nothing() -> History:
    return History(PERIOD.starts_at, PERIOD.ends_at, Labels.PEOPLE, payments=0, held=0, declined=0, annoyed=0)


def test_the_pdf_says_what_was_counted_and_what_came_of_it() -> None:
    shown = words(read(counted()))

    # 240,000 less 15 %; 55 verdicts at 60; 35 customers * 2 % * 6,000; half a month of 25,000.
    for part in ("₹2,40,000.00", "₹2,04,000.00", "₹3,300.00", "₹4,200.00", "₹12,500.00", "₹1,84,000.00", "12,345"):
        assert part in shown


def test_the_pdf_prints_assumptions_and_limits() -> None:
    shown = words(read(counted())).replace("\n", " ")

    for part in (
        "Share of lost money that comes back",
        "15 %",
        "low case 30 %",
        "they are no confidence interval",
        "Limits",
    ):
        assert part in shown


def test_the_pdf_has_three_numbered_pages_with_title_and_language() -> None:
    made = read(counted())

    assert [f"Page {number} of 3" in page.extract_text() for number, page in enumerate(made.pages, 1)] == [True] * 3
    assert made.metadata is not None
    assert made.metadata.title == "Business impact of the fraud check"
    assert str(made.root_object["/Lang"]) == "en"


def test_the_plots_are_vectors_in_embedded_fonts() -> None:
    made = read(counted())

    assert [len(page.images) for page in made.pages] == [0, 0, 0]
    resources: list[Any] = [page["/Resources"] for page in made.pages]
    fonts = {str(font.get_object()["/BaseFont"]) for each in resources for font in each["/Font"].values()}
    assert all("NotoSans" in name for name in fonts - {"/Helvetica"})


def test_simulated_savings_are_called_so() -> None:
    assert "labels of the simulator" in words(read(counted(Labels.SIMULATOR)))


def test_a_period_without_labels_is_a_report_too() -> None:
    shown = words(read(nothing()))

    assert "No payment of this period carries a label." in shown
    assert "-₹12,500.00" in shown


@pytest.mark.parametrize("language", ["hi", "es", "ar"])
def test_the_pdf_is_written_in_every_language(language: str) -> None:
    assert len(read(counted(), language).pages) == 3


@pytest.mark.parametrize(
    ("values", "marks"),
    [([-3.0, 7.0], (-4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.0)), ([0.0], (0.0, 0.2))],
)
def test_an_axis_holds_every_value(values: list[float], marks: tuple[float, ...]) -> None:
    found = axis.scale(values, start=10, length=100)

    assert found.marks == marks
    assert (found.at(found.low), found.at(found.high)) == (10, 110)


# --- pages


@pytest.fixture
def people(db: None) -> dict[str, User]:
    ensure_roles()
    return {role: with_factor(staff(role)) for role in (ANALYST, SUPERVISOR, AUDITOR)}


@pytest.fixture
def desk(people: dict[str, User]) -> Client:
    browser = Client()
    browser.force_login(people[ANALYST], backend=settings.AUTHENTICATION_BACKENDS[0])
    return browser


@pytest.fixture
def stopped(db: None) -> None:
    """One fraud of 1,000 rupees was stopped, and found out."""
    made = decision(at=datetime(2026, 11, 5, tzinfo=UTC), recommendation="REVIEW", minor=1_000_00)
    alert(made, at=made.decided_at)
    Label.objects.create(decision=made, is_fraud=True, source="analyst")


def test_the_page_shows_the_money(desk: Client, stopped: None) -> None:
    free = {"review_cost": "0", "running_cost": "0", "recovery_share": "0.1"}

    shown = desk.get("/staff/impact", QUERY | free).content.decode()

    assert "₹900.00" in shown
    assert 'data-value="1000.0"' in shown


def test_the_page_begins_with_the_last_days_and_the_defaults(desk: Client) -> None:
    answer = desk.get("/staff/impact")

    assert answer.status_code == 200
    assert 'name="review_cost" value="60"' in answer.content.decode()
    assert "No payment of these days carries a label yet" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("review_cost", "-1"),
        ("churn_probability", "1.5"),
        ("recovery_share", "many"),
        ("customer_value", "1e30"),
        ("running_cost", "0.001"),
        ("since", "2026-12-01"),
        ("since", "1999-01-01"),
        ("until", "soon"),
        ("since", "\x00"),
    ],
)
@pytest.mark.parametrize("door", ["/staff/impact", "/staff/impact.pdf"])
def test_what_makes_no_sense_is_said_beside_its_field(desk: Client, door: str, field: str, value: str) -> None:
    answer = desk.get(door, QUERY | {field: value})

    assert answer.status_code == 422
    assert "invalid" in answer.content.decode()


def test_the_pdf_takes_the_same_query(desk: Client, stopped: None) -> None:
    answer = desk.get("/staff/impact.pdf", QUERY | {"review_cost": "7"})

    shown = words(PdfReader(io.BytesIO(answer.content)))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert 'filename="fraud-impact-20261101-20261115.pdf"' in answer["Content-Disposition"]
    assert "₹7.00" in shown


def test_the_simulators_labels_are_for_the_demo_bank(desk: Client, stopped: None, settings: object) -> None:
    settings.DEMO_MODE = False  # type: ignore[attr-defined]
    shown = desk.get("/staff/impact", QUERY | {"labels": "simulator"}).content.decode()

    assert "labels of the simulator" not in shown
    assert 'name="labels"' not in shown


@pytest.mark.parametrize("role", [ANALYST, SUPERVISOR, AUDITOR])
def test_staff_may_look(people: dict[str, User], role: str) -> None:
    browser = Client()
    browser.force_login(people[role], backend=settings.AUTHENTICATION_BACKENDS[0])

    assert browser.get("/staff/impact").status_code == 200


def test_customers_may_not(db: None) -> None:
    browser = Client()
    browser.force_login(UserFactory.create(), backend=settings.AUTHENTICATION_BACKENDS[0])

    assert browser.get("/staff/impact").status_code == 302


# --- the command


@pytest.mark.django_db
def test_the_command_writes_the_report(tmp_path: Path, stopped: None) -> None:
    out = io.StringIO()

    call_command(
        "impact_report",
        pdf=tmp_path / "report.pdf",
        since=PERIOD.first,
        until=PERIOD.last,
        assumption=[("recovery_share", "0"), ("running_cost", "0"), ("review_cost", "100")],
        stdout=out,
    )

    assert "₹900.00" in words(PdfReader(tmp_path / "report.pdf"))
    assert "Net saving" in out.getvalue()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--assumption", "weather=1"],
        ["--assumption", "review_cost"],
        ["--assumption", "review_cost=much"],
        ["--since", "yesterday"],
        ["--since", "2026-12-01", "--until", "2026-11-01"],
    ],
)
@pytest.mark.django_db
def test_the_command_refuses_what_makes_no_sense(tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("impact_report", "--pdf", str(tmp_path / "report.pdf"), *arguments)

    assert not (tmp_path / "report.pdf").exists()


@pytest.mark.django_db
def test_the_command_says_when_it_can_not_write(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("impact_report", "--pdf", str(tmp_path / "nowhere" / "report.pdf"))
