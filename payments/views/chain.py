"""The explorer: the chain of blocks that seals the books, live."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.live import Room
from accounts.views.requests import PageRequest, page
from ledger.chain import selectors as chain
from ledger.models import Block
from payments.selectors.chain import chain_page, latest_sealed, payments_in
from payments.selectors.receipts import block_heights
from payments.views.lines import lines_of

LONGEST_HEIGHT: Final = 18


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a block's header, in plain words."""

    name: str | Promise
    value: str
    meaning: str | Promise


@page("GET")
def explorer(request: PageRequest) -> HttpResponse:
    """List blocks; htmx asks for the list only, when a block was mined."""
    written = request.GET.get("before", "")
    before = int(written) if written.isascii() and written.isdigit() and len(written) <= LONGEST_HEIGHT else None
    context = {"chain": chain_page(before_height=before), "before": before}
    if request.htmx:
        return render(request, "parts/chain_blocks.html", context)
    payments = latest_sealed(owner=request.user)
    heights = block_heights(payments)
    sealed = [(line, heights[line.id]) for line in lines_of(payments, request.user)]
    return render(request, "pages/chain.html", context | {"sealed": sealed, "rooms": Room.CHAIN.value})


@page("GET")
def block(request: PageRequest, height: int) -> HttpResponse:
    """Show one block: its header explained, and the reader's own payments in it."""
    found = chain.block(height)
    newest = chain.blocks(limit=1)[0].height
    context = {
        "mined": found,
        "fields": _fields(found),
        "lines": list(lines_of(payments_in(found, owner=request.user), request.user)),
        "earlier": height - 1 if height else None,
        "later": height + 1 if height < newest else None,
    }
    return render(request, "pages/block.html", context)


def _fields(block: Block) -> list[Field]:
    header = block.header
    return [
        Field(
            _("Hash"),
            bytes(block.hash).hex(),
            _("The block's fingerprint. Change anything below, and it is another one."),
        ),
        Field(
            _("Previous hash"),
            header.previous_hash.hex(),
            _("The fingerprint of the block before: this is what makes the blocks a chain."),
        ),
        Field(
            _("Merkle root"),
            header.merkle_root.hex(),
            _("One fingerprint of all bookings in this block."),
        ),
        Field(
            _("Root of the whole log"),
            header.log_root.hex(),
            _("One fingerprint of every booking the bank ever sealed, this block's included. The bank signs it."),
        ),
        Field(_("Bookings in the log"), str(header.tree_size), _("How many bookings are sealed up to this block.")),
        Field(
            _("Difficulty"),
            str(header.difficulty),
            _("With how many zeros the hash must begin. Finding one takes many tries; checking it takes one."),
        ),
        Field(_("Nonce"), str(header.nonce), _("The number that was found by trying, to give the hash its zeros.")),
    ]
