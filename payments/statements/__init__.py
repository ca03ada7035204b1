"""Statements of account, and the files that customers download."""
