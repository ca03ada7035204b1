"""Write the text of a code that is being issued."""

import unicodedata
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from accounts import handles
from qrpay.codes import bank_numbers, emv, emv_templates, epc, sealing, signing, upi
from qrpay.codes.content import Content
from qrpay.codes.currencies import NUMBERS
from qrpay.codes.plain import cut
from qrpay.constants import EMV_CITY, EMV_COUNTRY, IBAN_BANK, IBAN_COUNTRY, MOST_NAME_BYTES, MOST_NOTE_BYTES
from qrpay.errors import NotIssuable
from qrpay.models import Code
from qrpay.services import keys
from securebank.kernel.money import Money

UPI_TEMPLATE: Final = "26"
OWN_TEMPLATE: Final = "30"
# Fewer Latin letters than this don't name anybody.
FEWEST_LETTERS: Final = 3


def payload_of(code: Code, *, count_seal: Callable[[int], None]) -> str:
    """Return what the code will say.

    Args:
        code: the row, complete but for its payload; not stored yet.
        count_seal: called with the key's id before anything is sealed.

    Raises:
        NotIssuable: the format can't say it.
        NoSealingKey: there is no key.
    """
    write = STANDARDS.get(code.scheme)
    if write is None:
        return _own(code, count_seal)
    if code.most_minor is not None or (code.least_minor is not None and code.scheme != Code.Scheme.UPI):
        raise NotIssuable(_("This format has no bounds for the payer's choice. Make a sealed code."))
    return write(code)


def _own(code: Code, count_seal: Callable[[int], None]) -> str:
    key, environment = keys.ring().newest, settings.QR_ENVIRONMENT
    content = Content(
        code_id=code.pk,
        account=code.account.number,
        currency=code.currency,
        issued_at=code.created_at,
        amount=code.amount_minor,
        least=code.least_minor,
        most=code.most_minor,
        life=None if code.expires_at is None else int((code.expires_at - code.created_at).total_seconds()),
        name=code.account.owner.name,
        is_single_use=code.is_single_use,
    )
    if code.scheme == Code.Scheme.SIGNED:
        return signing.sign(content, key=key, environment=environment)
    count_seal(key.key_id)
    return sealing.seal(content, key=key, environment=environment)


def _upi(code: Code) -> str:
    if code.currency != "INR":
        raise NotIssuable(_("UPI codes are for accounts in rupees."))
    return upi.write(
        address=_address(code),
        name=cut(code.account.owner.name, MOST_NAME_BYTES),
        reference=code.pk.hex,
        note=cut(code.note, MOST_NOTE_BYTES),
        amount=_major(code.amount_minor, code.currency),
        least=_major(code.least_minor, code.currency),
    )


def _emv(code: Code) -> str:
    templates = {OWN_TEMPLATE: {"00": emv_templates.OURS, "01": code.account.number}}
    if code.currency == "INR":
        templates[UPI_TEMPLATE] = {"00": emv_templates.UPI, "01": _address(code)}
    return emv.MerchantCode(
        templates=templates,
        currency=f"{NUMBERS[code.currency]:03d}",
        amount=_major(code.amount_minor, code.currency),
        country=EMV_COUNTRY,
        name=_latin(code)[: emv.LONGEST_NAME].strip(),
        city=EMV_CITY,
        code_id=code.pk,
    ).written()


def _epc(code: Code) -> str:
    if code.currency != "EUR":
        raise NotIssuable(_("EPC codes are for accounts in euros."))
    return epc.write(
        name=cut(code.account.owner.name, MOST_NAME_BYTES)[: epc.LONGEST_NAME],
        iban=bank_numbers.own_iban(country=IBAN_COUNTRY, bank=IBAN_BANK, account=code.account.number),
        amount=_major(code.amount_minor, code.currency),
        note=cut(code.note, MOST_NOTE_BYTES),
        information=code.pk.hex,
    )


def _address(code: Code) -> str:
    return f"{code.account.owner.handle}{handles.SUFFIX}"


def _major(minor: int | None, currency: str) -> str:
    return "" if minor is None else str(Money(minor, currency))


def _latin(code: Code) -> str:
    """Return the owner's name in the letters that every reader of EMV codes shows, or else the handle."""
    owner = code.account.owner
    letters = unicodedata.normalize("NFKD", owner.name).encode("ascii", "ignore").decode("ascii").strip()
    return letters if len(letters) >= FEWEST_LETTERS else owner.handle


STANDARDS: Final[dict[str, Callable[[Code], str]]] = {
    Code.Scheme.UPI: _upi,
    Code.Scheme.EMV: _emv,
    Code.Scheme.EPC: _epc,
}
