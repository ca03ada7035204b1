"""What a full garbage collection still has to walk in a process that serves."""

import json
import subprocess
import sys

import pytest

COUNT = "import gc, json; print(json.dumps([gc.get_freeze_count(), len(gc.get_objects())]))"


@pytest.mark.parametrize(
    "start",
    [
        pytest.param("import securebank.asgi", id="web"),
        pytest.param("from securebank.celery import app; app.Worker(pool='threads', concurrency=1)", id="worker"),
    ],
)
def test_collections_walk_a_small_part_of_what_a_process_has_loaded(start: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", f"{start}\n{COUNT}"]

    started = subprocess.run(command, capture_output=True, text=True, check=True)

    spared, walked = json.loads(started.stdout.splitlines()[-1])
    assert spared > 10 * walked
