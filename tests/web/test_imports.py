"""What a web process loads when it starts. A process that has handled nothing yet holds nothing heavy."""

import json
import subprocess
import sys

# Training's libraries, and PDF's, which load with the first PDF. ONNX Runtime, which judges payments, brings numpy.
HEAVY = {"lightgbm", "onnx", "pandas", "PIL", "reportlab", "scipy", "sklearn", "torch", "uharfbuzz", "xgboost"}

START = """
import json, sys
import securebank.asgi
from django.urls import get_resolver

def load(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            load(pattern)

load(get_resolver())
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_a_web_process_imports_nothing_heavy() -> None:
    started = subprocess.run([sys.executable, "-W", "ignore", "-c", START], capture_output=True, text=True, check=True)

    assert not HEAVY & set(json.loads(started.stdout.splitlines()[-1]))
