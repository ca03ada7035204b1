"""How large a statement may be."""

from datetime import timedelta
from typing import Final

# Two years and a leap day; older periods are asked for apart.
LONGEST_PERIOD: Final = timedelta(days=731)

# One file is made in memory within one request.
MOST_LINES: Final = 10_000
