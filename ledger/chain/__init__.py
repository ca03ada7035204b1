"""The sealed ledger: bookings as leaves of one Merkle tree, sealed in mined blocks and signed checkpoints."""
