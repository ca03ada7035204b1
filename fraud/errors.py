"""Refusals of the fraud room."""

from securebank.kernel.errors import Conflict, Invalid, Missing, Refused


class CaseMissing(Missing):
    """No such case, or one that this person may not know of."""

    code = "case_not_found"
    title = "There is no such case"


class AlertMissing(Missing):
    """No such alert, or somebody else's."""

    code = "alert_not_found"
    title = "There is no such alert"


class NeverJudged(Missing):
    """The fraud check never saw such a payment, so nothing can be said about it."""

    code = "decision_not_found"
    title = "This payment was never judged"


class AlreadyReviewed(Conflict):
    """Another reviewer was first, or the time was over."""

    code = "already_reviewed"
    title = "This payment was already decided"


class CaseClosed(Conflict):
    """Nothing is left to be done in it."""

    code = "case_closed"
    title = "This case is closed"


class AlreadyTaken(Conflict):
    """A colleague works on it."""

    code = "case_taken"
    title = "A colleague has this case"


class MayNotWork(Refused):
    """The person's role does not allow it."""

    code = "may_not_work_case"
    title = "You may not work on cases"


class OwnCase(Refused):
    """The person is a side of one of its payments."""

    code = "own_case"
    title = "Nobody works on a case of their own"


class WasEscalated(Refused):
    """An analyst handed the case to the supervisors, who alone decide now."""

    code = "case_escalated"
    title = "A supervisor decides this case"


class EntryMissing(Missing):
    """No such entry of the block list, or one that was removed."""

    code = "block_list_entry_not_found"
    title = "There is no such entry"


class AlreadyListed(Conflict):
    """It stands on the block list."""

    code = "already_listed"
    title = "This is already on the block list"


class EntryRefused(Invalid):
    """What was given is nothing that the list could hold."""

    code = "block_list_entry_invalid"
    title = "This can't be listed"


class MayNotList(Refused):
    """The person's role does not allow it."""

    code = "may_not_edit_block_list"
    title = "You may not change the block list"


class PolicyInvalid(Invalid):
    """A policy document that can't be used; the fact ``field`` names the place."""

    code = "policy_invalid"
    title = "The policy is not valid"
