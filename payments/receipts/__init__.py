"""Receipts that need no trust: a payment, and the proof that its booking is in the signed log."""
