"""What a notice says to a person: the same words on the site, in mail and in text messages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import Notification
from securebank.kernel.money import InvalidAmount, Money, UnknownCurrency
from securebank.web.wording import format_money

Kind = Notification.Kind


@dataclass(frozen=True, slots=True)
class Words:
    """One notice in one language."""

    title: str
    body: str


# What the bank tells about somebody's own security, by the ``event`` of a notice of kind ``notification``.
EVENTS: Final[dict[str, tuple[Promise | str, Promise | str]]] = {
    "new_device": (
        gettext_lazy("New sign-in"),
        gettext_lazy("Your account was opened on a device we had not seen before. If it wasn't you, end that session."),
    ),
    "password_changed": (gettext_lazy("Password changed"), gettext_lazy("If it wasn't you, contact us at once.")),
    "email_changed": (gettext_lazy("Email address changed"), gettext_lazy("If it wasn't you, contact us at once.")),
    "pin_changed": (gettext_lazy("Payment PIN changed"), gettext_lazy("If it wasn't you, freeze your accounts now.")),
    "pin_locked": (
        gettext_lazy("Payment PIN locked"),
        gettext_lazy("The PIN was wrong too often. Payments with it are stopped for a while."),
    ),
    "factor_changed": (
        gettext_lazy("Sign-in method changed"),
        gettext_lazy("A second factor was added or removed. If it wasn't you, contact us at once."),
    ),
    "account_frozen": (
        gettext_lazy("Account frozen"),
        gettext_lazy("No money can leave or reach it until you lift the freeze."),
    ),
    "account_unfrozen": (gettext_lazy("Account active again"), gettext_lazy("Money can move on it as before.")),
    "account_closed": (gettext_lazy("Account closed"), gettext_lazy("No money can leave or reach it any more.")),
    "webhook_added": (
        gettext_lazy("Webhook added"),
        gettext_lazy("News that you choose will also go to a server. If you didn't add it, remove it and contact us."),
    ),
    "webhook_secret_changed": (
        gettext_lazy("Webhook secret changed"),
        gettext_lazy("The old secret stays good for a day. If you didn't change it, contact us."),
    ),
    "webhook_disabled": (
        gettext_lazy("Webhook stopped"),
        gettext_lazy("Your server took no message for about a day, or wants none. Test it to start again."),
    ),
    "payment_cleared": (
        gettext_lazy("All is well with your payment"),
        gettext_lazy("A colleague looked at a payment that we stopped and found nothing wrong. Please make it again."),
    ),
    "payment_was_fraud": (
        gettext_lazy("A payment was fraud"),
        gettext_lazy("A colleague found that a payment from your account was fraud. We are asking for the money back."),
    ),
    "model_drift": (
        gettext_lazy("Payments no longer look as the fraud model knows them"),
        gettext_lazy("What moved stands on the page Drift of the staff's desk. You hear of it once a week."),
    ),
    "payments_stopped": (
        gettext_lazy("Payments stopped"),
        gettext_lazy(
            "We stopped payments from your accounts to protect you. Your money is safe, and you can still sign in and"
            " look. Please contact us to lift the stop."
        ),
    ),
    "payments_resumed": (
        gettext_lazy("Payments possible again"),
        gettext_lazy("We lifted the stop on your accounts. You can pay as before."),
    ),
}


def words_of(notice: Notification, *, language: str) -> Words:
    """Return title and body in a language the bank speaks, English otherwise."""
    with override(language):
        return WRITERS.get(notice.kind, _general)(notice.data, language)


def _amount(data: dict[str, Any], language: str) -> str:
    """Return the amount as a reader writes it; what isn't one is shown as it stands."""
    currency = str(data.get("currency", ""))
    try:
        return format_money(Money.parse(data.get("amount"), currency), language)
    except (InvalidAmount, UnknownCurrency):
        return f"{data.get('amount', '')} {currency}".strip()


def _other(data: dict[str, Any]) -> str:
    return str(data.get("name") or _("another account"))


def _received(data: dict[str, Any], language: str) -> Words:
    title = _("%(amount)s received") % {"amount": _amount(data, language)}
    return Words(title, _with_note(_("From %(name)s") % {"name": _other(data)}, data))


def _sent(data: dict[str, Any], language: str) -> Words:
    title = _("%(amount)s sent") % {"amount": _amount(data, language)}
    return Words(title, _with_note(_("To %(name)s") % {"name": _other(data)}, data))


def _held(data: dict[str, Any], language: str) -> Words:
    facts = {"amount": _amount(data, language), "name": _other(data)}
    body = _("%(amount)s to %(name)s is set aside while a colleague looks at it. It has not left your account.") % facts
    return Words(_("Payment under review"), body)


def _declined(data: dict[str, Any], language: str) -> Words:
    facts = {"amount": _amount(data, language), "name": _other(data)}
    return Words(_("Payment declined"), _("%(amount)s to %(name)s was not paid. No money was moved.") % facts)


def _fraud_alert(data: dict[str, Any], language: str) -> Words:
    facts = {"amount": _amount(data, language), "name": _other(data)}
    body = (
        _("A payment of %(amount)s to %(name)s looks unusual, so we stopped it. Tell us in the app if it wasn't you.")
        % facts
    )
    return Words(_("Was this you?"), body)


def _request(data: dict[str, Any], language: str) -> Words:
    states = {
        "accepted": _("%(name)s paid your request for %(amount)s"),
        "declined": _("%(name)s declined your request for %(amount)s"),
        "cancelled": _("%(name)s withdrew the request for %(amount)s"),
        "expired": _("The request for %(amount)s has expired"),
    }
    asked = _("%(name)s asks you for %(amount)s")
    facts = {"amount": _amount(data, language), "name": _other(data)}
    return Words(_("Payment request"), _with_note(states.get(str(data.get("status")), asked) % facts, data))


def _kyc(data: dict[str, Any], language: str) -> Words:  # noqa: ARG001 # one signature for all
    return Words(_("Identity check"), _("There is news about your identity check."))


def _general(data: dict[str, Any], language: str) -> Words:  # noqa: ARG001 # one signature for all
    title, body = EVENTS.get(str(data.get("event")), (_("A message from your bank"), ""))
    return Words(str(title), str(body))


def _with_note(sentence: str, data: dict[str, Any]) -> str:
    note = data.get("note")
    return f"{sentence} · {note}" if note else sentence


WRITERS: Final[dict[str, Callable[[dict[str, Any], str], Words]]] = {
    Kind.PAYMENT_RECEIVED: _received,
    Kind.PAYMENT_SENT: _sent,
    Kind.PAYMENT_HELD: _held,
    Kind.PAYMENT_DECLINED: _declined,
    Kind.FRAUD_ALERT: _fraud_alert,
    Kind.PAYMENT_REQUEST: _request,
    Kind.KYC_UPDATE: _kyc,
}
