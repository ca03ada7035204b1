"""What a code lets its payer pay."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import BankAccount
from payments.reference_money import reference_minor, reference_money
from qrpay.codes.facts import CodeFacts
from qrpay.constants import MOST_FROM_PICTURE_MINOR
from qrpay.errors import AboveSourceLimit, AmountOutside, CodeMalformed
from qrpay.types import Source, VerifiedCode
from securebank.kernel.money import EXPONENTS, InvalidAmount, Money


@dataclass(frozen=True, slots=True)
class Terms:
    """Amount and bounds in the payee's currency.

    Attributes:
        currency: the code's, or else the account's; "" when neither says.
        is_payable: the account is in that currency.
    """

    amount: Money | None
    least: Money | None
    most: Money | None
    currency: str
    is_payable: bool


def terms_of(facts: CodeFacts, account: BankAccount | None) -> Terms:
    """Return what a code asks for.

    Raises:
        CodeMalformed: an amount is none in that currency.
    """
    currency = facts.currency or (account.currency if account else "")
    if currency not in EXPONENTS:
        return Terms(None, None, None, currency, is_payable=False)
    amount, least, most = (_money(said, currency) for said in (facts.amount, facts.least, facts.most))
    return Terms(amount, least, most, currency, is_payable=account is not None and account.currency == currency)


def chosen(code: VerifiedCode, written: Any, *, currency: str) -> Money:
    """Return what will be paid: the code's amount, or what the payer wrote within its bounds.

    Raises:
        InvalidAmount: nothing, or no amount, was written where the code leaves it open.
        AmountOutside: the code fixes another amount, or its bounds leave it out.
    """
    if code.amount is not None and written is None:
        return code.amount
    if written is None:
        raise InvalidAmount(_("Choose an amount."))
    amount = Money.parse(written, currency)
    if code.amount is not None and amount != code.amount:
        raise AmountOutside(_("The code asks for another amount."), asked=str(code.amount))
    if (code.least is not None and amount < code.least) or (code.most is not None and code.most < amount):
        bounds = {"least": code.least and str(code.least), "most": code.most and str(code.most)}
        raise AmountOutside(_("The code doesn't allow this amount."), **bounds)
    return amount


def check_source(amount: Money, source: Source) -> None:
    """Refuse more than may be paid from a picture or from pasted text.

    Raises:
        AboveSourceLimit: ``facts`` name the limit.
    """
    if source not in {Source.UPLOAD, Source.PASTE} or reference_minor(amount) <= MOST_FROM_PICTURE_MINOR:
        return
    most = reference_money(MOST_FROM_PICTURE_MINOR)
    raise AboveSourceLimit(
        _("From a picture or pasted text you can pay %(most)s at most. Scan the code with the camera.")
        % {"most": f"{most} {most.currency}"},
        limit="qr_picture",
        remaining=str(most),
        currency=most.currency,
    )


def _money(said: Decimal | None, currency: str) -> Money | None:
    if said is None:
        return None
    try:
        return Money.parse(said, currency)
    except InvalidAmount as error:
        raise CodeMalformed(_("The code names an amount that there isn't in its currency.")) from error
