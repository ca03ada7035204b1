"""What a payer reads when a code is no good: what it is, and what to do."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from securebank.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Words:
    """A headline, what to do, and how loud it is: ``tone`` is ``warn``, ``danger`` or ``in``."""

    headline: str | Promise
    advice: str | Promise
    icon: str = "info"
    tone: str = "warn"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal as the page shows it; ``detail`` is the error's own sentence."""

    code: str
    title: str | Promise
    detail: str
    advice: str | Promise
    icon: str
    tone: str


WORDS: Final = {
    "qr_forged": Words(
        _("This code was forged or changed"),
        _(
            "Don't pay it. Tell whoever shows it to you: somebody may have stuck it over theirs. "
            "Pay them by their handle, or let them show a new code."
        ),
        "alert",
        "danger",
    ),
    "qr_expired": Words(
        _("This code has expired"),
        _("Ask for a new one; it takes a moment to make."),
        "clock",
    ),
    "qr_spent": Words(
        _("This code has been paid already"),
        _("It was good for one payment. Look into your activity: perhaps it was you. Otherwise ask for a new code."),
        "check",
    ),
    "qr_withdrawn": Words(
        _("This code is no longer in use"),
        _("Whoever made it took it back. Ask for a new one."),
        "cross",
    ),
    "qr_other_bank": Words(
        _("This code belongs to another bank"),
        _("From here you pay customers of SecureBank. Use the other bank's app, or ask for a SecureBank handle."),
        "bank",
    ),
    "qr_unknown_key": Words(
        _("We can't check who made this code"),
        _("Don't pay it. It claims to be ours, but bears a key that we don't have. Ask for a new code."),
        "key",
        "danger",
    ),
    "payee_not_found": Words(
        _("Nobody here has this address"),
        _("The code leads to SecureBank, but to no customer of ours. Ask for the handle, or for a new code."),
        "user",
    ),
    "qr_malformed": Words(
        _("This code is damaged"),
        _("Try again with more light and the code flat. If it stays like this, ask for a new one."),
        "alert",
    ),
}
OTHER: Final = Words(
    _("This is no payment code"),
    _("Nothing can be paid with it. If it holds a link, think twice before you open it: we did not."),
)


def refusal_of(error: DomainError) -> Refusal:
    """Return what the page says."""
    words = WORDS.get(error.code, OTHER)
    return Refusal(error.code, words.headline, str(error), words.advice, words.icon, words.tone)
