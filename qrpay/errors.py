"""Refusals of the QR room. A payer is told why a code is no good, but never which part of a seal failed."""

from securebank.kernel.errors import Conflict, Invalid, Missing


class CodeMalformed(Invalid):
    """The text begins as a payment code does and breaks its rules."""

    code = "qr_malformed"
    title = "This code is damaged or not written as its standard asks"


class CodeForged(Invalid):
    """Seal or signature don't hold."""

    code = "qr_forged"
    title = "This code was forged or altered"


class CodeExpired(Invalid):
    """Its time is over by the database's clock."""

    code = "qr_expired"
    title = "This code has expired"


class CodeSpent(Invalid):
    """It was good for one payment, and that was made."""

    code = "qr_spent"
    title = "This code has been paid already"


class CodeWithdrawn(Invalid):
    """Its owner took it back, or our books know nothing of it."""

    code = "qr_withdrawn"
    title = "This code is no longer in use"


class OtherBank(Invalid):
    """It leads to another bank or scheme, and this bank's payments stay inside."""

    code = "qr_other_bank"
    title = "This code belongs to another bank"


class UnknownKey(Invalid):
    """It names a key that this bank doesn't have."""

    code = "qr_unknown_key"
    title = "This code was made with a key that this bank doesn't know"


class NotPayable(Invalid):
    """It is no payment code, or can't be paid here."""

    code = "qr_not_payable"
    title = "This code can't be paid"


class AmountOutside(Invalid):
    """The amount isn't the code's, or lies outside of what the code allows."""

    code = "qr_amount"
    title = "This amount doesn't fit the code"


class AboveSourceLimit(Invalid):
    """More than may be paid from a picture or from pasted text."""

    code = "limit_exceeded"
    title = "Codes from pictures and pasted text have a lower limit"


class NotIssuable(Invalid):
    """No such code can be made."""

    code = "qr_not_issuable"
    title = "Such a code can't be made"


class TooManyCodes(Invalid):
    """The customer has as many open codes as the bank keeps."""

    code = "too_many_codes"
    title = "You have too many codes"


class CodeMissing(Missing):
    """No such code, or somebody else's."""

    code = "code_not_found"
    title = "There is no such code"


class NoSealingKey(Conflict):
    """This process was given no keys, or the newest one is worn out."""

    code = "qr_no_key"
    title = "This process has no key to seal codes with; set SECUREBANK_QR_KEYS"


class ScanMissing(Missing):
    """No such scan, or somebody else's."""

    code = "scan_not_found"
    title = "There is no such scan"
