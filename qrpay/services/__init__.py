"""Use cases that write: codes issued, judged and paid."""
