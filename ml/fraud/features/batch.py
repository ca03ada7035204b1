"""The model's inputs for millions of payments at once: the same figures as ``State`` and ``vector_of`` give.

Customers know nothing of each other's past, so the first payments of all of them are worked out together, then the
second ones, and so on: each step is one array operation over everybody who paid that often. Memory is bounded by taking
customers in groups. Rounding follows ``State`` exactly; what remains apart is the last bit of logarithms and powers.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ml.fraud.features.circular import MILLION, PRIOR
from ml.fraud.features.geo import EARTH_KM, LEAST_SECONDS, STANDING_KM
from ml.fraud.features.reading import GUESS_WEIGHT, GUESSED_VARIANCE, NEAR_BORDERS, SMALL_MINOR
from ml.fraud.features.state import (
    COUNTRIES,
    DAY,
    DEVICES,
    HALF_LIVES,
    HOUR,
    HOUR_HARMONICS,
    PAYEES,
    SECOND,
    WINDOW,
)
from ml.fraud.features.vector import (
    FEATURES,
    LONG_AGO_SECONDS,
    MOST_COUNTED,
    MOST_DEVIATIONS,
    MOST_LOG,
    ONESELF_DAYS,
)

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Columns = Mapping[str, Array]

# Payments that are in work at a time, if no customer alone has more.
AT_ONCE: Final = 250_000

NOTHING: Final = -1
NEVER: Final = np.iinfo(np.int64).min // 2
FEJER: Final = HOUR_HARMONICS + 1


def vectors_of(
    columns: Columns, *, at_once: int = AT_ONCE, tell: Callable[[int], object] = bool
) -> npt.NDArray[np.float32]:
    """Return the inputs of payments that lie in the order of time, float32 [rows, features].

    Args:
        columns: one array for each attribute of ``PaymentEvent``, with ``payer``, ``payee``, ``device`` and
            ``country`` as whole numbers (0 for a device and -1 for a country that nobody told), ``is_own`` for
            ``is_own_account``, and ``stopped`` for payments that were declined.
        at_once: payments that are in work at a time.
        tell: is called with a number of payments whenever so many more are done.
    """
    found = np.empty((len(columns["at"]), len(FEATURES)), np.float32)
    for rows, sizes in _groups(columns["payer"], at_once):
        group = {name: columns[name][rows] for name in NEEDED}
        found[rows] = _inputs(group, _Group(group, sizes).signals())
        tell(len(rows))
    return found


NEEDED: Final = (
    "at", "amount", "payee", "device", "country", "latitude", "longitude", "available", "account_age_days", "failures",
    "is_new_payee", "is_own", "stopped", "payee_trust", "payee_confirmed_frauds", "local_hour",
)  # fmt: skip


def _groups(payer: Array, at_once: int) -> Iterator[tuple[Array, Array]]:
    """Yield rows and how many belong to each step: all first payments, all second ones, ...

    Customers with many payments come together, so that few groups take many steps. Within a step they keep their
    places, and those who have no more payments are the last ones.
    """
    _, whose, counts = np.unique(payer, return_inverse=True, return_counts=True)
    by_size = np.argsort(-counts, kind="stable")
    rows = np.argsort(np.argsort(by_size)[whose], kind="stable")
    counts = counts[by_size]
    ends = np.cumsum(counts)
    first = 0
    while first < len(counts):
        start = ends[first] - counts[first]
        last = max(first + 1, int(np.searchsorted(ends, start + at_once, side="right")))
        mine = counts[first:last]
        sizes = np.cumsum(np.bincount(mine)[::-1])[::-1][1:]
        begins = np.concatenate([[0], np.cumsum(sizes)])[:-1]
        place = np.repeat(np.arange(len(mine)), mine)
        rank = np.arange(len(place)) - np.repeat(np.cumsum(mine) - mine, mine)
        stepwise = np.empty(len(place), np.int64)
        stepwise[begins[rank] + place] = rows[start : ends[last - 1]]
        yield stepwise, sizes
        first = last


class _Memory:
    """What was seen most lately by each customer, up to a number, with first and last time."""

    def __init__(self, customers: int, most: int) -> None:
        self.keys = np.full((customers, most), NOTHING, np.int64)
        self.first = np.full((customers, most), NEVER, np.int64)
        self.last = np.full((customers, most), NEVER, np.int64)
        self.holds_any = np.zeros(customers, bool)

    def find(self, key: Array) -> tuple[Array, Array]:
        """Return whether each customer's key is known, and its place."""
        same = self.keys[: len(key)] == key[:, None]
        place = same.argmax(axis=1)
        return same[np.arange(len(key)), place], place

    def see(self, key: Array, second: Array, known: Array, place: Array, learns: Array) -> None:
        """Note the keys of those who learn; what was seen longest ago makes room."""
        who = np.flatnonzero(learns)
        known, second = known[who], second[who]
        slot = np.where(known, place[who], self.last[who].argmin(axis=1))
        self.first[who, slot] = np.where(known, self.first[who, slot], second)
        self.keys[who, slot], self.last[who, slot] = key[who], second
        self.holds_any[who] = True


class _Group:
    """The pasts of some customers, brought forward payment by payment."""

    def __init__(self, group: Columns, sizes: Array) -> None:
        self.sizes, people = sizes, int(sizes[0])
        self.at = np.rint(group["at"] * SECOND).astype(np.int64)
        self.second = self.at // SECOND
        self.amount = group["amount"].astype(np.float64)
        self.learns = ~group["stopped"]
        self.log = np.log1p(self.amount)
        self.whole_log = np.rint(self.log * MILLION)
        self.payee, self.device, self.country = (
            group[name].astype(np.int64) for name in ("payee", "device", "country")
        )
        self.told_device, self.told_country = self.device > 0, self.country >= 0
        self.latitude, self.longitude = (group[name].astype(np.float64) for name in ("latitude", "longitude"))
        self.has_place = (np.abs(self.latitude) <= 90) & (np.abs(self.longitude) <= 180)  # noqa: PLR2004 - poles
        self.circle = _circle(group["local_hour"].astype(np.float64))
        self.newest, self.began = np.zeros((2, people), np.int64)
        self.counts, self.sums = np.zeros((2, len(HALF_LIVES), people))
        self.number, self.total, self.log_total, self.log_squares = np.zeros((4, people))
        self.hours = np.zeros((2 * HOUR_HARMONICS + 1, people))
        self.payees, self.devices = _Memory(people, PAYEES), _Memory(people, DEVICES)
        self.countries = _Memory(people, COUNTRIES)
        self.place_at, self.place = np.full(people, NEVER, np.int64), np.zeros((2, people))
        self.found = {name: np.zeros(len(self.at)) for name in SIGNALS}
        self.found |= _windows(self.at, self.amount, group["stopped"], sizes)

    def signals(self) -> dict[str, Array]:
        """Return what is known of each payment from its customer's past."""
        start = 0
        for rank, size in enumerate(self.sizes.tolist()):
            self._step(slice(start, start + size), size, is_first=rank == 0)
            start += size
        return self.found

    def _step(self, rows: slice, size: int, *, is_first: bool) -> None:
        if is_first:
            self.newest[:size] = self.began[:size] = self.at[rows]
        span = self.at[rows] - self.newest[:size]
        factors = np.exp2(-span / HALVES)
        if is_first:
            for name in ("pace_hour", "pace_day", "spend_day", "spend_week"):
                self.found[name][rows] = 1.0
            self.found["gap"][rows] = LONG_AGO_SECONDS
        else:
            self.found["gap"][rows] = span / SECOND
            self._pace(rows, size, factors)
        self._amounts(rows, size)
        known = self._habits(rows, size)
        self._travel(rows, size)
        self._observe(rows, size, factors)
        self._remember(rows, known)

    def _pace(self, rows: slice, size: int, factors: Floats) -> None:
        hour, day, week, month = factors
        counts, sums, amount = self.counts[:, :size], self.sums[:, :size], self.amount[rows]
        span = (self.at[rows] - self.began[:size]).astype(np.float64)
        reached = -np.expm1(-span / HALVES[1:] * np.log(2))
        with np.errstate(divide="ignore", invalid="ignore"):
            day_part, week_part = np.where(span < HOUR, 1.0, HALVES[1:3] * reached[:2] / (HALVES[3] * reached[2]))
            usual = np.where(self.number[:size] > 0, self.total[:size] / self.number[:size], amount) + SMALL_MINOR
        asked = amount + SMALL_MINOR
        self.found["pace_hour"][rows] = 1.0 + hour * counts[0] / MILLION
        self.found["pace_day"][rows] = (MILLION + day * counts[1]) / (MILLION + day_part * month * counts[3])
        self.found["spend_day"][rows] = (asked + day * sums[1]) / (usual + day_part * month * sums[3])
        self.found["spend_week"][rows] = (asked + week * sums[2]) / (usual + week_part * month * sums[3])

    def _amounts(self, rows: slice, size: int) -> None:
        number = self.number[:size]
        least = np.maximum(number, 1.0)
        log_total = self.log_total[:size]
        scatter = np.maximum(number * self.log_squares[:size] - log_total * log_total, 0.0) / (
            least * MILLION * MILLION
        )
        spread = np.sqrt((scatter + GUESS_WEIGHT * GUESSED_VARIANCE) / (number + GUESS_WEIGHT))
        apart = self.log[rows] - log_total / least / MILLION
        self.found["mean"][rows] = self.total[:size] / least
        self.found["log_deviations"][rows] = number / (number + GUESS_WEIGHT) * apart / spread

    def _habits(self, rows: slice, size: int) -> list[tuple[Array, Array]]:
        """Read what is usual; return where payees, devices and countries were found."""
        hours = self.hours[:, :size]
        total = hours[0] + (READ_WEIGHTS @ (hours[1:] * self.circle[1:, rows]))
        share = (total + PRIOR) / ((hours[0] + PRIOR) * FEJER)
        self.found["hour_share"][rows] = np.clip(share, 0.0, 1.0)
        payee, device, country = (
            memory.find(key[rows])
            for memory, key in (
                (self.payees, self.payee), (self.devices, self.device), (self.countries, self.country)
            )
        )  # fmt: skip
        self._payee(rows, size, *payee)
        is_new_device = self.told_device[rows] & self.devices.holds_any[:size] & ~device[0]
        is_new_country = self.told_country[rows] & self.countries.holds_any[:size] & ~country[0]
        self.found["is_new_device"][rows], self.found["is_new_country"][rows] = is_new_device, is_new_country
        return [payee, device, country]

    def _payee(self, rows: slice, size: int, known: Array, place: Array) -> None:
        who, at = np.arange(size), self.at[rows]
        yesterday = (at - DAY) // SECOND
        lately = (self.payees.last[:size] > yesterday[:, None]).sum(axis=1)
        counted = known & (self.payees.last[who, place] > yesterday)
        days = (at / SECOND - self.payees.first[who, place]) / (DAY / SECOND)
        self.found["known_days"][rows] = np.where(known, np.maximum(days, 0.0), 0.0)
        self.found["payees_day"][rows] = lately + ~counted

    def _travel(self, rows: slice, size: int) -> None:
        seen_at = self.place_at[:size]
        who = np.flatnonzero(self.has_place[rows] & (seen_at != NEVER))
        here = np.stack([self.latitude[rows][who], self.longitude[rows][who]])
        apart = _distances(self.place[:, who] / MILLION, here)
        seconds = np.maximum((self.at[rows][who] - seen_at[who]) / SECOND, LEAST_SECONDS)
        self.found["travel_kmh"][rows.start + who] = np.where(apart < STANDING_KM, 0.0, apart / (seconds / 3600))

    def _observe(self, rows: slice, size: int, factors: Floats) -> None:
        """Fade what fades, count what was asked for, and learn amounts and hours from what went through."""
        learns, amount, log = self.learns[rows], self.amount[rows], self.whole_log[rows]
        self.counts[:, :size] = np.rint(self.counts[:, :size] * factors) + MILLION
        self.sums[:, :size] = np.rint(self.sums[:, :size] * factors) + amount
        self.newest[:size] = self.at[rows]
        self.number[:size] += learns
        self.total[:size] += learns * amount
        self.log_total[:size] += learns * log
        self.log_squares[:size] += learns * log * log
        self.hours[:, :size] = np.rint(self.hours[:, :size] * factors[3]) + learns * np.rint(
            self.circle[:, rows] * MILLION
        )

    def _remember(self, rows: slice, known: list[tuple[Array, Array]]) -> None:
        learns, second = self.learns[rows], self.second[rows]
        payee, device, country = known
        self.payees.see(self.payee[rows], second, *payee, learns)
        self.devices.see(self.device[rows], second, *device, learns & self.told_device[rows])
        self.countries.see(self.country[rows], second, *country, learns & self.told_country[rows])
        placed = np.flatnonzero(learns & self.has_place[rows])
        self.place_at[placed] = self.at[rows][placed]
        here = np.stack([self.latitude[rows][placed], self.longitude[rows][placed]])
        self.place[:, placed] = np.rint(here * MILLION)


SIGNALS: Final = (
    "pace_hour", "pace_day", "spend_day", "spend_week", "gap", "mean", "log_deviations", "hour_share", "known_days",
    "payees_day", "is_new_device", "is_new_country", "travel_kmh",
)  # fmt: skip

HALVES: Final = np.array(HALF_LIVES, np.float64)[:, None]

# Fejér's weights of cosine and sine of each harmonic.
READ_WEIGHTS: Final = np.repeat(2.0 - 2.0 / FEJER * np.arange(1, FEJER), 2)


def _circle(hour: Floats) -> Floats:
    """Return 1, then cosine and sine of each harmonic of an hour, [2 * harmonics + 1, rows]."""
    angle = 2 * np.pi * (hour % 24 / 24)
    cosine, sine = np.cos(angle), np.sin(angle)
    found = np.ones((2 * HOUR_HARMONICS + 1, len(hour)))
    real, imaginary = np.ones(len(hour)), np.zeros(len(hour))
    for index in range(1, len(found), 2):
        real, imaginary = real * cosine - imaginary * sine, real * sine + imaginary * cosine
        found[index], found[index + 1] = real, imaginary
    return found


def _distances(one: Floats, other: Floats) -> Floats:
    """Return great-circle distances in kilometres of places [2, rows] in degrees."""
    latitude, longitude = np.radians(one)
    to_latitude, to_longitude = np.radians(other)
    half_chord = (
        np.sin((to_latitude - latitude) / 2) ** 2
        + np.cos(latitude) * np.cos(to_latitude) * np.sin((to_longitude - longitude) / 2) ** 2
    )
    return np.asarray(2 * EARTH_KM * np.arcsin(np.minimum(1.0, np.sqrt(half_chord))))


def _windows(at: Array, amount: Floats, stopped: Array, sizes: Array) -> dict[str, Array]:
    """Return what is counted exactly: payments just under a limit within a day, refused ones within an hour."""
    place = np.concatenate([np.arange(size) for size in sizes])
    order = np.argsort(place, kind="stable")
    place, at = place[order], at[order]
    rank = np.arange(len(at))
    first = np.searchsorted(place, place)
    # Customers one after the other on one line of time, further apart than the windows are long.
    line = place * (at.max() - at.min() + 2 * DAY) + (at - at.min())
    near = np.searchsorted(np.array(NEAR_BORDERS), amount[order], side="right") % 2 == 1
    found = {"near_limit": near.astype(np.float64), "declined": np.zeros(len(at))}
    for name, what, span in (("near_limit", near, DAY), ("declined", stopped[order], HOUR)):
        began = np.maximum(np.searchsorted(line, line - span, side="right"), np.maximum(first, rank - WINDOW))
        total = np.concatenate([[0], np.cumsum(what)])
        found[name] += total[rank] - total[began]
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return {name: counted[back] for name, counted in found.items()}


def _inputs(group: Columns, signals: dict[str, Array]) -> npt.NDArray[np.float32]:
    """Return the inputs as ``vector_of`` makes them of signals."""
    amount = group["amount"].astype(np.float64)
    available = group["available"].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        taken = np.where(available > 0, np.minimum(1.0, amount / available), 1.0)
    known = np.where(group["is_own"], ONESELF_DAYS, signals["known_days"])
    columns = {
        "amount_log": _log(amount / 100),
        "amount_to_mean": np.where(signals["mean"] > 0, _ratio((amount + 100) / (signals["mean"] + 100)), 0.0),
        "amount_deviations": np.clip(signals["log_deviations"], -MOST_DEVIATIONS, MOST_DEVIATIONS),
        "spend_day": _ratio(signals["spend_day"]),
        "spend_week": _ratio(signals["spend_week"]),
        "pace_hour": _log(signals["pace_hour"]),
        "pace_day": _ratio(signals["pace_day"]),
        "gap_log": _log(signals["gap"]),
        "is_new_payee": group["is_new_payee"] & ~group["is_own"],
        "payee_known_log": _log(known),
        "payees_day": np.minimum(signals["payees_day"], MOST_COUNTED),
        "is_new_device": signals["is_new_device"],
        "is_new_country": signals["is_new_country"],
        "travel_speed_log": _log(signals["travel_kmh"]),
        "balance_share": taken,
        "near_limit": np.minimum(signals["near_limit"], MOST_COUNTED),
        "hour_share": signals["hour_share"],
        "payee_record": _record(group["payee_trust"], group["payee_confirmed_frauds"]),
        "account_age_log": _log(group["account_age_days"]),
        "failures": np.minimum(np.maximum(group["failures"], 0) + signals["declined"], MOST_COUNTED),
    }
    return np.stack([columns[name] for name in FEATURES], axis=1).astype(np.float32)


def _record(trust: Array, frauds: Array) -> Array:
    halvings = np.clip(frauds, 0, MOST_COUNTED)
    return np.asarray(np.clip(trust / 100, 0.0, 1.0) * 0.5**halvings)


def _log(value: Array) -> Array:
    return np.asarray(np.minimum(np.log1p(np.maximum(value.astype(np.float64), 0.0)), MOST_LOG))


def _ratio(value: Array) -> Array:
    return np.asarray(np.clip(np.log(value), -MOST_LOG, MOST_LOG))
