"""Policy 1 of the fraud check: three rules, no model yet. Thresholds are this bank's own choice."""

from typing import Final

POLICY_VERSION: Final = "rules-1"

# Paise.
LARGE_AMOUNT_MINOR: Final = 200_000_00

# Payments, the one being judged counted in.
BUSY_HOUR: Final = 10
VERY_BUSY_HOUR: Final = 30
VERY_BUSY_DAY: Final = 50

# Of 100.
LOW_TRUST: Final = 50

# A score below each of these has that level or that recommendation; above the last, the worst one.
LEVELS: Final = ((0.3, "LOW"), (0.6, "MEDIUM"), (0.8, "HIGH"))
WORST_LEVEL: Final = "CRITICAL"
RECOMMENDATIONS: Final = ((0.4, "APPROVE"), (0.7, "REVIEW"))
WORST_RECOMMENDATION: Final = "DECLINE"
