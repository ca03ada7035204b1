"""Questions that are answered at once: balance and history. Nothing is written."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import BankAccount, User
from accounts.selectors import bank_accounts
from accounts.selectors.payees import masked_name
from payments.models import Payment
from payments.selectors.history import history
from securebank.kernel.money import Money
from securebank.web.wording import format_day, format_money
from voice.constants import TOLD_PAYMENTS


def balances(owner: User) -> str:
    """Say what is available on each open account."""
    told = [
        _("%(account)s: %(amount)s available.")
        % {
            "account": view.account.nickname or f"{view.account.get_kind_display()} {view.account.masked_number}",
            "amount": format_money(view.balance.available, owner.language),
        }
        for view in bank_accounts.accounts_with_balances(owner=owner)
        if view.account.status != BankAccount.Status.CLOSED
    ]
    return " ".join(told) or _("You have no open account.")


def latest(owner: User) -> str:
    """Tell the last few payments."""
    told = [_told(payment, owner) for payment in history(owner=owner)[:TOLD_PAYMENTS]]
    return " ".join(told) or _("There are no payments yet.")


def _told(payment: Payment, owner: User) -> str:
    is_out = payment.payer_account is not None and payment.payer_account.owner_id == owner.pk
    facts = {
        "day": format_day(timezone.localdate(payment.created_at), owner.language),
        "amount": format_money(Money(payment.amount_minor, payment.currency), owner.language),
        "name": _name(payment.payee_account if is_out else payment.payer_account),
        "status": payment.get_status_display(),
    }
    if is_out:
        return _("%(day)s: %(amount)s to %(name)s, %(status)s.") % facts
    return _("%(day)s: %(amount)s from %(name)s, %(status)s.") % facts


def _name(account: BankAccount | None) -> str:
    return masked_name(account.owner.name) if account else _("Cash")
