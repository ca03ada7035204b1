"""Who wants to know what happens in the books. Filled by higher rooms when they are ready."""

from collections.abc import Callable
from typing import Final

# Called with the hold's id in the transaction that gives its money back, before the books are locked for that.
on_hold_expired: Final[list[Callable[[int], None]]] = []
