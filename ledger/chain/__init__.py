"""The sealed ledger: leaves, tree, blocks, checkpoints. Pure modules here import no Django."""
