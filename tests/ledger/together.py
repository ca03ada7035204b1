"""Many threads, each with a database connection of its own, let loose at once."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import Error, connection

from securebank.kernel.errors import DomainError

Job = Callable[[], Any]


def run_together(jobs: Sequence[Job], *, threads: int = 25) -> Counter[str]:
    """Run all jobs and count how they ended: ``"ok"``, the refusal's code, or the database error's name."""
    shares = [jobs[start::threads] for start in range(min(threads, len(jobs)))]
    start = Barrier(len(shares))

    def work(share: Sequence[Job]) -> list[str]:
        # The pool would let only as many in as it holds.
        options = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
        connection.settings_dict = connection.settings_dict | {"OPTIONS": options}
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return [outcome(job) for job in share]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(shares)) as pool:
        return Counter(ended for share in pool.map(work, shares) for ended in share)


def outcome(job: Job) -> str:
    try:
        job()
    except DomainError as refusal:
        return refusal.code
    except Error as error:
        return type(error.__cause__).__name__
    return "ok"
