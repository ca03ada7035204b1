"""The use cases of the books. Every movement of money goes through one of these."""

from ledger.services.accounts import close_account, open_account, set_shards, system_account
from ledger.services.batches import post_batch
from ledger.services.entries import post_entry, reverse_entry
from ledger.services.holds import capture_hold, expire_holds, place_hold, void_hold

__all__ = [
    "capture_hold",
    "close_account",
    "expire_holds",
    "open_account",
    "place_hold",
    "post_batch",
    "post_entry",
    "reverse_entry",
    "set_shards",
    "system_account",
    "void_hold",
]
