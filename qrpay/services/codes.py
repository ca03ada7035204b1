"""Issue codes, and take them back."""

import secrets
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import BankAccount, User
from accounts.selectors import bank_accounts
from qrpay import metrics
from qrpay.constants import COUNTERS, LONGEST_LIFE, MOST_OPEN_CODES, SHORTEST_LIFE
from qrpay.errors import CodeSpent, NoSealingKey, NotIssuable, TooManyCodes
from qrpay.models import Code
from qrpay.selectors import codes as selectors
from qrpay.services import writing
from qrpay.types import CodeWish, IssuedCode
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money

CLOCK = "SELECT statement_timestamp()"
# Counted before the seal is made; a transaction that is undone has shown its code to nobody.
COUNT_SEAL = """
INSERT INTO qrpay_sealcount AS counted (key_id, counter, seals) VALUES (%s, %s, 1)
ON CONFLICT (key_id, counter) DO UPDATE SET seals = counted.seals + 1
"""


@transaction.atomic
def issue(*, wish: CodeWish) -> IssuedCode:
    """Make a code that asks for money into one of the owner's accounts.

    Raises:
        AccountNotFound, AccountFrozen, AccountClosed: there is no such account to be paid, or it can't be.
        InvalidAmount: an amount is none in the account's currency.
        NotIssuable: the format can't say what is wished, or the life is too short or too long.
        TooManyCodes: the owner has as many open codes as may be.
        NoSealingKey: there is no key, or the newest has sealed as many codes as it may.
    """
    account = _account(wish)
    amount, least, most = _amounts(wish, account.currency)
    # The row lock makes codes that one person issues at once count one after the other.
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=wish.owner.pk)
    if selectors.open_codes_of(wish.owner).count() >= MOST_OPEN_CODES:
        raise TooManyCodes(_("Take some of your codes back first."))
    now = _database_now()
    code = Code(
        id=new_id(),
        account=account,
        created_by=wish.owner,
        scheme=wish.scheme,
        amount_minor=_minor(amount),
        least_minor=_minor(least),
        most_minor=_minor(most),
        currency=account.currency,
        note=wish.note,
        is_single_use=wish.single_use,
        created_at=now,
        expires_at=_expires_at(wish.expires_in, now),
    )
    code.payload = writing.payload_of(code, count_seal=count_seal)
    code.save(force_insert=True)
    transaction.on_commit(metrics.ISSUED.labels(scheme=code.scheme).inc)
    return selectors.as_issued(code)


@transaction.atomic
def withdraw(*, owner: User, code_id: UUID) -> Code:
    """Take a code back: whoever tries to pay it from now on is told so. Doing it twice changes nothing.

    Raises:
        CodeMissing: there is none, or it is somebody else's.
        CodeSpent: it was paid.
    """
    code = selectors.code_of(owner=owner, code_id=code_id)
    changed = Code.objects.filter(pk=code.pk, spent_at=None, withdrawn_at=None).update(withdrawn_at=Now())
    code.refresh_from_db(fields=["withdrawn_at", "spent_at"])
    if not changed and code.spent_at is not None:
        raise CodeSpent(_("This code has been paid already."))
    return code


def count_seal(key_id: int) -> None:
    """Count one more code sealed with a key.

    Raises:
        NoSealingKey: the key has sealed as many as it may; the ring needs a new one.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(COUNT_SEAL, [key_id, secrets.randbelow(COUNTERS)])
    except IntegrityError as error:
        raise NoSealingKey(_("The key that seals codes is worn out.")) from error


def _account(wish: CodeWish) -> BankAccount:
    if wish.scheme not in Code.Scheme.values:
        raise NotIssuable(_("Codes of this kind are read here, but not made."))
    if wish.account_id is None:
        return bank_accounts.default_account(owner=wish.owner)
    account = bank_accounts.account_of(owner=wish.owner, account_id=wish.account_id)
    bank_accounts.refuse_unless_active(account, side="payee")
    return account


def _amounts(wish: CodeWish, currency: str) -> tuple[Money | None, Money | None, Money | None]:
    """Return the fixed amount and the two bounds, each None where nothing was said."""
    amount, least, most = map(partial(_money, currency), (wish.amount, wish.least, wish.most))
    if amount is not None and (least is not None or most is not None):
        raise NotIssuable(_("Give an amount, or bounds for the payer's choice."))
    if least is not None and most is not None and most < least:
        raise NotIssuable(_("The lowest amount is above the highest."))
    return amount, least, most


def _money(currency: str, written: Any) -> Money | None:
    return None if written is None else Money.parse(written, currency)


def _minor(amount: Money | None) -> int | None:
    return None if amount is None else amount.minor


def _expires_at(expires_in: int | None, now: datetime) -> datetime | None:
    if expires_in is None:
        return None
    if not SHORTEST_LIFE.total_seconds() <= expires_in <= LONGEST_LIFE.total_seconds():
        raise NotIssuable(_("A code lasts between half a minute and a year."))
    return now + timedelta(seconds=expires_in)


def _database_now() -> datetime:
    """Return the database's clock in whole seconds, as codes write it, so that row and code end together."""
    with connection.cursor() as cursor:
        cursor.execute(CLOCK)
        (now,) = cursor.fetchone()
    instant: datetime = now.replace(microsecond=0)
    return instant
