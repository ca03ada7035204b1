"""Write the report on what the fraud check is worth."""

from argparse import ArgumentTypeError
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from fraud.impact import assumptions
from fraud.impact.assumptions import ASSUMPTIONS
from fraud.impact.history import history
from fraud.impact.reckoning import weigh
from fraud.labelled import Labels
from payments.impact import presenting
from payments.impact.forms import USUAL_DAYS
from payments.impact.pdf_file import pdf_file
from payments.statements.types import Period, bank_zone
from securebank.kernel.errors import DomainError


class Command(BaseCommand):
    help = "Write as PDF what the fraud check saved and cost in a period, and print its figures."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pdf", type=Path, required=True, metavar="FILE")
        parser.add_argument("--since", type=_day, help=f"first day, such as 2026-11-01; else {USUAL_DAYS} days ago")
        parser.add_argument("--until", type=_day, help="last day; else today")
        parser.add_argument(
            "--labels", choices=[each.value for each in Labels], default=Labels.PEOPLE.value, help="whose word counts"
        )
        parser.add_argument(
            "--assumption",
            action="append",
            default=[],
            type=_assumption,
            metavar="NAME=VALUE",
            help="may be repeated; amounts in rupees, shares from 0 to 1: "
            + ", ".join(f"{name}={known.default}" for name, known in ASSUMPTIONS.items()),
        )
        parser.add_argument("--language", default="en", choices=["en", "hi", "es", "ar"])

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        today = now.astimezone(bank_zone()).date()
        try:
            period = Period(options["since"] or today - timedelta(days=USUAL_DAYS), options["until"] or today)
            assumed = assumptions.read(dict(options["assumption"]))
        except DomainError as refusal:
            raise CommandError(" ".join([*map(str, refusal.facts.values()), str(refusal)])) from refusal
        counted = history(since=period.starts_at, until=period.ends_at, labels=Labels(options["labels"]))
        report = weigh(counted, assumed)
        content = pdf_file(report, period=period, made_at=now, language=options["language"])
        try:
            options["pdf"].write_bytes(content)
        except OSError as fault:
            raise CommandError(f"{options['pdf']}: {fault.strerror}") from fault
        for line in (*presenting.counted(counted, "en"), *presenting.cases(report, "en")):
            self.stdout.write(f"{line.label:<50} {'  '.join(f'{figure:>18}' for figure in line.figures)}")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ArgumentTypeError(f"must be a day such as 2026-11-20, not '{written}'") from None


def _assumption(written: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not equals:
        raise ArgumentTypeError(f"must be NAME=VALUE, not '{written}'")
    return name, value
