"""Reads, one subject a module."""
