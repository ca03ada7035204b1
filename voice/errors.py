"""Refusals of the voice room."""

from securebank.kernel.errors import Conflict, Invalid, Missing


class SentenceNotUnderstood(Invalid):
    """No command can be made of what was said; ``facts["reason"]`` is a ``Reason``."""

    code = "not_understood"
    title = "That was not understood"


class CommandMissing(Missing):
    """No such command, or somebody else's."""

    code = "command_not_found"
    title = "There is no such command"


class CommandExpired(Conflict):
    """It was not confirmed in time."""

    code = "command_expired"
    title = "This command was not confirmed in time"


class CommandUsed(Conflict):
    """It has been carried out; ``facts`` name what was made."""

    code = "command_used"
    title = "This command has been carried out"


class CommandCancelled(Conflict):
    """The customer cancelled it."""

    code = "command_cancelled"
    title = "This command was cancelled"


class CommandIncomplete(Invalid):
    """It names no amount or nobody; ``facts["needs"]`` says which."""

    code = "command_incomplete"
    title = "Something is missing"


class NoSuchCandidate(Invalid):
    """The chosen payee is none of those that were offered."""

    code = "payee_not_offered"
    title = "Choose one of the people offered"
