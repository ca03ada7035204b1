"""Judging payments. ``assess`` is the one door for payments: the engine behind it may change, its shape may not."""

from fraud.services.assessment import assess, check

__all__ = ["assess", "check"]
