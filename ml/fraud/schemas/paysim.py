"""Mobile money in the columns of the public PaySim log: step, type, amount, names, balances.

No balance is used, not even those before the payment: in PaySim one comparison of them is the answer, and in life
nobody's account is emptied to the last cent by every fraud. Names say only who is the same.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ml.fraud.schemas.frame import Column, Frame, codes, numbers
from ml.fraud.schemas.past import DAY, HOUR, Past, Range, amount_bin, evidence
from ml.fraud.schemas.schema import Features, TableSchema

# Who is robbed of mobile money notices at once and calls: a day.
LABEL_DELAY: Final = DAY

# In this order the types are numbered; an unknown one gets the next number.
TYPES: Final = ("CASH_IN", "CASH_OUT", "DEBIT", "PAYMENT", "TRANSFER", "DEPOSIT", "WITHDRAWAL")
BINS: Final = 1_000
WINDOWS: Final = {"hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 30 * DAY}
PAYER, PAYEE = "payer", "payee"


def arrange(table: pa.Table) -> tuple[Column, Column, dict[str, Column]]:
    """Return moments, labels and columns. A step is an hour."""
    known = {name: number for number, name in enumerate(TYPES)}
    names = table["type"].combine_chunks().dictionary_encode()
    numbered = np.array([known.get(name.upper(), len(TYPES)) for name in names.dictionary.to_pylist()], np.int64)
    payer, payee = codes(table["nameOrig"], table["nameDest"])
    columns: dict[str, Column] = {
        PAYER: payer,
        PAYEE: payee,
        "type": numbered[names.indices.to_numpy()],
        "amount": numbers(table, "amount"),
    }
    columns |= {name: numbers(table, name) for name in LEAKS if name in table.column_names}
    return numbers(table, "step") * HOUR, numbers(table, "isFraud"), columns


def compute(frame: Frame, delay: int) -> Features:
    """Return what a model is told."""
    amount = frame["amount"]
    pair = Past.of(frame[PAYER] * (int(frame[PAYEE].max()) + 1) + frame[PAYEE], frame.at)
    known_pair = pair.in_rows(pair.earlier().count)
    found: Features = {
        "amount": amount,
        "type": frame["type"],
        "hour": frame.at % DAY // HOUR,
        "pair_payments": known_pair,
        "pair_frauds": pair.in_rows(pair.total(frame.label, pair.known(delay))),
        "cell": evidence(frame["type"] * BINS + amount_bin(amount, 4), frame.at, frame.label, delay),
        "fine_cell": evidence(frame["type"] * BINS + amount_bin(amount, 12), frame.at, frame.label, delay),
    }
    found |= _of_accounts(frame, known_pair == 0, delay)
    for role in (PAYER, PAYEE):
        of_type = Past.of(frame[role] * (len(TYPES) + 1) + frame["type"], frame.at)
        known = of_type.known(delay)
        found[f"{role}_type_frauds"] = of_type.in_rows(of_type.total(frame.label, known))
        found[f"{role}_type_rate"] = of_type.in_rows(of_type.mean(frame.label, known, prior=0.005, weight=2.0))
        found[f"{role}_type_count"] = of_type.in_rows(of_type.earlier(30 * DAY).count)
    return found


def _of_accounts(frame: Frame, is_new_pair: npt.NDArray[np.bool_], delay: int) -> Features:
    """Describe both accounts, each by what it paid and what it was paid.

    Every payment is two events, first the payer's, then the payee's, so one account's events in both roles lie in one
    row.
    """

    def twice(of_payer: Column, of_payee: Column) -> Column:
        return np.stack([of_payer, of_payee], axis=1).ravel()

    none = np.zeros(len(frame), bool)
    account = Past.of(twice(frame[PAYER], frame[PAYEE]), np.repeat(frame.at, 2))
    amount, fraud = np.repeat(frame["amount"], 2), np.repeat(frame.label, 2)
    is_out, is_new = twice(~none, none), twice(none, is_new_pair)
    events = _totals(account, amount, is_out, is_new) | _last(account, amount, is_out)
    events |= _confirmed(account, fraud, is_out, delay)
    events |= account.campaign(fraud, delay)
    found = {f"{PAYER}_{name}": values[0::2] for name, values in events.items()}
    found |= {f"{PAYEE}_{name}": values[1::2] for name, values in events.items()}
    return found


def _totals(account: Past, amount: Column, is_out: Column, is_new: Column) -> Features:
    found: Features = {}
    for name, seconds in WINDOWS.items():
        over = account.earlier(seconds)
        count_out, sum_out = account.total(is_out, over), account.total(amount * is_out, over)
        found[f"out_count_{name}"] = account.in_rows(count_out)
        found[f"in_count_{name}"] = account.in_rows(over.count - count_out)
        found[f"out_sum_{name}"] = account.in_rows(sum_out)
        found[f"in_sum_{name}"] = account.in_rows(account.total(amount, over) - sum_out)
        found[f"in_new_{name}"] = account.in_rows(account.total(is_new, over))
    for way in ("in", "out"):
        mean = found[f"{way}_sum_month"] / np.maximum(found[f"{way}_count_month"], 1.0)
        found[f"to_{way}_mean"] = amount / np.maximum(mean, 1.0)
    return found


def _last(account: Past, amount: Column, is_out: Column) -> Features:
    """Tell when the account was last paid, and last paid, and how the amount compares."""
    over, found = account.earlier(), {}
    for way, chosen in (("in", ~is_out), ("out", is_out)):
        place = account.last(chosen, over)
        found[f"{way}_gap"] = account.in_rows(account.since_last(chosen, over)) / HOUR
        found[f"to_last_{way}"] = amount / np.maximum(account.in_rows(account.value_at(amount, place, 0.0)), 1.0)
    begun = Range(account.begin, np.minimum(account.begin + 1, over.high))
    found["age"] = account.in_rows(account.since_last(np.ones(len(amount), bool), begun)) / DAY
    return found


def _confirmed(account: Past, fraud: Column, is_out: Column, delay: int) -> Features:
    found: Features = {}
    for name, seconds in {"day": DAY, "week": 7 * DAY, "month": 30 * DAY}.items():
        known = account.known(delay, seconds)
        found[f"frauds_{name}"] = account.in_rows(account.total(fraud, known))
        found[f"fraud_rate_{name}"] = account.in_rows(account.mean(fraud, known, prior=0.005, weight=2.0))
    known = account.known(delay)
    for way, chosen in (("in", ~is_out), ("out", is_out)):
        frauds, count = account.total(fraud & chosen, known), account.total(chosen, known)
        found[f"{way}_frauds"] = account.in_rows(frauds)
        found[f"{way}_rate"] = account.in_rows((frauds + 0.01) / (count + 2.0))
    return found


LEAKS: Final = ("newbalanceOrig", "newbalanceDest", "isFlaggedFraud", "isUnauthorizedOverdraft")

PAYSIM: Final = TableSchema(
    name="paysim",
    columns={
        "step": (),
        "type": ("transactionType",),
        "amount": (),
        "nameOrig": ("initiator",),
        "nameDest": ("recipient",),
        "isFraud": (),
    },
    arrange=arrange,
    compute=compute,
    label_delay=LABEL_DELAY,
    card=PAYER,
    leaks=LEAKS,
    learnt_share=0.5,
    validated_share=0.75,
    most_rows=500_000,
)
