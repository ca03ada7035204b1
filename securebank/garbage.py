"""Python's garbage collector in a process that has loaded everything and now serves.

A full collection walks every object of the process, and nearly all of them are the bank's own code, models and
addresses, which never become garbage. Meanwhile no other thread runs, so every request waits for it. What is frozen
isn't walked any more; what requests leave behind is collected as before. See decision 0010.
"""

import gc

from django.urls import get_resolver


def freeze_what_is_loaded() -> None:
    """Take all that lives now out of the collector's sight; for the end of a process's start."""
    # The addresses load with the first request otherwise, and all views with them.
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
