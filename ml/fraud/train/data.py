"""Files of arrays."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def load(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a file of ours. Refuses pickles."""
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}
