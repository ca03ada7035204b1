"""The bank's own payments, whose features were computed by the payment path's code when the files were written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ml.fraud.bank import read
from ml.fraud.features import FEATURES, SCHEMA
from ml.fraud.schemas.frame import Frame, sorted_frame
from ml.fraud.schemas.past import DAY
from ml.fraud.schemas.schema import Features, Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class BankSchema(Schema):
    """Reads the generator's and the bank's own Parquet files; features need no history, they hold it."""

    def read(self, data: Path, *, history: Path | None = None) -> tuple[Frame, npt.NDArray[np.bool_]]:
        """Return the payments in the order of time; all are the data's own."""
        del history
        known = read(data)
        columns = dict(zip(FEATURES, known.inputs.T, strict=True))
        columns |= {"payer": known.payer, "amount_minor": known.amount, "label_at": known.label_at}
        frame, _ = sorted_frame(known.at, known.label, columns)
        return frame, np.ones(len(frame), bool)


def compute(frame: Frame, _delay: int) -> Features:
    """Return what a model is told."""
    return {name: frame[name] for name in FEATURES}


BANK: Final = BankSchema(
    name="bank",
    compute=compute,
    label_delay=7 * DAY,
    card="payer",
    amount="amount_minor",
    card_schema=SCHEMA,
)
