"""Tell policy documents apart: by a hash, and by what differs between two of them. Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fraud import policy_document
from fraud.rules import RULES

ABSENT: Final = "(unknown)"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that two documents don't share; ``place`` is written as in ``PolicyInvalid``."""

    place: str
    old: Any
    new: Any


def digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document, the same for every way to write it down.

    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    plain = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def complete(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with everything said that it leaves out: rules that are off, parameters at their default."""
    whole = policy_document.default_document()
    rules = {
        code: {**declared, "enabled": False}
        if code not in document["rules"]
        else {**document["rules"][code], "params": declared["params"] | document["rules"][code]["params"]}
        for code, declared in whole["rules"].items()
    }
    return {**document, "rules": rules}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Return every value that differs, in the order of the document."""
    before, after = dict(_leaves(complete(old))), dict(_leaves(complete(new)))
    return [
        Difference(place, before.get(place, ABSENT), value)
        for place, value in after.items()
        if before.get(place, ABSENT) != value
    ]


def _leaves(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for part in ("weights", "thresholds", "levels"):
        for name, value in document[part].items():
            yield f"{part}.{name}", value
    for code in RULES:
        rule = document["rules"][code]
        for name in ("enabled", "weight", "effect"):
            yield f"rules.{code}.{name}", rule[name]
        for name, value in rule["params"].items():
            yield f"rules.{code}.params.{name}", value
