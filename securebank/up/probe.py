"""Asking a web process for its health; also the health check of a container: ``python -m securebank.up.probe``."""

import http.client
import os
import sys
from typing import Final
from urllib.parse import urlsplit

TIMEOUT_SECONDS: Final = 5.0


def is_healthy(*, port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether ``/health`` answers 200."""
    origin = urlsplit(os.environ.get("SECUREBANK_ORIGIN", f"http://{host}:{port}"))
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    try:
        # As the proxy would ask: under the public name, which is the only one that is allowed.
        connection.request("GET", "/health", headers={"Host": origin.netloc})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_healthy(port=int(sys.argv[1])) else 1)
