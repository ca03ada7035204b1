"""The pages where policies are written, tried and proposed."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from fraud.models import PolicyVersion
from fraud.policy_pages.forms import PolicyForm
from fraud.services import backtesting, policies
from tests.accounts.conftest import staff, with_factor
from tests.fraud.policy_life import active, decided, drafted, proposed, supervisor, tried

pytestmark = pytest.mark.django_db


def desk_of(person: User) -> Client:
    """Return a browser in which a member of staff has signed in, factor included."""
    browser = Client()
    browser.force_login(with_factor(person), backend=settings.AUTHENTICATION_BACKENDS[0])
    return browser


@pytest.fixture
def sara(db: None) -> User:
    return supervisor()


@pytest.fixture
def desk(sara: User) -> Client:
    return desk_of(sara)


def typed(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return what a browser sends for a document: the form as shown, with some fields changed."""
    form = PolicyForm(document, initial={"note": "Why not"})
    shown = {name: form[name].value() for name in form.fields}
    sent = shown | {name.replace("__", "."): value for name, value in changes.items()}
    return {name: value for name, value in sent.items() if value is not False}


def test_a_form_that_is_sent_back_unchanged_changes_nothing(desk: Client, sara: User) -> None:
    policies.draft(like=1, person=sara)

    desk.post("/staff/policies/2/edit", typed(active().document))

    version = PolicyVersion.objects.get(number=2)
    assert (version.document, version.note) == (active().document, "Why not")


def test_what_is_typed_is_written(desk: Client, sara: User) -> None:
    policies.draft(like=1, person=sara)
    changes = {
        "thresholds__review": "0.5",
        "rules__NIGHT__enabled": False,
        "rules__NIGHT__weight": "0.25",
        "rules__NIGHT__effect": "review",
        "rules__AMOUNT_LIMIT__params__from_minor": "1234.56",
        "rules__VELOCITY__params__busy_hour": "7",
    }

    answer = desk.post("/staff/policies/2/edit", typed(active().document, **changes))

    document = PolicyVersion.objects.get(number=2).document
    assert answer.status_code == 302
    assert document["thresholds"]["review"] == 0.5
    night = document["rules"]["NIGHT"]
    assert (night["enabled"], night["weight"], night["effect"]) == (False, 0.25, "review")
    assert document["rules"]["AMOUNT_LIMIT"]["params"] == {"from_minor": 1_234_56}
    assert document["rules"]["VELOCITY"]["params"]["busy_hour"] == 7


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [
        ("weights.model", "0.7", "weights.model"),
        ("thresholds.review", "0.8", "thresholds.decline"),
        ("levels.critical", "0.5", "levels.critical"),
        ("levels.high", "NaN", "levels.high"),
        ("levels.high", "Infinity", "levels.high"),
        ("thresholds.lock", "1.1", "thresholds.lock"),
        ("thresholds.lock", "", "thresholds.lock"),
        ("rules.NIGHT.weight", "-0.1", "rules.NIGHT.weight"),
        ("rules.NIGHT.effect", "approve", "rules.NIGHT.effect"),
        ("rules.NIGHT.params.from_hour", "25", "rules.NIGHT.params.from_hour"),
        ("rules.VELOCITY.params.busy_hour", "10.5", "rules.VELOCITY.params.busy_hour"),
        ("rules.VELOCITY.params.busy_hour", "many", "rules.VELOCITY.params.busy_hour"),
        ("rules.AMOUNT_LIMIT.params.from_minor", "0", "rules.AMOUNT_LIMIT.params.from_minor"),
        ("rules.AMOUNT_LIMIT.params.from_minor", "1.001", "rules.AMOUNT_LIMIT.params.from_minor"),
        ("rules.AMOUNT_LIMIT.params.from_minor", "1e30", "rules.AMOUNT_LIMIT.params.from_minor"),
        ("note", "x" * 281, "note"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_its_field(desk: Client, sara: User, field: str, value: str, at: str) -> None:
    policies.draft(like=1, person=sara)

    page = desk.post("/staff/policies/2/edit", typed(active().document) | {field: value})

    version = PolicyVersion.objects.get(number=2)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [at])
    assert (version.document, version.note) == (active().document, "")


def test_two_wrong_fields_are_both_told(desk: Client, sara: User) -> None:
    policies.draft(like=1, person=sara)

    page = desk.post(
        "/staff/policies/2/edit", typed(active().document) | {"levels.high": "x", "rules.NIGHT.weight": "2"}
    )

    assert list(page.context["form"].errors) == ["levels.high", "rules.NIGHT.weight"]


def test_every_parameter_of_every_rule_has_a_field(db: None) -> None:
    form = PolicyForm(active().document)

    wanted = {
        f"rules.{code}.params.{name}" for code, rule in active().document["rules"].items() for name in rule["params"]
    }
    assert {name for name in form.fields if ".params." in name} == wanted


def test_a_page_says_what_a_draft_changes(desk: Client, sara: User) -> None:
    draft = policies.draft(like=1, person=sara)
    document = draft.document
    document["rules"]["AMOUNT_LIMIT"]["params"]["from_minor"] = 150_000_00
    document["rules"]["NIGHT"]["enabled"] = False
    policies.edit(number=2, document=document, note="", person=sara)

    changes = desk.get("/staff/policies/2").context["changes"]

    assert [(change.label, change.old, change.new) for change in changes] == [
        ("Large amount: Speaks up from", "₹2,00,000.00", "₹1,50,000.00"),
        ("At night: Switched on", "yes", "no"),
    ]


def test_a_backtest_is_asked_for_followed_and_shown(desk: Client, sara: User) -> None:
    decision = decided(1_000_00, ml_score=0.7, label=False)
    drafted(sara)
    desk.post("/staff/policies/2/backtest", {"period": "30"})

    waiting = desk.get("/staff/policies/2/backtest/progress")
    backtest = PolicyVersion.objects.get(number=2).backtests.get()
    backtesting.work(backtest_id=backtest.pk, now=timezone.now)
    over = desk.get("/staff/policies/2/backtest/progress")
    page = desk.get("/staff/policies/2").content.decode()

    assert "waits for a worker" in waiting.content.decode()
    assert over.headers["HX-Redirect"] == "/staff/policies/2"
    assert "Backtest: policy-2 against policy-1" in page
    assert f"/admin/fraud/decision/{decision.pk}/change/" in page


def test_a_past_without_labels_shows_no_catches_and_no_false_alarms(desk: Client, sara: User) -> None:
    decided(1_000_00, ml_score=0.7)
    tried(drafted(sara))

    page = desk.get("/staff/policies/2")

    assert "None of them carries a label. The old policy would stop 1, this one 0" in page.content.decode()
    assert (page.context["result"]["labels"], len(page.context["result"]["amounts"])) == ([], 2)


def test_a_running_backtest_is_stopped(desk: Client, sara: User) -> None:
    drafted(sara)
    desk.post("/staff/policies/2/backtest", {"period": "all"})

    desk.post("/staff/policies/2/backtest/cancel")

    assert PolicyVersion.objects.get(number=2).backtests.get().state == "cancelled"
    assert "stopped before its end" in desk.get("/staff/policies/2").content.decode()


def test_a_draft_is_proposed_and_approved_at_the_desk(desk: Client, sara: User) -> None:
    decided(1_000_00, ml_score=0.7, label=True)
    tried(drafted(sara))
    desk.post("/staff/policies/2/propose")
    omar = desk_of(supervisor("Omar Other"))
    approval = omar.get("/staff/policies/2").context["proposal"]

    told = omar.get(f"/admin/accounts/approval/{approval.pk}/change/").content.decode()
    omar.post("/admin/accounts/approval/", {"action": "approve", "_selected_action": [str(approval.pk)]})

    assert "<li>Held for review from: 0.4 → 0.45</li>" in told
    assert "<li>Fraud stopped: 1 → 0</li>" in told
    assert 'href="/staff/policies/2"' in told
    assert active().number == 2


def test_a_draft_is_thrown_away(desk: Client, sara: User) -> None:
    drafted(sara)

    assert desk.post("/staff/policies/2/discard").status_code == 302
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize("path", ["/staff/policies/2", "/staff/policies/9"])
def test_a_number_that_is_not_there_is_told(desk: Client, path: str) -> None:
    assert desk.get(path).status_code == 404


def test_a_colleague_sees_a_draft_without_its_buttons(sara: User) -> None:
    tried(drafted(sara))

    page = desk_of(supervisor("Omar Other")).get("/staff/policies/2").content.decode()

    assert "New draft from this" in page
    assert "/staff/policies/2/propose" not in page
    assert "/staff/policies/2/edit" not in page


@pytest.mark.parametrize("role", ["ANALYST", "AUDITOR"])
def test_the_others_look_and_change_nothing(sara: User, role: str) -> None:
    proposed(sara)
    desk = desk_of(staff(role))

    assert "Waits for a second person" in desk.get("/staff/policies").content.decode()
    assert "<form" not in desk.get("/staff/policies/2").content.decode()
    assert desk.post("/staff/policies/2/draft").status_code == 403
