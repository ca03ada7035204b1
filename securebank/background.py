"""Background work: which queue a task goes to, and what beat sends without being asked."""

from datetime import timedelta
from typing import Any, Final

# A sweep that waits longer than its period is dropped, since the next one does its work; none waits for more than this.
LONGEST_WAIT: Final = timedelta(hours=1)


def _sweep(task: str, *, every: timedelta) -> dict[str, Any]:
    return {"task": task, "schedule": every, "options": {"expires": int(min(every, LONGEST_WAIT).total_seconds())}}


# What somebody waits for at a screen, and what keeps a processor busy; all else goes to the default queue.
ROUTES: Final = (
    {
        f"accounts.tasks.{name}": {"queue": "realtime"}
        for name in ("deliver_notifications", "sweep_notifications", "announce", "close_sockets")
    }
    | {f"ledger.tasks.{name}": {"queue": "chain"} for name in ("mine", "verify_chain")}
    | {
        "fraud.tasks.score_shadows": {"queue": "inference"},
        "qrpay.tasks.judge_pictures": {"queue": "inference"},
        "fraud.tasks.run_training": {"queue": "training"},
    }
)
# Each sweep does what lost nudges left.
SWEEPS: Final = {
    "sweep-notifications": _sweep("accounts.tasks.sweep_notifications", every=timedelta(seconds=3)),
    "tell-outside": _sweep("accounts.tasks.tell_outside", every=timedelta(seconds=10)),
    "tell-webhooks": _sweep("accounts.tasks.tell_webhooks", every=timedelta(seconds=10)),
    "expire-requests": _sweep("payments.tasks.expire_requests", every=timedelta(seconds=30)),
    "forget-token-families": _sweep("accounts.tasks.forget_token_families", every=timedelta(days=1)),
    "forget-rate-counters": _sweep("securebank.web.tasks.forget_rate_counters", every=timedelta(hours=1)),
    "purge-idempotency-records": _sweep("payments.tasks.purge_idempotency_records", every=timedelta(hours=1)),
    "forget-pictures": _sweep("qrpay.tasks.forget_pictures", every=timedelta(minutes=10)),
    "mine": _sweep("ledger.tasks.mine", every=timedelta(seconds=3)),
    "verify-chain": _sweep("ledger.tasks.verify_chain", every=timedelta(days=1)),
    "look-after-backtests": _sweep("fraud.tasks.look_after_backtests", every=timedelta(seconds=30)),
    # Hourly, though it measures whole days: what a worker missed while it was down comes an hour later, not a day.
    "measure-drift": _sweep("fraud.tasks.measure_drift", every=timedelta(hours=1)),
    "score-shadows": _sweep("fraud.tasks.score_shadows", every=timedelta(seconds=5)),
    "look-after-training": _sweep("fraud.tasks.look_after_training", every=timedelta(minutes=1)),
    "expire-holds": _sweep("ledger.tasks.expire_holds", every=timedelta(seconds=30)),
}
