"""Made-up payments one after the other, as the payment path would see them: what ``features.batch`` is held against."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from ml.fraud.features import FEATURES, Outcome, PaymentEvent, State, signals_of, vector_of
from ml.fraud.generate.people import CATEGORIES, COUNTRIES
from ml.fraud.generate.rows import Rows


def replay(made: Rows) -> npt.NDArray[np.float32]:
    """Return the model's inputs of every payment by the very code of the payment path."""
    states: dict[int, State] = {}
    found = np.empty((len(made["at"]), len(FEATURES)), np.float32)
    for index, (payer, event, outcome) in enumerate(told(made)):
        state = states.setdefault(payer, State())
        found[index] = vector_of(signals_of(state, event, trust=100.0), event)
        state.observe(event, outcome)
    return found


def told(made: Rows) -> Iterator[tuple[int, PaymentEvent, Outcome]]:
    """Return the payments in their order: who paid, what was asked for, and what became of it."""
    listed = {name: column.tolist() for name, column in made.items()}
    for index, payer in enumerate(listed["payer"]):
        row = {name: column[index] for name, column in listed.items()}
        has_place = row["country"] >= 0
        event = PaymentEvent(
            at=row["at"],
            amount=row["amount"],
            payee=str(row["payee"]),
            local_hour=row["local_hour"],
            local_weekday=row["local_weekday"],
            device=str(row["device"]) if row["device"] else "",
            address=str(row["address"]),
            country=COUNTRIES[row["country"]] if has_place else "",
            latitude=row["latitude"] if has_place else None,
            longitude=row["longitude"] if has_place else None,
            category=CATEGORIES[row["category"]][0],
            available=row["available"],
            account_age_days=row["account_age_days"],
            is_new_payee=row["is_new_payee"],
            is_own_account=row["is_own"],
            payee_trust=row["payee_trust"],
            payee_confirmed_frauds=row["payee_confirmed_frauds"],
            failures=row["failures"],
        )
        yield payer, event, Outcome.DECLINED if row["stopped"] else Outcome.APPROVED
