"""The tables of the books, and of the chain that seals them."""

from ledger.models.books import DEBIT_KINDS, AccountShard, EntryBatch, Hold, JournalEntry, LedgerAccount, ReversalTotal
from ledger.models.chain import Block, ChainCheck, Checkpoint, Leaf, TreeNode

__all__ = [
    "DEBIT_KINDS",
    "AccountShard",
    "Block",
    "ChainCheck",
    "Checkpoint",
    "EntryBatch",
    "Hold",
    "JournalEntry",
    "Leaf",
    "LedgerAccount",
    "ReversalTotal",
    "TreeNode",
]
