"""What holds only outside the demo: asked of a process with production's environment."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

PROJECT: Final = Path(__file__).resolve().parents[2]
# The process makes one answer of a page with a token and says what a browser would get.
ASK: Final = """
import json, django
from django.conf import settings
# No collected files are needed to ask.
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()
from django.test import Client
settings.ALLOWED_HOSTS = ["bank.example"]
answer = Client(SERVER_NAME="bank.example", HTTP_X_FORWARDED_PROTO="https").get("/api/docs", secure=True)
plain = Client(SERVER_NAME="bank.example").get("/api/docs")
cookie = answer.cookies[settings.CSRF_COOKIE_NAME]
print(json.dumps({
    "headers": dict(answer.headers),
    "plain": [plain.status_code, plain.headers["Location"]],
    "names": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.DEVICE_COOKIE_NAME],
    "cookie": {name: cookie[name] for name in ("secure", "path", "domain", "samesite")},
    "flags": [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.DEBUG],
}))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the process said."""
    keys = {
        name: f"only-for-this-test-{name.lower()}-" + "0" * 50 for name in ("SECRET_KEY", "TOKEN_KEY", "PIN_PEPPER")
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SECUREBANK_")} | {
        "DJANGO_SETTINGS_MODULE": "securebank.settings",
        "SECUREBANK_ORIGIN": "https://bank.example",
        "SECUREBANK_HOSTS": "bank.example",
        "SECUREBANK_STATE_DIR": str(tmp_path_factory.mktemp("state")),
        **{f"SECUREBANK_{name}": value for name, value in keys.items()},
    }
    said = subprocess.run(
        [sys.executable, "-c", ASK], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr[-2000:]
    answer: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return answer


def test_browsers_are_told_to_come_back_encrypted(production: dict[str, Any]) -> None:
    assert production["headers"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert production["plain"] == [301, "https://bank.example/api/docs"]


def test_cookies_belong_to_this_host_alone(production: dict[str, Any]) -> None:
    assert production["names"] == ["__Host-session", "__Host-csrf", "__Host-device"]
    assert production["cookie"] == {"secure": True, "path": "/", "domain": "", "samesite": "Lax"}
    assert production["flags"] == [True, True, False]


def test_the_policy_is_as_strict_as_in_the_demo(production: dict[str, Any]) -> None:
    assert "unsafe" not in production["headers"]["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in production["headers"]["Content-Security-Policy"]
