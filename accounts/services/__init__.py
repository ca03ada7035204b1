"""Use cases that write, one subject a module."""
