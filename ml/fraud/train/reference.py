"""What a model's card tells drift watching: the shape of each input, and of the scores, on the rows it learnt from."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.fraud.features.drift import shape_of


def reference_of(
    inputs: npt.NDArray[np.float32], scores: npt.NDArray[np.float32], *, names: Sequence[str]
) -> dict[str, Any]:
    """Return the card's ``reference``.

    Args:
        inputs: rows that were learnt from, shape (n, features).
        scores: the model's probabilities of payments that it has not seen, shape (m,): of rows that it learnt from
            they would be surer than they ever are again.
        names: the columns of ``inputs``.

    Raises:
        ValueError: a column without any finite value, or of another number than the names.
    """
    columns = zip(names, inputs.T, strict=True)
    return {
        "rows": len(inputs),
        "features": {name: shape_of(column).as_json() for name, column in columns},
        "score": shape_of(scores).as_json(),
    }
