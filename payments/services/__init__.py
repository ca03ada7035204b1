"""Use cases that move money, one a module."""
