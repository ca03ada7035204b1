"""Write the text of a code that is being issued."""

from collections.abc import Callable

from django.conf import settings

from qrpay.codes import sealing, signing
from qrpay.codes.content import Content
from qrpay.models import Code
from qrpay.services import keys


def payload_of(code: Code, *, count_seal: Callable[[int], None]) -> str:
    """Return what the code will say.

    Args:
        code: the row, complete but for its payload; not stored yet.
        count_seal: called with the key's id before anything is sealed.

    Raises:
        NotIssuable: the format can't say it.
        NoSealingKey: there is no key.
    """
    return _own(code, count_seal)


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
