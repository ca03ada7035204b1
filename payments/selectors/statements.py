"""One account over one period, with the balance after every booking."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

import ledger.selectors
from accounts.models import BankAccount, User
from accounts.selectors import bank_accounts
from ledger.types import StatementLine
from payments.models import Payment
from payments.statements.constants import MOST_LINES
from payments.statements.errors import PeriodTooLong
from payments.statements.types import Line, Period, Statement
from securebank.kernel.money import Money


def statement_of(*, owner: User, account_id: UUID, period: Period, made_at: datetime, language: str) -> Statement:
    """Return the statement of one of the owner's accounts.

    Three queries, however many bookings: the account, its postings, and the
    payments that explain them.

    Raises:
        AccountNotFound: not there, or somebody else's; the same words for both.
        PeriodTooLong: more bookings than one file holds.
    """
    account = bank_accounts.account_of(owner=owner, account_id=account_id)
    postings = ledger.selectors.statement(
        account.ledger_account_id, since=period.starts_at, until=period.ends_at, limit=MOST_LINES + 1
    )
    if len(postings) > MOST_LINES:
        raise PeriodTooLong(
            _("This period has more than %(most)d bookings. Choose a shorter one.") % {"most": MOST_LINES}
        )
    return Statement(
        account_id=account.pk,
        account_number=account.number,
        account_kind=account.kind,
        currency=account.currency,
        holder=owner.name,
        period=period,
        opening=_opening(account, period, postings),
        lines=tuple(_lines(account, postings)),
        made_at=made_at,
        language=language,
    )


def _opening(account: BankAccount, period: Period, postings: list[StatementLine]) -> Money:
    # From the same read as the lines, so that the two agree whatever is booked meanwhile.
    if postings:
        return postings[0].balance_after - postings[0].change
    return ledger.selectors.balance_at(account.ledger_account_id, period.starts_at)


def _lines(account: BankAccount, postings: list[StatementLine]) -> Iterable[Line]:
    payments = _payments_by_entry([posting.entry_id for posting in postings])
    for posting in postings:
        payment = payments.get(posting.entry_id)
        other = _other_side(payment, account)
        yield Line(
            entry_id=posting.entry_id,
            payment_id=payment.pk if payment else None,
            booked_at=posting.posted_at,
            entry_type=posting.entry_type,
            other_name=other.owner.name if other else "",
            other_account=other.masked_number if other else "",
            note=payment.note if payment else "",
            amount=posting.change,
            balance=posting.balance_after,
        )


def _payments_by_entry(entry_ids: list[int]) -> dict[int, Payment]:
    found = Payment.objects.select_related("payer_account__owner", "payee_account__owner").filter(
        entry_id__in=entry_ids
    )
    return {payment.entry_id: payment for payment in found if payment.entry_id is not None}


def _other_side(payment: Payment | None, account: BankAccount) -> BankAccount | None:
    if payment is None:
        return None
    return payment.payee_account if payment.payer_account_id == account.pk else payment.payer_account
