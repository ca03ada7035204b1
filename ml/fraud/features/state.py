"""One customer's past in bounded space.

Time is the payments' own. A payment may be told late: within a day of the newest it takes its place as though it had
come in order. One that lies a day or more before the newest says that the clock had run ahead: the window starts anew
from there, and what fades carries on as though no time had passed between.

What was asked for counts towards velocity whatever became of it. Habits (amounts, hours, places, devices, payees) are
learnt from payments that went through, so a thief who is refused teaches nothing.

Everything kept is an integer: written and read fast, the same after a trip through the database, and exact where a
running mean in floats would drift.
"""

import math
from bisect import bisect_right, insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final

from ml.fraud.features import circular
from ml.fraud.features.circular import MILLION
from ml.fraud.features.events import PaymentEvent
from ml.fraud.features.geo import place

VERSION: Final = 1

# Milliseconds.
SECOND: Final = 1000
HOUR: Final = 3600 * SECOND
DAY: Final = 24 * HOUR

# Half-lives of what fades. The last one is also that of habits.
HALF_LIVES: Final = (HOUR, DAY, 7 * DAY, 30 * DAY)

# How much is remembered exactly. Rules count to 50 a day.
WINDOW: Final = 128
COUNTRIES, DEVICES, CATEGORIES, PAYEES = 16, 8, 16, 32
HOUR_HARMONICS, WEEKDAY_HARMONICS = 4, 3

# Thirty thousand years to either side, and a thousand times the money of the world: beyond, nothing means anything.
FURTHEST: Final = 1e12
MOST: Final = 10**18


class Outcome(StrEnum):
    """What became of a payment."""

    APPROVED = "approved"
    HELD = "held"
    DECLINED = "declined"
    # One that had been held before: it counted then, and now teaches habits.
    RELEASED = "released"


@lru_cache(maxsize=10_000)
def key_of(text: str) -> str:
    """Return a short stand-in for any text, so that the state's size is bounded in bytes too."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def paise(amount: int) -> int:
    """Return an amount within what can be reckoned with."""
    return min(max(int(amount), 0), MOST)


def _faded_zeros() -> list[int]:
    return [0] * len(HALF_LIVES)


@dataclass(slots=True)
class State:
    """What is remembered. Times are milliseconds since 1970, amounts paise.

    Attributes:
        count: payments ever asked for.
        newest: when the latest was asked for.
        began: when the first was, moved along when the clock is set back.
        window: [time, amount, 1 if declined] of the latest ``WINDOW`` payments of the last 24 hours, by time.
        counts, sums: faded number, in millionths, and paise of payments for each of ``HALF_LIVES``, as of ``newest``.
        amounts: number learnt, sum of amounts and of their squares; sum of millionths of their logarithms, and of
            the squares of those.
        hours, weekdays: habits, see ``circular``.
        countries, devices, categories, payees: first and last seen in seconds, the most recent ones.
        last_place: time, latitude and longitude in millionths of the newest payment with a place.
    """

    count: int = 0
    newest: int = 0
    began: int = 0
    window: list[list[int]] = field(default_factory=list)
    counts: list[int] = field(default_factory=_faded_zeros)
    sums: list[int] = field(default_factory=_faded_zeros)
    amounts: list[int] = field(default_factory=lambda: [0] * 5)
    hours: list[int] = field(default_factory=lambda: circular.empty(HOUR_HARMONICS))
    weekdays: list[int] = field(default_factory=lambda: circular.empty(WEEKDAY_HARMONICS))
    countries: dict[str, list[int]] = field(default_factory=dict)
    devices: dict[str, list[int]] = field(default_factory=dict)
    categories: dict[str, list[int]] = field(default_factory=dict)
    payees: dict[str, list[int]] = field(default_factory=dict)
    last_place: list[int] | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "State":
        """Return the state that was stored, and take over its lists; an empty mapping is a customer who never paid.

        Raises:
            ValueError: it was stored by another version of this code.
        """
        if not stored:
            return cls()
        if stored.get("v") != VERSION:
            raise ValueError(f"state of version {stored.get('v')!r}, this is {VERSION}")
        return cls(*[stored[key] for key in KEYS])

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` takes. It shares lists with this state: write it out before the next payment."""
        return {
            "v": VERSION,
            "n": self.count,
            "t": self.newest,
            "b": self.began,
            "w": self.window,
            "d": self.counts,
            "s": self.sums,
            "a": self.amounts,
            "h": self.hours,
            "k": self.weekdays,
            "c": self.countries,
            "e": self.devices,
            "g": self.categories,
            "p": self.payees,
            "l": self.last_place,
        }

    def moment(self, at: float) -> int:
        """Return a payment's time in milliseconds, or the newest one for what is no time."""
        return round(at * SECOND) if -FURTHEST < at < FURTHEST else self.newest

    def observe(self, event: PaymentEvent, outcome: Outcome) -> None:
        """Add one payment and what became of it."""
        at, amount = self.moment(event.at), paise(event.amount)
        if outcome is not Outcome.RELEASED:
            self._advance(at)
            self._count(at, amount, declined=outcome is Outcome.DECLINED)
        if outcome in {Outcome.APPROVED, Outcome.RELEASED}:
            self._learn_amount(amount)
            self._learn_habits(at, event)

    def _advance(self, to: int) -> None:
        """Bring the clock to the next payment."""
        if not self.count:
            self.newest = self.began = to
        elif to <= self.newest - DAY:
            self.window.clear()
            self.began += to - self.newest
            self.newest, self.last_place = to, None
        elif to > self.newest:
            self._fade(to - self.newest)
            self.newest = to
            del self.window[: bisect_right(self.window, [to - DAY, MOST])]

    def _fade(self, span: int) -> None:
        for index, half_life in enumerate(HALF_LIVES):
            factor = math.exp2(-span / half_life)
            self.counts[index] = round(self.counts[index] * factor)
            self.sums[index] = round(self.sums[index] * factor)
        habit = math.exp2(-span / HALF_LIVES[-1])
        self.hours = [round(value * habit) for value in self.hours]
        self.weekdays = [round(value * habit) for value in self.weekdays]

    def _count(self, at: int, amount: int, *, declined: bool) -> None:
        self.count += 1
        self.began = min(self.began, at)
        late = self.newest - at
        for index, half_life in enumerate(HALF_LIVES):
            weight = math.exp2(-late / half_life) if late else 1.0
            self.counts[index] += round(weight * MILLION)
            self.sums[index] += round(weight * amount)
        insort(self.window, [at, amount, int(declined)])
        if len(self.window) > WINDOW:
            del self.window[0]

    def _learn_amount(self, amount: int) -> None:
        log = round(math.log1p(amount) * MILLION)
        for index, value in enumerate((1, amount, amount * amount, log, log * log)):
            self.amounts[index] += value

    def _learn_habits(self, at: int, event: PaymentEvent) -> None:
        weight = math.exp2(-max(0, self.newest - at) / HALF_LIVES[-1])
        circular.add(self.hours, turn(event.local_hour, 24), weight)
        circular.add(self.weekdays, turn(event.local_weekday, 7), weight)
        _see(self.countries, event.country, at, COUNTRIES)
        _see(self.devices, event.device, at, DEVICES)
        _see(self.categories, event.category, at, CATEGORIES)
        _see(self.payees, event.payee, at, PAYEES)
        here = place(event.latitude, event.longitude)
        if here:
            seen = [at, round(here[0] * MILLION), round(here[1] * MILLION)]
            self.last_place = max(seen, self.last_place or seen)


# In the order of the attributes.
KEYS: Final = tuple("ntbwdsahkcegpl")


def turn(value: float, full: int) -> float:
    """Return the part of a circle, in [0, 1); half of it for what is no number."""
    return value % full / full if math.isfinite(value) else 0.5


def _see(seen: dict[str, list[int]], text: str, at: int, most: int) -> None:
    """Note when something was seen, and forget what was seen longest ago."""
    if not text:
        return
    key, second = key_of(text), at // SECOND
    first, last = seen.get(key, (second, second))
    seen[key] = [min(first, second), max(last, second)]
    if len(seen) > most:
        del seen[min(seen, key=lambda each: (seen[each][1], each))]
