"""Every documented operation, called with what its schema allows and with what it forbids, alone and in sequences.

The schema is the committed file, which is what clients read; that it is what the code says is checked elsewhere.
``make fuzz`` runs the same with more examples, and others each time.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from pytest_django import Settings
from schemathesis.specs.openapi.checks import ignored_auth

from accounts.services import sign_in
from tests.factories import BankAccountFactory, UserFactory

SCHEMA_FILE: Final = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
EXAMPLES: Final = int(os.environ.get("SECUREBANK_FUZZ_EXAMPLES", "0"))

schema: Final = schemathesis.openapi.from_path(SCHEMA_FILE)
schema.app = get_wsgi_application()
schema.config.base_url = "http://testserver"
# What fits the schema may still be refused for its meaning: a password that everybody has, an unknown payee.
schema.config.checks.positive_data_acceptance.expected_statuses = [
    "2xx",
    "400",
    "401",
    "403",
    "404",
    "409",
    "422",
    "429",
]

RUN: Final = hypothesis_settings(
    deadline=None,
    derandomize=not EXAMPLES,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the test's own connection over the end of a request, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def no_internet(settings: Settings) -> None:
    """Let webhooks be tried out, and reach nobody."""
    settings.WEBHOOK_INTERNET = "tests.webhooks.Nowhere"


@pytest.fixture
def bearer(db: None, one_connection: None, no_internet: None) -> dict[str, str]:
    """Sign a customer with money in."""
    user = BankAccountFactory.create(owner=UserFactory.create(), balance=1_000_000_00).owner
    client = sign_in.Client(ip_address="127.0.0.1", user_agent="contract", device_secret="")
    pair = sign_in.begin(user=user, client=client, now=timezone.now())
    return {"Authorization": f"Bearer {pair.access}"}


def test_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(schema.raw_schema).validate()


@pytest.mark.timeout(3600 if EXAMPLES else 120)
@schema.parametrize()
@hypothesis_settings(RUN, max_examples=EXAMPLES or 5)
def test_answers_as_documented(case: schemathesis.Case[Any], bearer: dict[str, str]) -> None:
    case.call_and_validate(headers=bearer)


@pytest.mark.timeout(3600 if EXAMPLES else 120)
def test_answers_as_documented_in_sequences(bearer: dict[str, str]) -> None:
    class Sequences(schema.as_state_machine()):  # type: ignore[misc] # made by the library
        def get_call_kwargs(self, case: schemathesis.Case[Any]) -> dict[str, Any]:
            return {"headers": bearer}

        def validate_response(self, response: Any, case: schemathesis.Case[Any], **options: Any) -> None:
            # It asks again without the case's own credentials, but the ones given above stay.
            case.validate_response(response, excluded_checks=[ignored_auth])

    Sequences.run(settings=hypothesis_settings(RUN, max_examples=EXAMPLES or 10, stateful_step_count=8))
