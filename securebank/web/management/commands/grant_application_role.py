"""Gives the role that serves customers what it needs, and nothing that could rewrite history."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction
from psycopg import sql

APPEND_ONLY = (
    "accounts_auditevent",
    "fraud_casecomment",
    "fraud_customeranswer",
    "fraud_decision",
    "fraud_label",
    "fraud_modelfile",
    "fraud_modelpromotion",
    "fraud_shadowscore",
    "ledger_block",
    "ledger_chaincheck",
    "ledger_checkpoint",
    "ledger_journalentry",
    "ledger_leaf",
    "ledger_treenode",
)
READ_ONLY = ("django_migrations",)


class Command(BaseCommand):
    help = "Grant the application role its rights on the tables; run it as their owner after each migrate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", default="securebank_app")

    @transaction.atomic
    def handle(self, *_: Any, role: str, **__: Any) -> None:
        who = sql.Identifier(role)
        for statement in (
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}",
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        ):
            self._run(sql.SQL(statement).format(who))
        for table in APPEND_ONLY:
            self._run(sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), who))
        for table in READ_ONLY:
            self._run(sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), who))
        self.stdout.write(f"{role} may read and write, but not rewrite {', '.join(APPEND_ONLY)}.")

    def _run(self, statement: sql.Composed) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement.as_string(connection.connection))
