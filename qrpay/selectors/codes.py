"""Read the codes that were issued here."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from qrpay.errors import CodeMissing
from qrpay.models import Code
from qrpay.types import IssuedCode
from securebank.kernel.money import Money

NOT_OVER = Q(expires_at=None) | Q(expires_at__gt=Now())
IS_OVER = ExpressionWrapper(Q(expires_at__isnull=False, expires_at__lte=Now()), BooleanField())
IS_PAST = "SELECT statement_timestamp() >= %s"


def codes_of(owner: User) -> QuerySet[Code]:
    """Return the codes into the customer's accounts, newest first, each with ``is_over`` by the database's clock."""
    return Code.objects.select_related("account").filter(account__owner=owner).annotate(is_over=IS_OVER).order_by("-pk")


def open_codes_of(owner: User) -> QuerySet[Code]:
    """Return those of them that may still be paid."""
    return codes_of(owner).filter(NOT_OVER, spent_at=None, withdrawn_at=None)


def code_of(*, owner: User, code_id: UUID) -> Code:
    """Return one of the customer's codes.

    Raises:
        CodeMissing: there is none, or it is somebody else's.
    """
    code = codes_of(owner).filter(pk=code_id).first()
    if code is None:
        raise CodeMissing(_("You have no such code."))
    return code


def issued_code(code_id: UUID) -> Code | None:
    """Return a code by the id that it says, whoever's it is, with ``is_over``."""
    return Code.objects.select_related("account__owner").annotate(is_over=IS_OVER).filter(pk=code_id).first()


def is_past(instant: datetime) -> bool:
    """Tell whether an instant has come, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(IS_PAST, [instant])
        (past,) = cursor.fetchone()
    return bool(past)


def as_issued(code: Code) -> IssuedCode:
    """Return a row as the value that crosses the border."""
    return IssuedCode(
        id=code.pk,
        scheme=code.scheme,
        payload=code.payload,
        amount=None if code.amount_minor is None else Money(code.amount_minor, code.currency),
        currency=code.currency,
        note=code.note,
        expires_at=code.expires_at,
        is_single_use=code.is_single_use,
    )
