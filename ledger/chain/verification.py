"""Verify the chain from its first booking on, in constant memory, by several processes if wanted."""

from collections import deque
from collections.abc import Callable

import structlog

from ledger.chain import checks_of_accounts, checks_of_blocks, checks_of_bookings, merkle
from ledger.chain.checkers import CheckPieces, checkers
from ledger.chain.checks_of_blocks import Sealed
from ledger.chain.checks_of_bookings import PIECE, PIECE_LEVEL
from ledger.chain.findings import Altered, Report, expect
from ledger.models import ChainCheck
from ledger.verification import one_snapshot

log = structlog.get_logger(__name__)

Level = ChainCheck.Level
Tell = Callable[[int, int], None]


def verify(
    *,
    level: Level = Level.FULL,
    account_id: int | None = None,
    kept_checkpoint: str | None = None,
    processes: int = 1,
    tell: Tell = lambda _done, _all: None,
) -> Report:
    """Verify the chain as it is now and return what was found.

    Args:
        level: how much.
        account_id: of ``Level.ACCOUNT``, whose bookings; the report counts those.
        kept_checkpoint: a signed note that the log must have grown from.
        processes: how many make leaves anew; more than one see only what is committed.
        tell: is called with the bookings done and all of them.
    """
    with one_snapshot():
        blocks, size, pending = 0, 0, 0
        try:
            last = checks_of_blocks.check_blocks()
            blocks, size = (last.header.height + 1, last.header.tree_size) if last else (0, 0)
            if kept_checkpoint is not None:
                checks_of_blocks.check_against(kept_checkpoint, last)
            if level is Level.ACCOUNT and account_id is not None:
                return checks_of_accounts.check_account(account_id, last, tell)
            if level is Level.FULL:
                with checkers(processes) as check_pieces:
                    _check_tree(size, check_pieces, tell)
                pending = checks_of_bookings.check_books(size, last.header.sealed_through if last else 0)
        except Altered as fault:
            return Report(blocks, size, pending, fault)
        return Report(blocks, size, pending, None)


def verify_and_record(
    *, level: Level = Level.FULL, account_id: int | None = None, tell: Tell = lambda _done, _all: None
) -> ChainCheck:
    """Verify and keep what was found, for those who watch the bank."""
    report = verify(level=level, account_id=account_id, tell=tell)
    if report.fault is None:
        log.info("chain_verified", level=level, blocks=report.blocks, bookings=report.sealed)
    else:
        log.error("chain_altered", level=level, subject=report.fault.subject, detail=report.fault.detail)
    return ChainCheck.objects.create(
        level=level, account_id=account_id, tree_size=report.sealed, fault=str(report.fault or "")
    )


def _check_tree(size: int, check_pieces: CheckPieces, tell: Tell) -> None:
    """Make the whole tree anew and compare it with every block's two roots."""
    pieces = [(begin, min(begin + PIECE, size)) for begin in range(0, size, PIECE)]
    tops: list[bytes] = []
    hashes: deque[bytes] = deque()
    checked = check_pieces(pieces)
    done, peaks = 0, dict[int, bytes]()
    for block in checks_of_blocks.every_block():
        while len(hashes) < block.header.leaf_count:
            piece = next(checked)
            if len(piece) == PIECE:
                tops.append(merkle.root(piece))
            hashes.extend(piece)
        leaves = [hashes.popleft() for _ in range(block.header.leaf_count)]
        _check_roots(block, leaves)
        _, peaks = merkle.grown(done, peaks, leaves)
        expect(merkle.root_of(peaks) == block.header.log_root, block.name, "has another root of the whole log")
        done = block.header.tree_size
        tell(done, size)
    checks_of_bookings.check_levels(PIECE_LEVEL + 1, (0, len(tops) << PIECE_LEVEL), tops)


def _check_roots(block: Sealed, leaves: list[bytes]) -> None:
    expect(merkle.root(leaves) == block.header.merkle_root, block.name, "has another root of its own leaves")
