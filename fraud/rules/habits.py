"""Rules about when, how often, where and with what a customer pays."""

from django.utils.translation import gettext_noop as _

from fraud.rules.base import Finding, Parameter, Rule
from fraud.types import PaymentFacts
from ml.fraud.features.signals import Signals


class Velocity(Rule):
    """Many payments in a short time."""

    code = "VELOCITY"
    title = _("Many payments")
    customer = _("There were unusually many payments in a short time.")
    default_weight = 0.5
    parameters = (
        Parameter("busy_hour", _("Busy above, in an hour"), "payments", 10, 1, 64),
        Parameter("very_busy_hour", _("Very busy above, in an hour"), "payments", 30, 1, 64),
        Parameter("very_busy_day", _("Very busy above, in a day"), "payments", 50, 1, 64),
        Parameter("busy_strength", _("Share of the weight that busy alone counts"), "share", 0.5, 0.01, 1.0, False),
    )

    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:  # noqa: ARG002 -- a rule's shape
        """Speak up above the busy hour, louder above the very busy hour or day."""
        hour, day = around.payments_hour, around.payments_day
        staff = f"{hour} payments in an hour, {day} in a day"
        if hour > self.values["very_busy_hour"] or day > self.values["very_busy_day"]:
            return Finding(staff)
        return Finding(staff, self.values["busy_strength"]) if hour > self.values["busy_hour"] else None


class Night(Rule):
    """While the customer is most likely asleep."""

    code = "NIGHT"
    title = _("At night")
    customer = _("This payment was made at an unusual time.")
    default_weight = 0.04
    parameters = (
        Parameter("from_hour", _("From, on the customer's clock"), "hour", 2.0, 0.0, 24.0, False),
        Parameter("to_hour", _("Until, on the customer's clock"), "hour", 6.0, 0.0, 24.0, False),
    )

    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:  # noqa: ARG002 -- a rule's shape
        """Speak up between the two hours; the night may pass midnight."""
        start, end, hour = self.values["from_hour"], self.values["to_hour"], around.local_hour
        is_night = start <= hour < end if start <= end else hour >= start or hour < end
        return Finding(f"at {int(hour):02d}:{int(hour % 1 * 60):02d} on the customer's clock") if is_night else None


class NewCountry(Rule):
    """From a country where the customer was never seen."""

    code = "NEW_COUNTRY"
    title = _("New country")
    customer = _("This payment came from a place where you have not paid before.")
    default_weight = 0.15

    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:
        """Speak up at the first sight of a further country."""
        if not around.is_new_country:
            return None
        return Finding(f"first payment from {facts.location.get('country', 'this country')}")


class NewDevice(Rule):
    """With a device that was never seen."""

    code = "NEW_DEVICE"
    title = _("New device")
    customer = _("This payment came from a device that you have not paid with before.")
    default_weight = 0.1

    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:  # noqa: ARG002 -- a rule's shape
        """Speak up at the first sight of a further device."""
        return Finding("first payment with this device") if around.is_new_device else None


class ImpossibleTravel(Rule):
    """Too far from the last place for the time between."""

    code = "IMPOSSIBLE_TRAVEL"
    title = _("Impossible travel")
    customer = _("This payment came from a place that does not fit your last one.")
    default_weight = 0.35
    parameters = (
        Parameter("speed_kmh", _("Faster than"), "km/h", 900.0, 50.0, 20_000.0, False),
        Parameter("distance_km", _("And farther than"), "km", 100.0, 1.0, 20_000.0, False),
    )

    def judge(self, facts: PaymentFacts, around: Signals) -> Finding | None:  # noqa: ARG002 -- a rule's shape
        """Speak up above the speed of an airliner; short jumps are how inexact positions are."""
        if around.travel_kmh <= self.values["speed_kmh"] or around.travel_km <= self.values["distance_km"]:
            return None
        return Finding(f"{around.travel_km:.0f} km from the last place, at {around.travel_kmh:.0f} km/h")
