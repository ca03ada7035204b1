"""The form of a policy, made from what the rules declare about themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fraud import policy_document
from fraud.errors import PolicyInvalid
from fraud.policy_difference import complete
from fraud.policy_pages import words
from fraud.rules import RULES, Parameter, Rule
from fraud.services.policies import LONGEST_NOTE
from securebank.web.pages import LineField

PARTS: Final = {
    "weights": policy_document.WEIGHTS,
    "thresholds": policy_document.THRESHOLDS,
    "levels": policy_document.LEVELS,
}
# Of places that are no field of their own: where their error is shown.
SHOWN_AT: Final = {"weights": "weights.model"}
PAISE: Final = 100
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together."""

    code: str
    title: str
    help: str
    is_on: bool
    has_errors: bool
    fields: list[BoundField]


class PolicyForm(forms.Form):
    """A whole policy. Fields are named by their place in the document, so each error finds its field."""

    note = LineField(
        label=gettext_lazy("What changes, and why"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The colleague who decides reads it. Needed before you propose."),
    )

    def __init__(self, document: dict[str, Any], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        before = complete(document)
        for part, names in PARTS.items():
            for name in names:
                self.fields[f"{part}.{name}"] = _share(words.name_of(f"{part}.{name}"), before[part][name])
        for code, rule in RULES.items():
            self._add_rule(code, rule, before["rules"][code])

    def _add_rule(self, code: str, rule: type[Rule], before: dict[str, Any]) -> None:
        place = f"rules.{code}"
        self.fields[f"{place}.enabled"] = forms.BooleanField(
            label=words.OF_A_RULE["enabled"], required=False, initial=before["enabled"]
        )
        self.fields[f"{place}.weight"] = _share(words.OF_A_RULE["weight"], before["weight"])
        self.fields[f"{place}.effect"] = forms.ChoiceField(
            label=words.OF_A_RULE["effect"], choices=list(words.EFFECTS.items()), initial=before["effect"]
        )
        for parameter in rule.parameters:
            value = before["params"][parameter.name]
            self.fields[f"{place}.params.{parameter.name}"] = _field_of(parameter, value)

    def clean(self) -> dict[str, Any]:
        """Look at the document as a whole, once each value is one."""
        typed = super().clean() or {}
        if not self.errors:
            try:
                policy_document.read(self.document(), name="draft")
            except PolicyInvalid as refusal:
                self.refuse(refusal)
        return typed

    def refuse(self, refusal: PolicyInvalid) -> None:
        """Show beside its field what is wrong with the document."""
        place = str(refusal.facts.get("field", ""))
        place = SHOWN_AT.get(place, place)
        self.add_error(place if place in self.fields else None, str(refusal))

    def document(self) -> dict[str, Any]:
        """Return the document that was typed."""
        typed = self.cleaned_data
        parts = {part: {name: typed[f"{part}.{name}"] for name in names} for part, names in PARTS.items()}
        return {**parts, "rules": {code: self._rule(code, rule) for code, rule in RULES.items()}}

    def _rule(self, code: str, rule: type[Rule]) -> dict[str, Any]:
        typed, place = self.cleaned_data, f"rules.{code}"
        return {
            "enabled": typed[f"{place}.enabled"],
            "weight": typed[f"{place}.weight"],
            "effect": typed[f"{place}.effect"],
            "params": {
                parameter.name: _kept(parameter, typed[f"{place}.params.{parameter.name}"])
                for parameter in rule.parameters
            },
        }

    def parts(self) -> Iterator[Group]:
        """Yield weights, thresholds and levels."""
        for part in PARTS:
            yield self._group(part, f"{part}.", str(words.PARTS[part]), str(words.HELP[part]), is_on=True)

    def rules(self) -> Iterator[Group]:
        """Yield the rules."""
        for code, rule in RULES.items():
            told = _("Customers read: “%(sentence)s”") % {"sentence": _(rule.customer)}
            is_on = bool(self[f"rules.{code}.enabled"].value())
            yield self._group(code, f"rules.{code}.", words.title_of(code), told, is_on=is_on)

    def _group(self, code: str, before: str, title: str, told: str, *, is_on: bool) -> Group:
        fields = [self[name] for name in self.fields if name.startswith(before)]
        return Group(code, title, told, is_on, any(field.errors for field in fields), fields)


class PeriodForm(forms.Form):
    """How far back a backtest looks."""

    period = forms.ChoiceField(
        label=gettext_lazy("Payments of"),
        initial="30",
        choices=[
            ("1", gettext_lazy("the last day")),
            ("7", gettext_lazy("the last 7 days")),
            ("30", gettext_lazy("the last 30 days")),
            ("90", gettext_lazy("the last 90 days")),
            ("365", gettext_lazy("the last year")),
            (ALL, gettext_lazy("all time")),
        ],
    )

    def since(self, now: datetime) -> datetime:
        """Return where the period begins."""
        period = self.cleaned_data["period"]
        return datetime.fromtimestamp(0, tz=now.tzinfo) if period == ALL else now - timedelta(days=int(period))


def _share(label: Any, value: float) -> forms.FloatField:
    return forms.FloatField(label=label, min_value=0, max_value=1, initial=value, widget=_number("any"))


def _field_of(parameter: Parameter, value: float) -> forms.Field:
    if parameter.unit == words.PAISE:
        return forms.DecimalField(
            label=_(parameter.label),
            decimal_places=2,
            min_value=Decimal(int(parameter.minimum)) / PAISE,
            max_value=Decimal(int(parameter.maximum)) / PAISE,
            initial=Decimal(int(value)) / PAISE,
            help_text=_bounds(parameter),
            widget=_number("any"),
        )
    if parameter.is_integer:
        return forms.IntegerField(
            label=_(parameter.label),
            min_value=int(parameter.minimum),
            max_value=int(parameter.maximum),
            initial=value,
            help_text=_bounds(parameter),
            widget=_number("1"),
        )
    return forms.FloatField(
        label=_(parameter.label),
        min_value=parameter.minimum,
        max_value=parameter.maximum,
        initial=value,
        help_text=_bounds(parameter),
        widget=_number("any"),
    )


def _number(step: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"step": step, "inputmode": "decimal"})


def _bounds(parameter: Parameter) -> str:
    place = {"paise": words.rupees}.get(parameter.unit)
    low, high, usual = (
        place(int(value)) if place is not None else f"{value:g}"
        for value in (parameter.minimum, parameter.maximum, parameter.default)
    )
    told = _("from %(low)s to %(high)s; usually %(usual)s") % {"low": low, "high": high, "usual": usual}
    unit = "" if place is not None else words.unit_of(parameter)
    return f"{unit}, {told}" if unit else told


def _kept(parameter: Parameter, typed: Any) -> float:
    return int(typed * PAISE) if parameter.unit == words.PAISE else typed
