"""Why a statement can't be made."""

from securebank.kernel.errors import Invalid


class PeriodTooLong(Invalid):
    """The period holds more than one file can."""

    code = "period_too_long"
    title = "Choose a shorter period"


class PeriodInvalid(Invalid):
    """The days don't make a period."""

    code = "period_invalid"
    title = "Not a valid period"
