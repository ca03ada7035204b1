"""Payments under way: kept in the session, so that the page in between can't be altered and "back" loses nothing."""

import time
from typing import Any, Final
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from payments.errors import DraftExpired
from payments.selectors.previews import Preview
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money

KEY: Final = "payment_drafts"
# Several tabs may each have one; older ones are forgotten.
MOST: Final = 5
# Seconds between review and confirmation; what was shown must still be true.
LIFETIME: Final = 15 * 60


def keep(session: SessionBase, *, typed: dict[str, str], shown: Preview) -> UUID:
    """Keep what the customer typed and what they will be shown; return the id of the payment to be."""
    draft_id = new_id()
    drafts = _fresh(session)
    drafts[str(draft_id)] = {
        "typed": typed,
        "at": int(time.time()),
        "payer": str(shown.payer.pk),
        "payee": str(shown.payee.account.pk),
        "payee_number": shown.payee.account.number,
        "minor": shown.amount.minor,
        "currency": shown.amount.currency,
    }
    session[KEY] = dict(list(drafts.items())[-MOST:])
    return draft_id


def draft_of(session: SessionBase, draft_id: UUID) -> dict[str, Any]:
    """Return a draft.

    Raises:
        DraftExpired: unknown here, or too old.
    """
    draft: dict[str, Any] | None = _fresh(session).get(str(draft_id))
    if draft is None:
        raise DraftExpired
    return draft


def last_typed(session: SessionBase) -> dict[str, str]:
    """Return what was typed into the form last and not paid yet; empty when there is nothing."""
    drafts = _fresh(session)
    return dict(list(drafts.values())[-1]["typed"]) if drafts else {}


def amount_of(draft: dict[str, Any]) -> Money:
    """Return the amount that was shown."""
    return Money(draft["minor"], draft["currency"])


def forget(session: SessionBase, draft_id: UUID) -> None:
    """Drop a draft that became a payment."""
    drafts = _fresh(session)
    drafts.pop(str(draft_id), None)
    session[KEY] = drafts


def _fresh(session: SessionBase) -> dict[str, Any]:
    oldest = time.time() - LIFETIME
    return {key: draft for key, draft in session.get(KEY, {}).items() if draft["at"] >= oldest}
