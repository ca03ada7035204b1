"""A customer's past worked out slowly, from the whole history: written apart from the code that it checks."""

import math
from collections import defaultdict
from datetime import timedelta
from fractions import Fraction

from ml.fraud.features import Outcome, PaymentEvent

Told = tuple[PaymentEvent, Outcome]

DAY = timedelta(days=1).total_seconds()
HALF_LIVES = {"hour": DAY / 24, "day": DAY, "week": 7 * DAY, "month": 30 * DAY}
ASKED = {Outcome.APPROVED, Outcome.HELD, Outcome.DECLINED}
LEARNT = {Outcome.APPROVED, Outcome.RELEASED}


class Recomputed:
    """Everything that the state should say, from lists that grow for ever."""

    def __init__(self, history: list[Told]) -> None:
        self.history = history
        self.asked = [(event, outcome) for event, outcome in history if outcome in ASKED]
        self.learnt = [event for event, outcome in history if outcome in LEARNT]
        self.stretches = self._stretches()

    def _stretches(self) -> list[list[Told]]:
        """Cut the history wherever the clock was set back by a day or more."""
        stretches: list[list[Told]] = []
        for told in self.asked:
            ran_ahead = stretches and told[0].at <= max(event.at for event, _ in stretches[-1]) - DAY
            if not stretches or ran_ahead:
                stretches.append([])
            stretches[-1].append(told)
        return stretches

    def newest(self) -> float:
        return max(event.at for event, _ in self.stretches[-1])

    def window(self) -> list[list[float]]:
        """Return time, amount and refusal of what lies within a day of the newest."""
        newest = self.newest()
        rows = [
            [event.at, event.amount, int(outcome is Outcome.DECLINED)]
            for event, outcome in self.stretches[-1]
            if event.at > newest - DAY
        ]
        return sorted(rows)

    def faded(self, half_life: str) -> tuple[float, float]:
        """Return number and paise, each payment weighed by its age on a clock that runs on over every setback."""
        number = paise = 0.0
        later = 0.0
        for stretch in reversed(self.stretches):
            newest = max(event.at for event, _ in stretch)
            for event, _ in stretch:
                weight = 2 ** (-(newest - event.at + later) / HALF_LIVES[half_life])
                number += weight
                paise += weight * event.amount
            later += newest - stretch[0][0].at
        return number, paise

    def mean_and_deviation(self) -> tuple[float, float]:
        amounts = [Fraction(event.amount) for event in self.learnt]
        mean = sum(amounts, Fraction()) / len(amounts)
        return float(mean), math.sqrt(sum(((each - mean) ** 2 for each in amounts), Fraction()) / len(amounts))

    def seen(self, attribute: str) -> dict[str, tuple[int, int]]:
        """Return first and last second at which each value of an attribute was seen."""
        moments = defaultdict(list)
        for event in self.learnt:
            if text := getattr(event, attribute):
                moments[text].append(math.floor(event.at))
        return {text: (min(times), max(times)) for text, times in moments.items()}

    def share(self, turns: dict[float, float], turn: float, harmonics: int) -> float:
        """Return Fejér's estimate at one point of the circle, three payments' weight spread evenly beneath it."""
        size = harmonics + 1
        total = sum(weight * _fejer(turn - turns_of, size) for turns_of, weight in turns.items()) if turns else 0.0
        return (total + 3) / (sum(turns.values()) + 3) / size


def _fejer(turn: float, size: int) -> float:
    """Return Fejér's kernel in its closed form; ``size`` at its top."""
    half = math.pi * turn
    if abs(math.sin(half)) < 1e-9:
        return float(size)
    return (math.sin(size * half) / math.sin(half)) ** 2 / size
