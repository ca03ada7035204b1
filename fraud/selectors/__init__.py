"""Reads of the fraud room."""

from fraud.selectors.profiles import trust_score

__all__ = ["trust_score"]
