"""How often each judgement of a print is right, and the probability that follows from it.

Counted on photographs of genuine codes and on the cheapest forgeries, clean and photographed:
``python -m tests.bench.qr_photos_bench``. With both kinds taken as equally likely beforehand, and one added to every
count so that nothing is certain (Laplace), the share of forgeries among all codes with the same judgement is told as
the probability of tampering. Real life has far fewer forgeries and other kinds of them: the figure ranks codes and
says how clear the evidence is; it is no forecast.
"""

from typing import Final

from qrpay.evidence.types import Level

GENUINE: Final = {Level.OK: 161, Level.WARN: 7, Level.BLOCK: 0}
FORGED: Final = {Level.OK: 0, Level.WARN: 0, Level.BLOCK: 320}


def tampered(level: Level) -> float:
    """Return the probability that a print so judged was altered, 0 to 1.

    >>> tampered(Level.OK) < tampered(Level.WARN) < 0.5 < tampered(Level.BLOCK)
    True
    """
    forged, genuine = _share(FORGED, level), _share(GENUINE, level)
    return round(forged / (forged + genuine), 4)


def _share(counts: dict[Level, int], level: Level) -> float:
    return (counts[level] + 1) / (sum(counts.values()) + len(counts))
