"""Read what customers scanned."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from qrpay.errors import ScanMissing
from qrpay.models import Scan


def scans_of(owner: User) -> QuerySet[Scan]:
    """Return the customer's scans; the caller orders and pages them."""
    return Scan.objects.filter(customer=owner)


def scan_of(*, owner: User, scan_id: UUID) -> Scan:
    """Return one of the customer's scans.

    Raises:
        ScanMissing: there is none, or it is somebody else's.
    """
    scan = scans_of(owner).filter(pk=scan_id).first()
    if scan is None:
        raise ScanMissing(_("You have no such scan."))
    return scan
