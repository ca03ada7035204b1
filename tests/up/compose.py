"""Runs the services of ``docker-compose.yml`` as plain processes: their own commands, their own environment.

What a container would give them is put in place: names of other services become addresses on this machine, mounted
paths become folders, secrets become files.
"""

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from securebank.up import bank, children

PROJECT = bank.PROJECT
GIVEN_OR_DEFAULT = re.compile(r"\$\{(\w+):-([^}]*)\}")


def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    return found


@dataclass
class Compose:
    """A running composition.

    Attributes:
        root: holds everything that containers would keep in volumes and temporary folders.
        ports: the port on this machine of each "service:port" of the composition.
        given: variables of the person who starts it.
    """

    root: Path
    ports: Mapping[str, int]
    given: Mapping[str, str]
    running: dict[str, children.Child] = field(default_factory=dict)

    def keep_secrets(self, values: Mapping[str, str]) -> None:
        (self.root / "secrets").mkdir(mode=0o700)
        for name, value in values.items():
            (self.root / "secrets" / name).write_text(value, encoding="ascii")

    def program(self, name: str) -> children.Program:
        service = services()[name]
        folder = self.root / name
        folder.mkdir(exist_ok=True)
        environment = {key: self._local(name, str(value)) for key, value in service["environment"].items()}
        path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
        return children.Program(
            name=name,
            command=[self._local(name, str(part)) for part in service["command"]],
            log=self.root / f"{name}.log",
            environment={"PATH": path, "SECUREBANK_STATE_DIR": str(self.root / "state"), **environment},
            folder=PROJECT,
        )

    def finish(self, name: str) -> None:
        """Run a service that ends by itself."""
        program = self.program(name)
        done = subprocess.run(
            program.command, env=program.environment, cwd=PROJECT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, *names: str) -> None:
        for name in names:
            self.running[name] = children.start(self.program(name), records=self.root / "children")

    def stop(self) -> None:
        for child in self.running.values():
            child.process.terminate()
        for child in self.running.values():
            child.stop()

    def _local(self, name: str, text: str) -> str:
        text = GIVEN_OR_DEFAULT.sub(lambda found: self.given.get(found[1], found[2]), text).replace("$$", "$")
        for place, port in self.ports.items():
            text = text.replace(place, f"127.0.0.1:{port}")
            own, _, number = place.partition(":")
            if own == name and text == number:
                text = str(port) if name != "nginx" else f"127.0.0.1:{port}"
        if text == "0.0.0.0":
            return "127.0.0.1"
        places = {
            "/run/secrets/": f"{self.root}/secrets/",
            "/etc/securebank/": f"{PROJECT}/deploy/nginx/",
            "/srv/state": f"{self.root}/state",
        }
        for inside, outside in places.items():
            text = text.replace(inside, outside)
        return re.sub(r"^/tmp(?=$|/celery)", str(self.root / name), text)
