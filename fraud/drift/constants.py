"""Thresholds of drift watching."""

from datetime import timedelta
from typing import Final

# Below the first a figure is stable, from the second on it has shifted: Siddiqi, Credit Risk Scorecards (2006), the
# rule of thumb that most who watch models use.
PSI_WATCH: Final = 0.10
PSI_ALERT: Final = 0.25
# The index of two samples of one population is about bins / rows: with ten bins and so many rows, a tenth of "watch".
LEAST_ROWS: Final = 1_000
# Our own choice: a tenth of the payments that no longer carry, say, a device is a broken client and no fashion.
MISSING_ALERT: Final = 0.10
# Our own choice: reviewers who get twice as many alerts, or half, should know why.
ALERT_RATE_FACTOR: Final = 2.0
# Alerts in both windows from which on their rate is compared: below, a doubling is chance.
LEAST_ALERTS: Final = 20
# Our own choice: two standard errors of an AUC-ROC of .9 with a hundred frauds (Hanley and McNeil, 1982).
AUC_DROP: Final = 0.05
# Frauds that a labelled window needs before its figures say anything.
LEAST_FRAUDS: Final = 30

# A week, so that no weekday is missing; measured every day.
WINDOW: Final = timedelta(days=7)
# Decisions that one measurement reads, however many there are.
SAMPLE: Final = 5_000
# Labelled weeks that performance is shown for, and labels that are read for it.
WEEKS: Final = 12
MOST_LABELS: Final = 50_000
