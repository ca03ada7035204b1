"""Distances on the globe, without any service."""

import math
from typing import Final

# Mean radius of the earth, IUGG.
EARTH_KM: Final = 6371.0088

# Declared places and those of networks jump this far while nobody moves.
STANDING_KM: Final = 50.0

NORTHMOST, EASTMOST = 90.0, 180.0

# Two places within the same minute are as far apart in time as we can tell.
LEAST_SECONDS: Final = 60.0


def place(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    """Return a place on the globe, or None for what is none.

    >>> place(19.1, 72.9), place(91.0, 0.0), place(float("nan"), 0.0), place(None, 3.0)
    ((19.1, 72.9), None, None, None)
    """
    if latitude is None or longitude is None:
        return None
    # Written so that no comparison with NaN holds.
    return (latitude, longitude) if abs(latitude) <= NORTHMOST and abs(longitude) <= EASTMOST else None


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance of two places, latitude and longitude in degrees.

    Haversine formula; off by at most 0.6 %, because the earth is no sphere.

    >>> round(distance_km((19.076, 72.878), (28.614, 77.209)))  # Mumbai to Delhi
    1148
    >>> round(distance_km((0.0, 179.5), (0.0, -179.5)))  # across the antimeridian
    111
    """
    latitude, longitude = math.radians(one[0]), math.radians(one[1])
    to_latitude, to_longitude = math.radians(other[0]), math.radians(other[1])
    half_chord = (
        math.sin((to_latitude - latitude) / 2) ** 2
        + math.cos(latitude) * math.cos(to_latitude) * math.sin((to_longitude - longitude) / 2) ** 2
    )
    # Rounding takes antipodes a little above 1.
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half_chord)))


def speed_kmh(kilometres: float, seconds: float) -> float:
    """Return how fast one must have travelled; 0 for a distance that is none.

    >>> speed_kmh(1200.0, 7200.0), speed_kmh(49.0, 1.0), speed_kmh(100.0, 0.0), speed_kmh(100.0, -60.0)
    (600.0, 0.0, 6000.0, 6000.0)
    """
    if kilometres < STANDING_KM:
        return 0.0
    return kilometres / (max(abs(seconds), LEAST_SECONDS) / 3600)
