"""The report on what the fraud check is worth: a page and a PDF. What it says comes from ``fraud.impact``."""
