"""The document that a policy is stored as, checked strictly and turned into a ``Policy``.

{"weights": {"model", "rules"}, "thresholds": {"review", "decline", "lock"}, "levels": {"medium", "high", "critical"},
"rules": {CODE: {"enabled", "weight", "effect", "params": {...}}}}

A rule or parameter that a document leaves out is off, or has its default: an old version stays readable when a rule is
added later.
"""

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext as _

from fraud.errors import PolicyInvalid
from fraud.policy import Policy, TunedRule
from fraud.rules import RULES, Effect, ParameterInvalid, Rule

WEIGHTS: Final = ("model", "rules")
THRESHOLDS: Final = ("review", "decline", "lock")
LEVELS: Final = ("medium", "high", "critical")
OF_A_RULE: Final = ("enabled", "weight", "effect", "params")
PARTS: Final = ("weights", "thresholds", "levels", "rules")


def read(document: Any, *, name: str) -> Policy:
    """Return the policy of a document.

    Raises:
        PolicyInvalid: not usable; the fact ``field`` names the place, such as ``rules.NIGHT.weight``.
    """
    parts = _mapping(document, "", PARTS)
    model_weight, rules_weight = _shares(parts["weights"], "weights", WEIGHTS)
    if not math.isclose(model_weight + rules_weight, 1.0, abs_tol=1e-9):
        raise _invalid("weights", _("The weights must add up to 1."))
    review, decline, lock = _rising(parts["thresholds"], "thresholds", THRESHOLDS)
    medium, high, critical = _rising(parts["levels"], "levels", LEVELS)
    return Policy(
        name=name,
        model_weight=model_weight,
        rules_weight=rules_weight,
        review=review,
        decline=decline,
        lock=lock,
        levels=(medium, high, critical),
        rules=_rules(parts["rules"]),
    )


def default_document() -> dict[str, Any]:
    """Return the document with everything as the rules declare it: where a first draft starts from."""
    return {
        "weights": {"model": 0.6, "rules": 0.4},
        "thresholds": {"review": 0.4, "decline": 0.7, "lock": 0.9},
        "levels": {"medium": 0.3, "high": 0.6, "critical": 0.8},
        "rules": {
            code: {
                "enabled": True,
                "weight": rule.default_weight,
                "effect": rule.default_effect.value,
                "params": {parameter.name: parameter.default for parameter in rule.parameters},
            }
            for code, rule in RULES.items()
        },
    }


def _rules(written: Any) -> tuple[TunedRule, ...]:
    rules = _mapping(written, "rules")
    for code in rules:
        if code not in RULES:
            raise _invalid(f"rules.{code}", _("There is no such rule."))
    # In the order of the code, so that two documents that say the same give the same list of reasons.
    read_rules = {code: _rule(RULES[code], rules[code], f"rules.{code}") for code in RULES if code in rules}
    return tuple(rule for rule in read_rules.values() if rule is not None)


def _rule(kind: type[Rule], written: Any, place: str) -> TunedRule | None:
    parts = _mapping(written, place, OF_A_RULE)
    if not isinstance(parts["enabled"], bool):
        raise _invalid(f"{place}.enabled", _("Say true or false."))
    weight = _share(parts["weight"], f"{place}.weight")
    effect = parts["effect"]
    if not isinstance(effect, str) or effect not in set(Effect):
        raise _invalid(f"{place}.effect", _("Choose score, review or decline."))
    tuned = TunedRule(kind(**_parameters(kind, parts["params"], f"{place}.params")), weight, Effect(effect))
    return tuned if parts["enabled"] else None


def _parameters(kind: type[Rule], written: Any, place: str) -> dict[str, float]:
    declared = {parameter.name: parameter for parameter in kind.parameters}
    values = {}
    for name, value in _mapping(written, place).items():
        if name not in declared:
            raise _invalid(f"{place}.{name}", _("The rule has no such parameter."))
        try:
            values[name] = declared[name].checked(value)
        except ParameterInvalid as fault:
            raise _invalid(f"{place}.{name}", _("This must be %(what)s.") % {"what": fault}) from fault
    return values


def _rising(written: Any, place: str, names: tuple[str, ...]) -> tuple[float, ...]:
    shares = _shares(written, place, names)
    for (_low, low), (name, high) in pairwise(zip(names, shares, strict=True)):
        if low >= high:
            raise _invalid(f"{place}.{name}", _("Each threshold must be above the one before."))
    return shares


def _shares(written: Any, place: str, names: tuple[str, ...]) -> tuple[float, ...]:
    parts = _mapping(written, place, names)
    return tuple(_share(parts[name], f"{place}.{name}") for name in names)


def _share(written: Any, place: str) -> float:
    if isinstance(written, bool) or not isinstance(written, int | float) or not 0 <= written <= 1:
        raise _invalid(place, _("This must be a number from 0 to 1."))
    return float(written)


def _mapping(written: Any, place: str, names: tuple[str, ...] | None = None) -> Mapping[str, Any]:
    """Return an object that has exactly these names; with None, any."""
    if not isinstance(written, dict) or not all(isinstance(name, str) for name in written):
        raise _invalid(place, _("This must be an object with named values."))
    if names is not None and (wrong := set(names) ^ set(written)):
        name = min(wrong)
        sentence = _("This is missing.") if name in names else _("There is no such value.")
        raise _invalid(f"{place}.{name}".lstrip("."), sentence)
    return written


def _invalid(place: str, sentence: str) -> PolicyInvalid:
    return PolicyInvalid(sentence, field=place or "document")
