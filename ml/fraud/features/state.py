"""One customer's past in bounded space.

Time is the payments' own. A payment may be told late: within a day of the newest it takes its place as though it had
come in order. One that lies a day or more before the newest says that the clock had run ahead: the window starts anew
from there, and what fades carries on as though no time had passed between.

What was asked for counts towards velocity whatever became of it. Habits (amounts, hours, places, devices, payees) are
learnt from payments that went through, so a thief who is refused teaches nothing.
"""

import math
from bisect import bisect_right, insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Final

from ml.fraud.features import circular
from ml.fraud.features.events import PaymentEvent
from ml.fraud.features.geo import place

VERSION: Final = 1
HOUR: Final = 3600.0
DAY: Final = 86400.0

# Half-lives of what fades. The last one is also that of habits.
HALF_LIVES: Final = (HOUR, DAY, 7 * DAY, 30 * DAY)
HABIT_HALF_LIFE: Final = HALF_LIVES[-1]

# How much is remembered exactly. Rules count to 50 a day.
WINDOW: Final = 128
COUNTRIES, DEVICES, CATEGORIES, PAYEES = 16, 8, 16, 48
HOUR_HARMONICS, WEEKDAY_HARMONICS = 4, 3

# Years 1 and 33658 and a thousand times the money of the world: beyond these nothing means anything.
FURTHEST: Final = 1e12
MOST: Final = 10**18

# Less than that of one payment is nothing; it keeps stored numbers short.
FADED: Final = 1e-12


class Outcome(StrEnum):
    """What became of a payment."""

    APPROVED = "approved"
    HELD = "held"
    DECLINED = "declined"
    # One that had been held before: it counted then, and now teaches habits.
    RELEASED = "released"


def key_of(text: str) -> str:
    """Return a short stand-in for any text, so that the state's size is bounded in bytes too."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


@dataclass(slots=True)
class State:
    """What is remembered. Times are seconds since 1970 to the millisecond, amounts paise.

    Attributes:
        count: payments ever asked for.
        newest: when the latest was asked for.
        began: when the first was, moved along when the clock is set back.
        window: [time, amount, 1 if declined] of the latest ``WINDOW`` payments of the last 24 hours, by time.
        counts, sums: faded number and paise of payments for each of ``HALF_LIVES``, as of ``newest``.
        amounts: number learnt, mean and sum of squared deviations of amounts, the same two of their logarithms.
        hours, weekdays: habits, see ``circular``.
        countries, devices, categories, payees: first and last seen in whole seconds, the most recent ones.
        last_place: time, latitude and longitude of the newest payment with a place.
    """

    count: int = 0
    newest: float = 0.0
    began: float = 0.0
    window: list[list[float]] = field(default_factory=list)
    counts: list[float] = field(default_factory=lambda: [0.0] * len(HALF_LIVES))
    sums: list[float] = field(default_factory=lambda: [0.0] * len(HALF_LIVES))
    amounts: list[float] = field(default_factory=lambda: [0.0] * 5)
    hours: list[float] = field(default_factory=lambda: circular.empty(HOUR_HARMONICS))
    weekdays: list[float] = field(default_factory=lambda: circular.empty(WEEKDAY_HARMONICS))
    countries: dict[str, list[int]] = field(default_factory=dict)
    devices: dict[str, list[int]] = field(default_factory=dict)
    categories: dict[str, list[int]] = field(default_factory=dict)
    payees: dict[str, list[int]] = field(default_factory=dict)
    last_place: list[float] | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "State":
        """Return the state that was stored; an empty mapping is a customer who never paid.

        Raises:
            ValueError: it was stored by another version of this code.
        """
        if not stored:
            return cls()
        if stored.get("v") != VERSION:
            raise ValueError(f"state of version {stored.get('v')!r}, this is {VERSION}")
        sets = {name: dict(stored[key]) for key, name in _SETS.items()}
        lists = {name: list(map(float, stored[key])) for key, name in _LISTS.items()}
        return cls(
            count=stored["n"],
            newest=stored["t"],
            began=stored["b"],
            window=list(stored["w"]),
            last_place=stored["l"],
            **lists,
            **sets,
        )

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

    def moment(self, at: float) -> float:
        """Return a payment's time, or the newest one for what is no time."""
        return round(at, 3) if -FURTHEST < at < FURTHEST else self.newest

    def observe(self, event: PaymentEvent, outcome: Outcome) -> None:
        """Add one payment and what became of it."""
        at, amount = self.moment(event.at), paise(event.amount)
        if outcome is not Outcome.RELEASED:
            self._advance(at)
            self._count(at, amount, declined=outcome is Outcome.DECLINED)
        if outcome in {Outcome.APPROVED, Outcome.RELEASED}:
            self._learn_amount(amount)
            self._learn_habits(at, event)

    def _advance(self, to: float) -> None:
        if not self.count:
            self.newest = self.began = to
        elif to <= self.newest - DAY:
            self.window.clear()
            self.began = to - (self.newest - self.began)
            self.newest, self.last_place = to, None
        elif to > self.newest:
            self._fade(to - self.newest)
            self.newest = to
            del self.window[: bisect_right(self.window, [to - DAY, math.inf])]

    def _fade(self, seconds: float) -> None:
        factors = [2.0 ** (-seconds / half_life) for half_life in HALF_LIVES]
        self.counts = [_faded(value * factor) for value, factor in zip(self.counts, factors, strict=True)]
        self.sums = [_faded(value * factor) for value, factor in zip(self.sums, factors, strict=True)]
        self.hours = [_faded(value * factors[-1]) for value in self.hours]
        self.weekdays = [_faded(value * factors[-1]) for value in self.weekdays]

    def _count(self, at: float, amount: int, *, declined: bool) -> None:
        self.count += 1
        self.began = min(self.began, at)
        late = self.newest - at
        for index, half_life in enumerate(HALF_LIVES):
            weight = 2.0 ** (-late / half_life)
            self.counts[index] += weight
            self.sums[index] += weight * amount
        insort(self.window, [at, amount, int(declined)])
        if len(self.window) > WINDOW:
            del self.window[0]

    def _learn_amount(self, amount: int) -> None:
        """Welford's update, of amounts and of their logarithms."""
        number, mean, squares, log_mean, log_squares = self.amounts
        number += 1
        off, log_off = amount - mean, math.log1p(amount) - log_mean
        mean += off / number
        log_mean += log_off / number
        squares += off * (amount - mean)
        log_squares += log_off * (math.log1p(amount) - log_mean)
        self.amounts = [number, mean, squares, log_mean, log_squares]

    def _learn_habits(self, at: float, event: PaymentEvent) -> None:
        weight = 2.0 ** (-max(0.0, self.newest - at) / HABIT_HALF_LIFE)
        if math.isfinite(event.local_hour):
            circular.add(self.hours, event.local_hour / 24, weight)
        circular.add(self.weekdays, event.local_weekday / 7, weight)
        _see(self.countries, event.country, at, COUNTRIES)
        _see(self.devices, event.device, at, DEVICES)
        _see(self.categories, event.category, at, CATEGORIES)
        _see(self.payees, event.payee, at, PAYEES)
        here = place(event.latitude, event.longitude)
        if here and (self.last_place is None or [at, *here] > self.last_place):
            self.last_place = [at, *here]


_LISTS: Final = {"d": "counts", "s": "sums", "a": "amounts", "h": "hours", "k": "weekdays"}
_SETS: Final = {"c": "countries", "e": "devices", "g": "categories", "p": "payees"}


def paise(amount: int) -> int:
    """Return an amount within what can be reckoned with."""
    return min(max(int(amount), 0), MOST)


def _faded(value: float) -> float:
    return value if abs(value) > FADED else 0.0


def _see(seen: dict[str, list[int]], text: str, at: float, most: int) -> None:
    """Note when something was seen, and forget what was seen longest ago."""
    if not text:
        return
    key, second = key_of(text), math.floor(at)
    first, last = seen.get(key, (second, second))
    seen[key] = [min(first, second), max(last, second)]
    if len(seen) > most:
        del seen[min(seen, key=lambda each: (seen[each][1], each))]
