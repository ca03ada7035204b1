"""Where runs are written down, against a small server that keeps what MLflow's REST interface is told."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from ml.fraud.train.tracking import MlflowRuns, tracker


class Kept(HTTPServer):
    """Remembers calls; knows no experiment until one is created."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.calls: list[tuple[str, Any]] = []
        self.has_experiment = False


class Answering(BaseHTTPRequestHandler):
    server: Kept

    def do_GET(self) -> None:
        self._tell(None)

    def do_POST(self) -> None:
        self._tell(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _tell(self, body: Any) -> None:
        path = self.path.removeprefix("/api/2.0/mlflow/").partition("?")[0]
        self.server.calls.append((path, body))
        if path == "experiments/get-by-name" and not self.server.has_experiment:
            self._answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST"})
            return
        self.server.has_experiment |= path == "experiments/create"
        known = {"experiment_id": "7"}
        self._answer(200, {"experiment": known, **known, "run": {"info": {"run_id": "r1"}}})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class's name
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Kept]:
    with Kept() as kept:
        thread = threading.Thread(target=kept.serve_forever)
        thread.start()
        yield kept
        kept.shutdown()
        thread.join()


def test_a_run_reaches_the_server_with_settings_and_figures(server: Kept, tmp_path: Any) -> None:
    runs = tracker(tmp_path, f"http://127.0.0.1:{server.server_port}/")

    runs.keep("cards blend", {"rounds": 20}, {"recall_at_fpr_0.01": 0.75})
    runs.keep("cards forest", {}, {})

    made = ["experiments/get-by-name", "experiments/create", "runs/create", "runs/log-batch", "runs/update"]
    assert [path for path, _ in server.calls] == [*made, *(path for path in made if path != "experiments/create")]
    told = server.calls[3][1]
    assert (told["run_id"], told["params"]) == ("r1", [{"key": "rounds", "value": "20"}])
    assert (told["metrics"][0]["key"], told["metrics"][0]["value"]) == ("recall_at_fpr_0.01", 0.75)


def test_an_address_that_is_not_http_is_refused() -> None:
    with pytest.raises(ValueError, match="no HTTP address"):
        MlflowRuns("file:///etc")
