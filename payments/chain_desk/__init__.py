"""The page where auditors and supervisors have the sealed ledger verified."""
