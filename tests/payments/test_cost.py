"""What one payment costs the database."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User

# BEGIN, both accounts locked, read; limits, spending; balance, profile, decision; entry, payment, notices, COMMIT.
IN_ITS_TRANSACTION = 12
# Payer, payee, whether there is a PIN, and failures.
BEFORE_IT = 4


@pytest.mark.django_db(transaction=True)
def test_a_payment_takes_no_more_round_trips_than_it_must(
    asha: User, ben: User, client_of: Callable[[User], APIClient]
) -> None:
    body = {"to": ben.handle, "amount": "1.00"}
    client_of(asha).post("/api/transactions/transfer", body)

    with CaptureQueriesContext(connection) as asked:
        client_of(asha).post("/api/transactions/transfer", body)

    assert len(asked) <= BEFORE_IT + IN_ITS_TRANSACTION
