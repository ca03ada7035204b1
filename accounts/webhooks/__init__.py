"""Signed messages to servers that customers name: which may be reached, how, and with what signature."""
