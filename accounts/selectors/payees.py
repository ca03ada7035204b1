"""Find whom a number, handle or phone belongs to."""

from functools import partial
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import handles, phones
from accounts.constants import LONGEST_PAYEE
from accounts.errors import PayeeNotFound
from accounts.models import BankAccount
from accounts.selectors.bank_accounts import current_first
from accounts.services import account_numbers
from accounts.types import PayeeMatch
from securebank.kernel.text import is_printable

# What people put between the digits of an account number.
GROUPING: Final = str.maketrans("", "", " -")


def find_payee(to: str, *, currency: str | None = None) -> PayeeMatch:
    """Return the payee that a customer named.

    Frozen accounts and locked owners are found too: the payment refuses them
    under its locks, with the right reason.

    Args:
        to: account number, handle with or without ``@securebank``, or phone number.
        currency: which of the payee's accounts to prefer when ``to`` names the person.

    Raises:
        PayeeNotFound: whatever the reason, the same words.
    """
    if len(to) > LONGEST_PAYEE or not is_printable(to):
        raise _not_found()
    accounts = _candidates(to.strip())
    if not accounts:
        raise _not_found()
    account = min(accounts, key=partial(_preference, currency))
    owner = account.owner
    return PayeeMatch(
        account=account,
        owner_id=owner.pk,
        name=owner.name,
        masked_name=masked_name(owner.name),
        handle=f"{owner.handle}{handles.SUFFIX}",
    )


def masked_name(name: str) -> str:
    """Return a name as other customers see it: enough to recognise, too little to collect.

    >>> masked_name("Asha Rao"), masked_name("Li"), masked_name("Ana de la Cruz")
    ('Asha R••', 'L••', 'Ana C••')
    """
    words = name.split()
    if len(words) < 2:  # noqa: PLR2004 - one word is all of the name: only its initial
        return f"{name[:1]}••"
    return f"{words[0]} {words[-1][0]}••"


def is_phone(to: str) -> bool:
    """Tell whether ``find_payee`` would look for a phone number.

    >>> is_phone("+91 98123 45678"), is_phone("asha.rao"), is_phone("nobody?")
    (True, False, False)
    """
    if account_numbers.is_well_formed(to.translate(GROUPING)) or handles.HANDLE.fullmatch(handles.bare_handle(to)):
        return False
    try:
        phones.e164(to.strip())
    except phones.NotAPhoneNumber:
        return False
    return True


def _candidates(to: str) -> QuerySet[BankAccount]:
    """Return the accounts that ``to`` may mean: one by its number, or all open ones of a person."""
    accounts = BankAccount.objects.select_related("owner").filter(owner__is_active=True)
    number = to.translate(GROUPING)
    if account_numbers.is_well_formed(number):
        return accounts.filter(number=number)
    accounts = accounts.exclude(status=BankAccount.Status.CLOSED)
    handle = handles.bare_handle(to)
    if handles.HANDLE.fullmatch(handle):
        return accounts.filter(owner__handle=handle)
    try:
        return accounts.filter(owner__phone=phones.e164(to))
    except phones.NotAPhoneNumber:
        return accounts.none()


def _preference(currency: str | None, account: BankAccount) -> tuple[Any, ...]:
    """Order a person's open accounts: right currency, active, current, oldest."""
    return account.currency != currency, account.status != BankAccount.Status.ACTIVE, *current_first(account)


def _not_found() -> PayeeNotFound:
    return PayeeNotFound(_("Nobody here has that account number, handle or phone number."))
