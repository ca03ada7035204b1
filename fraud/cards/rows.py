"""Card transactions as they arrive: thirty numbers each, checked without a serializer a row.

A batch has 300,000 numbers. A field object for each would take the web process seconds; one array takes milliseconds.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError

COMPONENTS: Final = tuple(f"v{number}" for number in range(1, 29))
NAMES: Final = ("time", *COMPONENTS, "amount")
MOST_ROWS: Final = 10_000
# Seconds since the first transaction, components and amounts lie far within; what lies beyond is no such number.
FURTHEST: Final = 1e12
# Rows of a batch whose faults are told one by one.
MOST_FAULTS: Final = 20

Rows = npt.NDArray[np.float32]
Faults = dict[str, list[ErrorDetail]]


def read(transactions: Sequence[Any]) -> Rows:
    """Return the transactions in the order of ``NAMES``, shape (n, 30).

    Raises:
        ValidationError: a row is no object of thirty finite numbers within bounds; names rows and fields.
    """
    values: list[list[float]] = []
    faults: dict[str, Any] = {}
    for place, row in enumerate(transactions):
        found = faults_of(row)
        if found:
            faults[str(place)] = found
        else:
            values.append([row[name] for name in NAMES])
        if len(faults) == MOST_FAULTS:
            break
    if faults:
        raise ValidationError(faults)
    return np.array(values, np.float32).reshape(len(values), len(NAMES))


def faults_of(row: Any) -> Faults:
    """Return what is wrong with one transaction, by field; nothing when it is sound."""
    if not isinstance(row, dict):
        return {"transaction": [ErrorDetail(_("Send an object with time, amount and v1 to v28."), code="invalid")]}
    if all(map(_is_sound, map(row.get, NAMES))):
        return {}
    return {name: [_fault(row, name)] for name in NAMES if not _is_sound(row.get(name)) or name not in row}


def _fault(row: dict[str, Any], name: str) -> ErrorDetail:
    if name not in row:
        return ErrorDetail(_("This field is required."), code="required")
    return ErrorDetail(_("Send a finite number."), code="invalid")


def _is_sound(value: Any) -> bool:
    # True is a number to Python. The comparison is false for what is not a number.
    return type(value) in {int, float} and -FURTHEST <= value <= FURTHEST
