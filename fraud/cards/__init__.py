"""Scoring of card transactions that are known by 28 components, amount and time alone."""
