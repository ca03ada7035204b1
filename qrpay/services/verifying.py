"""Judge a code: who made it, whom it pays, and whether it may still be paid. Moves nothing."""

from dataclasses import replace

from django.utils.translation import gettext as _

from accounts.models import BankAccount, User
from accounts.types import PayeeMatch
from qrpay import metrics
from qrpay.codes import errors as bad
from qrpay.codes import reading
from qrpay.codes.facts import CodeFacts, Scheme, SignatureState
from qrpay.constants import LONGEST_TEXT
from qrpay.errors import CodeExpired, CodeForged, CodeMalformed, CodeSpent, CodeWithdrawn, UnknownKey
from qrpay.models import Code
from qrpay.selectors import codes as selectors
from qrpay.services import amounts, keys, names, registry
from qrpay.types import Authenticity, Reason, VerifiedCode
from securebank.kernel.errors import DomainError


def verify(*, customer: User, text: str) -> VerifiedCode:
    """Return what a code says and how far it can be believed.

    Expiry is judged by the database's clock. A code of another bank or of no kind that can be paid is shown as what it
    is; it is only refused when it is paid.

    Raises:
        CodeMalformed, CodeForged, UnknownKey: it isn't what it begins as.
        CodeExpired, CodeSpent, CodeWithdrawn: it was good once.
        PayeeNotFound: it leads to this bank, where nobody has its address.
    """
    try:
        return _judged(customer, text)
    except DomainError as refusal:
        metrics.REFUSED.labels(reason=refusal.code).inc()
        raise


def _judged(customer: User, text: str) -> VerifiedCode:
    facts = read(text)
    match = registry.find(facts)
    issued = _issued(facts, match)
    if issued is not None and match is not None:
        # An address of UPI leads to its owner's first account; the code may have been issued for another one.
        match = replace(match, account=issued.account)
    if facts.expires_at is not None and selectors.is_past(facts.expires_at):
        raise CodeExpired(_("This code has expired. Ask for a new one."))
    authenticity = _authenticity(facts, match)
    is_proven = issued is not None or facts.scheme in registry.OWN
    terms = amounts.terms_of(facts, None if match is None else match.account)
    verified = VerifiedCode(
        facts=facts,
        authenticity=authenticity,
        payee=None if match is None else registry.as_shown(match, customer=customer, is_proven=is_proven),
        amount=terms.amount,
        least=terms.least,
        most=terms.most,
        currency=terms.currency,
        note=issued.note if issued else facts.note,
        expires_at=issued.expires_at if issued else facts.expires_at,
        is_single_use=issued.is_single_use if issued else False,
        name_differs=match is not None and names.differ(facts.payee_name, match.name, match.handle),
        reasons=(),
        can_pay=match is not None and terms.is_payable and match.account.status == BankAccount.Status.ACTIVE,
        issued_id=None if issued is None else issued.pk,
    )
    return replace(verified, reasons=_reasons(verified))


def read(text: str) -> CodeFacts:
    """Return what a code says, whoever made it.

    Raises:
        CodeMalformed, CodeForged, UnknownKey: it isn't what it begins as.
    """
    if len(text) > LONGEST_TEXT:
        raise CodeMalformed(_("This is longer than any payment code."))
    try:
        # What pasting leaves around a text; no code of ours begins or ends with a space.
        return reading.read(text.strip(), keys=keys.keys())
    except bad.UnknownKey as error:
        raise UnknownKey(_("This code was made with a key that this bank doesn't have.")) from error
    except bad.Forged as error:
        raise CodeForged(_("This code was forged or altered. Don't pay with it.")) from error
    except bad.BadCode as error:
        raise CodeMalformed(_("This code is damaged or not written as its standard asks.")) from error


def _issued(facts: CodeFacts, match: PayeeMatch | None) -> Code | None:
    """Return the row of a code that was issued here, once it is sure that it may be paid."""
    if facts.code_id is None or match is None:
        return None
    issued = selectors.issued_code(facts.code_id)
    if issued is None or issued.account.owner_id != match.owner_id:
        if facts.scheme in registry.OWN:
            raise CodeWithdrawn(_("This bank knows nothing of this code any more."))
        # Anybody may write any reference into a code of an open standard.
        return None
    refuse_unless_open(issued)
    return issued


def refuse_unless_open(code: Code) -> None:
    """Raise CodeSpent, CodeWithdrawn or CodeExpired when a code, read with ``is_over``, can't be paid any more."""
    if code.spent_at is not None:
        raise CodeSpent(_("This code was good for one payment, and that has been made."))
    if code.withdrawn_at is not None:
        raise CodeWithdrawn(_("Whoever made this code has taken it back."))
    if getattr(code, "is_over", False):
        raise CodeExpired(_("This code has expired. Ask for a new one."))


def _authenticity(facts: CodeFacts, match: PayeeMatch | None) -> Authenticity:
    if facts.scheme is Scheme.SEALED:
        return Authenticity.SEALED
    if facts.scheme is Scheme.SIGNED or (match is not None and facts.signature is SignatureState.VERIFIED):
        return Authenticity.SIGNED
    return Authenticity.UNVERIFIED if match is None else Authenticity.REGISTERED


def _reasons(code: VerifiedCode) -> tuple[Reason, ...]:
    """Return what the payer should know, worst first."""
    payee = code.payee
    told = (
        (code.facts.scheme is Scheme.OTHER, "not_a_payment", _("This is no payment code. It was not opened.")),
        (
            payee is None and code.facts.scheme is not Scheme.OTHER,
            "other_bank",
            _("This code leads to another bank. Nobody here can tell whose it is."),
        ),
        (
            payee is not None and not code.can_pay,
            "not_payable",
            _("The payee's account or this currency can't be paid now."),
        ),
        (
            code.name_differs,
            "name_differs",
            _("The code names somebody else than our books do. Trust the name shown here."),
        ),
        (
            code.facts.signature is SignatureState.UNVERIFIED,
            "signature_not_verified",
            _("The code bears a signature that this bank can't check."),
        ),
        (payee is not None and payee.is_own, "own_code", _("This code pays yourself.")),
        (
            payee is not None and not payee.is_known and not payee.is_own,
            "new_payee",
            _("You have never paid them before."),
        ),
        (
            code.authenticity is Authenticity.REGISTERED,
            "not_sealed",
            _("The code itself proves nothing; the payee is a customer of this bank."),
        ),
    )
    return tuple(Reason(name, sentence) for is_so, name, sentence in told if is_so)
