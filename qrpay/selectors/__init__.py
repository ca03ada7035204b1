"""Reads of the QR room."""
