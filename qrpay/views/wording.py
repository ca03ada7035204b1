"""What was found on a code, in a few words for lists; reviews show the whole sentences."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qrpay.evidence.types import Level
from qrpay.types import Source
from qrpay.views.refusals import WORDS

FINDINGS: Final[dict[str, str | Promise]] = {code: words.headline for code, words in WORDS.items()} | {
    "modules_altered": _("Squares of the code were changed"),
    "largely_covered": _("Something covers much of the code"),
    "barely_readable": _("The code could barely be read"),
    "partly_covered": _("Something covers part of the code"),
    "format_copies_disagree": _("Parts of two codes seem to be mixed"),
    "message_not_standard": _("The message does not follow the standard"),
    "hidden_data": _("Something stands after the end of the message"),
    "patterns_damaged": _("Corner squares or guide lines are damaged"),
    "margin_narrow": _("The margin around the code is narrow"),
    "not_a_payment": _("It is no payment code"),
    "other_bank": _("It leads to another bank"),
    "not_payable": _("The payee could not be paid"),
    "payee_not_found": _("Nobody here has its address"),
    "name_differs": _("It names somebody else than our books do"),
    "signature_not_verified": _("Its signature could not be checked"),
    "own_code": _("It pays yourself"),
    "new_payee": _("You had never paid them before"),
    "not_sealed": _("The code itself proves nothing"),
}
VERDICTS: Final = {
    Level.OK: _("No sign of changes seen"),
    Level.WARN: _("Look twice"),
    Level.BLOCK: _("Not to be paid"),
}
SOURCES: Final = {
    Source.CAMERA: _("Camera"),
    Source.UPLOAD: _("Picture"),
    Source.PASTE: _("Text"),
    Source.API: _("Program"),
}
