"""What the fraud room does. ``assess`` is the one door to a verdict: the engine behind it may change."""

from fraud.services.assessment import assess

__all__ = ["assess"]
