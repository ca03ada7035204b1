"""Codes under way: kept in the session between scanning and paying, so that the page in between can't be altered."""

import time
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from payments.errors import DraftExpired
from securebank.kernel.ids import new_id

KEY: Final = "code_drafts"
# Several tabs may each have one; older ones are forgotten.
MOST: Final = 5
# Seconds between scanning and paying, as for other payments.
LIFETIME: Final = 15 * 60


@dataclass(frozen=True, slots=True)
class CodeDraft:
    """A code that was read, before it is paid.

    Attributes:
        text: what it says; judged anew each time.
        source: a value of ``types.Source``.
        scan: id of the scan in the customer's history; "" for text, which has no picture.
        level: how the picture was judged; "" for text.
        reasons: code and sentence of what was seen in the picture, worst first.
        at: seconds since the epoch.
    """

    text: str
    source: str
    scan: str = ""
    level: str = ""
    reasons: tuple[tuple[str, str], ...] = ()
    at: int = 0


def keep(session: SessionBase, draft: CodeDraft) -> UUID:
    """Keep a draft; return the id of the payment to be, which is the scan's: so the history finds what was paid."""
    draft_id = UUID(draft.scan) if draft.scan else new_id()
    drafts = _fresh(session)
    drafts[str(draft_id)] = asdict(draft) | {"at": int(time.time())}
    session[KEY] = dict(list(drafts.items())[-MOST:])
    return draft_id


def draft_of(session: SessionBase, draft_id: UUID) -> CodeDraft:
    """Return a draft.

    Raises:
        DraftExpired: unknown here, or too old.
    """
    kept = _fresh(session).get(str(draft_id))
    if kept is None:
        raise DraftExpired
    return CodeDraft(**kept | {"reasons": tuple((code, sentence) for code, sentence in kept["reasons"])})


def forget(session: SessionBase, draft_id: UUID) -> None:
    """Drop a draft that became a payment."""
    drafts = _fresh(session)
    drafts.pop(str(draft_id), None)
    session[KEY] = drafts


def _fresh(session: SessionBase) -> dict[str, dict[str, Any]]:
    oldest = time.time() - LIFETIME
    return {key: draft for key, draft in session.get(KEY, {}).items() if draft["at"] >= oldest}
