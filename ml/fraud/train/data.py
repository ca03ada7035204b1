"""Labelled payments as columns, and the same payments as features see them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ml.fraud.features import FEATURES, Outcome, PaymentEvent, State, signals_of, vector_of

Columns = dict[str, npt.NDArray[Any]]

# A made-up payment knows its device, payee, city and category by number.
NOWHERE: Final = -1


def load(path: Path) -> Columns:
    """Return the columns of a file of ours. Refuses pickles."""
    with np.load(path / "payments.npz" if path.is_dir() else path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def replay(columns: Columns) -> npt.NDArray[np.float32]:
    """Return the model's inputs of every payment: the very code of the payment path, one payment after the other."""
    states: dict[int, State] = {}
    found = np.empty((len(columns["at"]), len(FEATURES)), np.float32)
    for index, (payer, event, outcome) in enumerate(told(columns)):
        state = states.setdefault(payer, State())
        found[index] = vector_of(signals_of(state, event, trust=100.0), event)
        state.observe(event, outcome)
    return found


def told(columns: Columns) -> Iterator[tuple[int, PaymentEvent, Outcome]]:
    """Return the payments in their order: who paid, what was asked for, and what became of it."""
    listed = {name: column.tolist() for name, column in columns.items()}
    for index, payer in enumerate(listed["payer"]):
        row = {name: column[index] for name, column in listed.items()}
        has_place = row["city"] != NOWHERE
        event = PaymentEvent(
            at=row["at"],
            amount=row["amount"],
            payee=str(row["payee"]),
            local_hour=row["local_hour"],
            local_weekday=row["local_weekday"],
            device=str(row["device"]) if row["device"] else "",
            country=row["country"] if has_place else "",
            latitude=row["latitude"] if has_place else None,
            longitude=row["longitude"] if has_place else None,
            category=str(row["category"] or ""),
            available=row["available"],
            account_age_days=row["account_age_days"],
            is_new_payee=row["is_new_payee"],
            is_own_account=row["is_own"],
            payee_trust=row["payee_trust"],
            payee_confirmed_frauds=row["payee_confirmed_frauds"],
            failures=row["failures"],
        )
        yield payer, event, Outcome.DECLINED if row["stopped"] else Outcome.APPROVED
