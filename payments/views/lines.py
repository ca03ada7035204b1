"""A payment as a row of a list, and as a receipt."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import BankAccount, User
from accounts.selectors.payees import masked_name
from payments.api.resources import direction
from payments.models import Payment
from payments.wording import decline_sentence
from securebank.kernel.money import Money

Status = Payment.Status

# Symbol and shade of a status that a reader must see before the amount.
SHADES: Final = {
    Status.HELD: ("clock", "disc-warn"),
    Status.PENDING: ("clock", "disc-warn"),
    Status.DECLINED: ("cross", "disc-danger"),
}
STATUS_WORDS: Final[dict[str, Promise]] = {
    Status.HELD: gettext_lazy("Under review"),
    Status.PENDING: gettext_lazy("On its way"),
    Status.DECLINED: gettext_lazy("Declined"),
    Status.REVERSED: gettext_lazy("Paid back"),
    Status.COMPLETED: gettext_lazy("Completed"),
}
# What a list says of money that did not move, to the one who wanted to move it.
PLAIN_WORDS: Final[dict[str, Promise]] = {
    Status.HELD: gettext_lazy("set aside while a colleague looks at it"),
    Status.DECLINED: gettext_lazy("no money left your account"),
}
CASH_WORDS: Final[dict[str, Promise]] = {
    Payment.Kind.DEPOSIT: gettext_lazy("Money added"),
    Payment.Kind.WITHDRAWAL: gettext_lazy("Cash taken out"),
}


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment as its viewer sees it.

    Attributes:
        name: the other side, masked; or what it was where there is no other side.
        direction: ``in``, ``out`` or ``own``.
        sign: what stands before the amount; none where no money moved.
        plain: what that means for the viewer's money, where it isn't plain.
        is_quiet: nothing moved, so the amount is struck out.
        day: the viewer's own day; ``starts_day`` is true on the first line of each.
    """

    id: UUID
    name: str
    note: str
    amount: Money
    direction: str
    sign: str
    status: str
    status_word: str
    plain: str
    is_quiet: bool
    icon: str
    shade: str
    at: datetime
    day: date
    starts_day: bool
    from_name: str
    from_account: str
    to_name: str
    to_account: str
    reason: str


def lines_of(payments: Iterable[Payment], viewer: User, *, after_day: date | None = None) -> Iterator[PaymentLine]:
    """Yield rows in order; ``after_day`` is the day of the row that stands before them."""
    for payment in payments:
        day = timezone.localdate(payment.created_at)
        yield line_of(payment, viewer, starts_day=day != after_day)
        after_day = day


def line_of(payment: Payment, viewer: User, *, starts_day: bool = False) -> PaymentLine:
    """Return one payment as its viewer sees it."""
    way = direction(payment, viewer)
    moved = payment.status in {Status.COMPLETED, Status.REVERSED}
    icon, shade = SHADES.get(Status(payment.status), ("request", "disc-in") if way == "in" else ("", ""))
    return PaymentLine(
        id=payment.pk,
        name=_name(payment, viewer, way),
        note=payment.note,
        amount=Money(payment.amount_minor, payment.currency),
        direction=way,
        sign={"in": "+", "out": "−"}.get(way, "") if moved else "",
        status=payment.status,
        status_word=str(STATUS_WORDS[payment.status]),
        plain=str(PLAIN_WORDS.get(payment.status, "")) if way != "in" else "",
        is_quiet=payment.status in {Status.DECLINED, Status.REVERSED},
        icon=icon or ("bank" if way == "own" or payment.kind != Payment.Kind.TRANSFER else ""),
        shade=shade,
        at=payment.created_at,
        day=timezone.localdate(payment.created_at),
        starts_day=starts_day,
        from_name=_party(payment.payer_account, viewer),
        from_account=payment.payer_account.masked_number if payment.payer_account else "",
        to_name=_party(payment.payee_account, viewer),
        to_account=payment.payee_account.masked_number if payment.payee_account else "",
        reason=(decline_sentence(payment) or "") if way != "in" else "",
    )


def _name(payment: Payment, viewer: User, way: str) -> str:
    if payment.kind in CASH_WORDS:
        return str(CASH_WORDS[payment.kind])
    if way == "own":
        return _("Between your accounts")
    return _party(payment.payer_account if way == "in" else payment.payee_account, viewer)


def _party(account: BankAccount | None, viewer: User) -> str:
    if account is None:
        return _("Cash")
    return account.owner.name if account.owner_id == viewer.pk else masked_name(account.owner.name)
