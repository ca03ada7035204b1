"""Why the bank could not start, in words for the person at the terminal."""


class CannotStart(RuntimeError):
    """The bank can't start; the text says why and what to do."""
