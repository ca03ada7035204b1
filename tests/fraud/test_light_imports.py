"""What a web process loads to judge a payment."""

import subprocess
import sys

JUDGE = """
import sys
import django
django.setup()
import securebank.asgi
from pathlib import Path
from django.conf import settings
from fraud import policy_document, scoring
from fraud.events import event_of
from fraud.services.judging import judge
from fraud.services.known import Known
from ml.fraud.features import State
from tests.fraud.cases import facts

scoring.process.scorer = scoring.Scorer(Path(settings.BASE_DIR) / "ml" / "models" / "fraud" / "champion")
policy = policy_document.read(policy_document.default_document(), name="policy-1")
judged = judge(facts(), Known(100.0, 0, State(), event_of(facts()), (), policy))
assert judged.score.value is not None, judged.score
heavy = {"sklearn", "xgboost", "torch", "pandas", "pyarrow", "onnx", "scipy"}
print(sorted(heavy & set(sys.modules)))
"""


def test_judging_loads_nothing_heavier_than_the_runtime() -> None:
    done = subprocess.run([sys.executable, "-c", JUDGE], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.strip().splitlines()[-1:]) == (0, ["[]"]), done.stderr[-2000:]
