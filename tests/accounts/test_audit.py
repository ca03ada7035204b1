import pytest
import structlog
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEvent
from accounts.services import audit
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_records_who_did_what_to_which_row() -> None:
    user = UserFactory.create()

    audit.record(action="account_frozen", actor=user, subject=user, details={"reason": "lost phone"})

    event = AuditEvent.objects.get()
    assert (event.actor, event.action, event.subject_type, event.subject_id, event.details) == (
        user,
        "account_frozen",
        "accounts.user",
        str(user.pk),
        {"reason": "lost phone"},
    )


def test_takes_address_and_request_id_from_the_request_being_served() -> None:
    with structlog.contextvars.bound_contextvars(ip="203.0.113.9", request_id="7f3c"):
        audit.record(action="signed_in", actor=None)

    event = AuditEvent.objects.get()
    assert (event.ip_address, event.request_id) == ("203.0.113.9", "7f3c")


def test_records_without_an_address_when_a_proxy_sent_nonsense() -> None:
    with structlog.contextvars.bound_contextvars(ip="not an address", request_id="x" * 500):
        audit.record(action="signed_in", actor=None)

    event = AuditEvent.objects.get()
    assert (event.ip_address, event.request_id) == (None, "x" * 36)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE accounts_auditevent SET action = 'nothing'",
        "DELETE FROM accounts_auditevent",
        "TRUNCATE accounts_auditevent",
    ],
)
def test_refuses_every_change_in_the_database_itself(change: str) -> None:
    audit.record(action="signed_in", actor=None)

    with pytest.raises(IntegrityError, match="kept as written"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)

    assert AuditEvent.objects.get().action == "signed_in"
