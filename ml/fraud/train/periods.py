"""Which payments are learnt from, which thresholds are chosen on, and which are only measured on: by time."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from ml.fraud.schemas import Frame, Schema

Flags = npt.NDArray[np.bool_]


class TooFewFrauds(ValueError):
    """A part of the time holds no fraud, or nothing else."""


@dataclass(frozen=True, slots=True)
class Periods:
    """Three parts of the time with gaps as long as labels take, and what was known when each ended.

    Attributes:
        learnt: rows that models learn from.
        validated: rows that early stopping, calibration, combination and threshold look at.
        held_out: the last part. Nothing is chosen by it.
        whole: rows whose labels are known at the end of the file: what a shipped model learns from at last.
        labels: those known when the gap after the learnt part was over.
    """

    learnt: Flags
    validated: Flags
    held_out: Flags
    whole: Flags
    labels: Flags

    @classmethod
    def of(cls, frame: Frame, schema: Schema) -> Self:
        """Divide the time.

        Raises:
            TooFewFrauds: see the class.
        """
        at, gap = frame.at, schema.label_delay
        # Shares of what remains of the time without the two gaps.
        begin, usable = int(at[0]), max(0, int(at[-1]) - int(at[0]) + 1 - 2 * gap)
        first, second = begin + schema.learnt_share * usable, begin + schema.validated_share * usable + gap
        known = frame.columns.get("label_at")
        labels = frame.label if known is None else frame.label & ((known <= first + gap) | (at >= first))
        made = cls(
            learnt=at < first,
            validated=(at >= first + gap) & (at < second),
            held_out=at >= second + gap,
            whole=at <= at[-1] - gap,
            labels=labels,
        )
        for name in ("learnt", "validated", "held_out"):
            part = frame.label[getattr(made, name)]
            if not part.any() or part.all():
                raise TooFewFrauds(
                    f"the {name.replace('_', ' ')} part has {int(part.sum())} frauds of {len(part)} rows"
                )
        return made
