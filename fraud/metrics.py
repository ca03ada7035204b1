"""Figures about judging, for Prometheus."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

MODEL_UP: Final = Gauge("securebank_fraud_model_up", "1 while the fraud model takes part in decisions")
MODEL: Final = Gauge("securebank_fraud_model_info", "1 for the version that this process asks", ("version",))
SHADOW_LAG: Final = Gauge(
    "securebank_fraud_shadow_lag_seconds", "Age of the oldest decision that a challenger has not scored", ("version",)
)
TRAINING_RUNS: Final = Counter("securebank_fraud_training_runs_total", "Retraining that has ended, by how", ("state",))
DECISIONS: Final = Counter(
    "securebank_fraud_decisions_total",
    "Payments judged, by recommendation and by why the model was left out",
    ("recommendation", "degraded"),
)
SECONDS: Final = Histogram(
    "securebank_fraud_assess_seconds",
    "Time to judge a payment inside its transaction, with its database reads and writes",
    buckets=(0.00025, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1),
)


def show_model(version: str) -> None:
    """Show which model this process asks; "" for none."""
    MODEL.clear()
    if version:
        MODEL.labels(version).set(1)
