"""Where simulated customers pay from. No service is asked: a few cities are enough to be far apart."""

from dataclasses import dataclass
from random import Random
from typing import Any, Final

# Degrees around a city's middle, one standard deviation: some eight kilometres.
SPREAD: Final = 0.08
DECIMALS: Final = 5


@dataclass(frozen=True, slots=True)
class City:
    """A place to pay from, in degrees."""

    name: str
    country: str
    latitude: float
    longitude: float


HOMES: Final = (
    City("Mumbai", "IN", 19.08, 72.88),
    City("Delhi", "IN", 28.61, 77.21),
    City("Bengaluru", "IN", 12.97, 77.59),
    City("Chennai", "IN", 13.08, 80.27),
    City("Kolkata", "IN", 22.57, 88.36),
    City("Hyderabad", "IN", 17.39, 78.49),
    City("Pune", "IN", 18.52, 73.86),
    City("Jaipur", "IN", 26.91, 75.79),
    City("Kochi", "IN", 9.93, 76.27),
)
# Nobody here lives so far away that a thief's place would be theirs.
AWAY: Final = (
    City("London", "GB", 51.51, -0.13),
    City("New York", "US", 40.71, -74.01),
    City("Bangkok", "TH", 13.76, 100.50),
    City("Phnom Penh", "KH", 11.56, 104.92),
    City("Bucharest", "RO", 44.43, 26.10),
    City("Lagos", "NG", 6.52, 3.38),
)


def somewhere_in(city: City, dice: Random) -> dict[str, Any]:
    """Return a location in a city as a customer's app would tell it."""
    return {
        "country": city.country,
        "city": city.name,
        "latitude": round(city.latitude + dice.gauss(0, SPREAD), DECIMALS),
        "longitude": round(city.longitude + dice.gauss(0, SPREAD), DECIMALS),
    }
