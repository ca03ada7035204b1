"""The books: ledger accounts, journal entries, holds."""
