"""GET accounts/{id}/statement: what a statement says."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

import ledger.selectors
from accounts.models import User
from ledger.types import EntryType
from payments.models import Payment
from payments.selectors import statements
from payments.services import deposits
from payments.statements.types import Period, Statement, bank_zone
from tests.factories import BankAccountFactory, UserFactory
from tests.payments.conftest import account_of

Pay = Callable[..., Payment]
ClientOf = Callable[[User], APIClient]


def today() -> date:
    return timezone.localdate(timezone=bank_zone())


def statement_of(user: User, period: Period | None = None) -> Statement:
    return statements.statement_of(
        owner=user,
        account_id=account_of(user).pk,
        period=period or Period(today(), today()),
        made_at=timezone.now(),
        language="en",
    )


def ask(client: APIClient, user: User, **asked: Any) -> Any:
    return client.get(f"/api/accounts/{account_of(user).pk}/statement", asked)


def test_keeps_the_balance_that_the_books_keep(pay: Pay, asha: User, ben: User) -> None:
    pay("100.00")
    pay("20.50")
    pay("5.25", customer=ben, to=asha.handle)

    shown = statement_of(asha)

    assert [str(line.balance) for line in shown.lines] == ["5000.00", "4900.00", "4879.50", "4884.75"]
    assert shown.closing == ledger.selectors.balance_of(account_of(asha).ledger_account_id).settled


def test_adds_up(pay: Pay, asha: User) -> None:
    pay("100.00")
    pay("20.50")

    shown = statement_of(asha)

    totals = tuple(str(money) for money in (shown.opening, shown.total_in, shown.total_out, shown.closing))
    assert totals == ("0.00", "5000.00", "120.50", "4879.50")


def test_names_the_other_side_in_full_and_masks_its_account(pay: Pay, asha: User, ben: User) -> None:
    payment = pay("100.00", note="Tickets")

    line = statement_of(asha).lines[-1]

    assert (line.other_name, line.other_account, line.note, line.payment_id, line.entry_type) == (
        "Ben Das",
        account_of(ben).masked_number,
        "Tickets",
        payment.pk,
        EntryType.TRANSFER,
    )


def test_opens_with_what_was_there_before(pay: Pay, asha: User) -> None:
    pay("100.00")
    tomorrow = today() + timedelta(days=1)

    shown = statement_of(asha, Period(tomorrow, tomorrow))

    assert (str(shown.opening), shown.lines, str(shown.closing)) == ("4900.00", (), "4900.00")


def test_is_empty_before_the_account_was_opened(asha: User) -> None:
    shown = statement_of(asha, Period(date(2020, 1, 1), date(2020, 1, 31)))

    assert (str(shown.opening), shown.lines) == ("0.00", ())


def test_covers_the_month_so_far_when_no_days_are_named(pay: Pay, asha: User, client_of: ClientOf) -> None:
    pay("100.00", note="Tickets")

    answer = ask(client_of(asha), asha).json()

    assert (answer["from"], answer["to"]) == (str(today().replace(day=1)), str(today()))
    assert (answer["opening_balance"], answer["closing_balance"]) == ("0.00", "4900.00")
    assert [(line["amount"], line["balance"], line["title"]) for line in answer["lines"]] == [
        ("5000.00", "5000.00", "Deposit"),
        ("-100.00", "4900.00", "Transfer sent"),
    ]


def test_hides_accounts_of_others(asha: User, ben: User, client_of: ClientOf) -> None:
    answer = ask(client_of(ben), asha)

    assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")


def test_asks_as_few_questions_for_many_lines_as_for_one(pay: Pay, asha: User) -> None:
    pay()
    with CaptureQueriesContext(connection) as for_few:
        statement_of(asha)
    for _ in range(4):
        pay()
    with CaptureQueriesContext(connection) as for_many:
        statement_of(asha)

    # Two of them are the test's own look-up of the account.
    assert len(for_many) == len(for_few) == 4


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"format": "xls"}, "format"),
        ({"from": "soon"}, "from"),
        ({"to": "2026-02-30"}, "to"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "from"),
        ({"from": "0001-01-01", "to": "0001-01-02"}, "from"),
        ({"to": "9999-12-31"}, "from"),
    ],
)
def test_refuses_days_and_formats_that_make_no_sense(
    asked: dict[str, str], field: str, asha: User, client_of: ClientOf
) -> None:
    answer = ask(client_of(asha), asha, **asked)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_refuses_more_than_two_years(asha: User, client_of: ClientOf) -> None:
    answer = ask(client_of(asha), asha, **{"from": "2020-01-01", "to": "2022-01-02"})

    assert (answer.status_code, answer.json()["code"]) == (422, "period_too_long")


def test_refuses_more_lines_than_a_file_holds(asha: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MOST_LINES", 1)
    deposits.deposit(owner=asha, account_id=account_of(asha).pk, amount="1.00")

    answer = ask(client_of(asha), asha)

    assert (answer.status_code, answer.json()["code"]) == (422, "period_too_long")


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("csv", "text/csv; charset=utf-8"), ("pdf", "application/pdf"), ("camt053", "application/xml")],
)
def test_comes_as_a_file_that_no_cache_keeps(name: str, content_type: str, asha: User, client_of: ClientOf) -> None:
    answer = client_of(asha).get(
        f"/api/accounts/{account_of(asha).pk}/statement", {"format": name}, headers={"Accept": content_type}
    )

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="statement-')
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert account_of(asha).number not in answer.headers["Content-Disposition"]


def test_answers_nobody_who_is_not_signed_in(asha: User) -> None:
    assert ask(APIClient(), asha).status_code == 401


def test_shows_no_name_where_the_bank_itself_is_the_other_side(db: None) -> None:
    account = BankAccountFactory.create(owner=UserFactory.create(), balance=1_00)

    line = statement_of(account.owner).lines[0]

    assert (line.other_name, line.other_account, line.payment_id) == ("", "", None)


def test_limits_how_many_files_one_customer_asks_for(asha: User, ben: User, client_of: ClientOf, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"statement": (1, 60)}

    answers = [ask(client_of(user), user).status_code for user in (asha, asha, ben)]

    assert answers == [200, 429, 200]
