"""Checks a payment before money moves."""
