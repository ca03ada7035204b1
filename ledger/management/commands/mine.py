"""``manage.py mine``: seal what is pending now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.chain import headers, mining, searchers
from ledger.models import Block


class Command(BaseCommand):
    help = "Mine blocks until every booking is sealed. Ends at once while another process mines."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--processes", type=int, default=1, help="how many share the search for a nonce")

    def handle(self, *_: Any, processes: int, **__: Any) -> None:
        if processes < 1:
            raise CommandError("--processes is 1 or more")
        if processes == 1:
            mined = mining.mine_pending(search=headers.search, tell=self._tell)
        else:
            with searchers.together(processes) as search:
                mined = mining.mine_pending(search=search, tell=self._tell)
        self.stdout.write(f"{mined} blocks mined.")

    def _tell(self, block: Block) -> None:
        self.stdout.write(f"block {block.height}: {block.leaf_count} bookings, {block.hash.hex()}")
