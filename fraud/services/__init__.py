"""Judging payments. ``assess`` is the one door: the engine behind it may change, its shape may not."""

from fraud.services.assessment import assess

__all__ = ["assess"]
