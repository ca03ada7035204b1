"""Where runs are written down: JSON lines beside the models, or an MLflow server when its address is given."""

import json
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit

EXPERIMENT: Final = "securebank-fraud"
TIME_LIMIT: Final = 10.0
NOT_FOUND: Final = 404


class Tracker(Protocol):
    """Keeps what was tried."""

    def keep(self, name: str, parameters: Mapping[str, Any], metrics: Mapping[str, float]) -> None:
        """Write one run down."""


class LocalRuns:
    """One line of JSON a run, appended to a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, name: str, parameters: Mapping[str, Any], metrics: Mapping[str, float]) -> None:
        """Write one run down."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = {"at": round(time.time()), "name": name, "parameters": dict(parameters), "metrics": dict(metrics)}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


class MlflowRuns:
    """An MLflow server, by its REST interface, version 2.0.

    Raises:
        ValueError: the address is not one of HTTP.
    """

    def __init__(self, address: str) -> None:
        if urlsplit(address).scheme not in {"http", "https"}:
            raise ValueError(f"no HTTP address: {address}")
        self._root = f"{address.rstrip('/')}/api/2.0/mlflow"

    def keep(self, name: str, parameters: Mapping[str, Any], metrics: Mapping[str, float]) -> None:
        """Write one run down.

        Raises:
            OSError: the server can't be reached or refuses.
        """
        now = int(time.time() * 1000)
        asked = {"experiment_id": self._experiment(), "start_time": now, "run_name": name}
        run_id = self._call("runs/create", asked)["run"]["info"]["run_id"]
        told = {
            "run_id": run_id,
            "params": [{"key": key, "value": str(value)[:6000]} for key, value in parameters.items()],
            "metrics": [
                {"key": key, "value": float(value), "timestamp": now, "step": 0} for key, value in metrics.items()
            ],
        }
        self._call("runs/log-batch", told)
        self._call("runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": int(time.time() * 1000)})

    def _experiment(self) -> str:
        try:
            found = self._call(f"experiments/get-by-name?experiment_name={quote(EXPERIMENT)}")
            return str(found["experiment"]["experiment_id"])
        except HTTPError as fault:
            if fault.code != NOT_FOUND:
                raise
        return str(self._call("experiments/create", {"name": EXPERIMENT})["experiment_id"])

    def _call(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 -- the scheme was checked
            f"{self._root}/{path}", data=content, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=TIME_LIMIT) as answer:  # noqa: S310 -- same
            found: dict[str, Any] = json.loads(answer.read() or b"{}")
        return found


def tracker(out: Path, address: str | None) -> Tracker:
    """Return the server when there is an address, and otherwise the file ``runs.jsonl``."""
    return MlflowRuns(address) if address else LocalRuns(out / "runs.jsonl")
