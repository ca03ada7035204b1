"""Payments by voice: speech to text to command to payment."""
