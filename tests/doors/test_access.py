"""Every route, tried by everybody."""

import re
from typing import Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.doors.table import ROWS, Row
from tests.doors.world import ROLES, Visitor, World, routes

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Looking at a page may write where the reader is signed in, and count calls.
WRITTEN_BY_LOOKING: Final = ("django_session", "usersessions_usersession", "web_ratecounter")
WRITES: Final = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+\"?(\w+)", re.IGNORECASE)
# Nobody is signed in by what these are sent, so there is nothing that another site could misuse.
OPEN_DOORS: Final = ("api/auth/register", "api/auth/login", "api/auth/refresh", "api/auth/logout", "api/<path:address>")
# What differs between two answers that say the same: tokens, and the id that was asked for.
CHANGING: Final = re.compile(rb'[A-Za-z0-9]{64}|nonce="[^"]+"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}')


def test_every_route_has_a_line_in_the_table() -> None:
    assert set(routes()) == {row.route for row in ROWS}


@pytest.mark.parametrize("role", ROLES)
def test_gets_what_the_table_says(world: World, role: str) -> None:
    visitor, place = world.visitor(role), ROLES.index(role)

    answers = {row: visitor.call(row).status_code for row in ROWS}

    assert [(row.method, row.route, code) for row, code in answers.items() if code != row.answers[place]] == []


def test_other_methods_are_refused(world: World) -> None:
    # Whoever may use a door hears that its method is wrong; the others hear nothing about it.
    visitor, known = world.visitor("supervisor"), {(row.method, row.route) for row in ROWS}
    ours = {row.route: row for row in ROWS if not row.route.startswith(("admin/", "account/"))}

    answers = {
        (method, route): visitor.call(row, method=method).status_code
        for route, row in ours.items()
        for method in METHODS
        if (method, route) not in known
    }

    assert {door: code for door, code in answers.items() if code != 405} == {}


@pytest.mark.parametrize("role", ["other", "analyst"])
def test_somebody_elses_thing_looks_like_one_that_does_not_exist(world: World, role: str) -> None:
    visitor = world.visitor(role)

    for row in (row for row in ROWS if row.is_owned):
        theirs, nobodys = (CHANGING.sub(b"", visitor.call(row, unknown=it).content) for it in (False, True))
        assert theirs == nobodys, row


@pytest.mark.parametrize("role", ["anonymous", "owner", "supervisor"])
def test_looking_changes_nothing(world: World, role: str) -> None:
    visitor = world.visitor(role)

    for row in (row for row in ROWS if row.method == "GET"):
        with CaptureQueriesContext(connection) as asked:
            visitor.call(row)
        written = {found[1] for query in asked if (found := WRITES.match(query["sql"] or ""))}
        assert written <= set(WRITTEN_BY_LOOKING), row


def test_a_cookie_alone_changes_nothing(world: World) -> None:
    customer, supervisor = world.visitor("owner"), world.visitor("supervisor")
    unsafe = [row for row in ROWS if row.method != "GET" and row.route not in OPEN_DOORS]

    answers = {
        row: _somebody(row, customer, supervisor).call(row, enforce_csrf_checks=True).status_code for row in unsafe
    }

    assert {row: code for row, code in answers.items() if code != 403} == {}


def _somebody(row: Row, customer: Visitor, supervisor: Visitor) -> Visitor:
    return supervisor if row.is_admin else customer


@pytest.mark.parametrize("role", ["anonymous", "owner", "supervisor"])
def test_every_answer_protects_its_reader(world: World, role: str) -> None:
    visitor = world.visitor(role)

    for row in (row for row in ROWS if row.method == "GET"):
        headers = visitor.call(row).headers
        policy = headers["Content-Security-Policy"]
        # The scanner's reader of codes is WebAssembly; that word lets nothing else run.
        assert "unsafe" not in (policy.replace("'wasm-unsafe-eval'", "") if row.route == "scan" else policy), row
        assert "frame-ancestors 'none'" in policy, row
        assert "default-src 'self'" in policy, row
        assert headers["X-Content-Type-Options"] == "nosniff", row
        assert headers["Referrer-Policy"] == "same-origin", row
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", row
        assert headers["X-Frame-Options"] == "DENY", row
        assert role == "anonymous" or "no-store" in headers.get("Cache-Control", ""), row
