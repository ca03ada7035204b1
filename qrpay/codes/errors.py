"""What can be wrong with a code, seen from its text alone."""


class BadCode(ValueError):
    """The text is no good code; never shown to a customer as it stands."""


class Malformed(BadCode):
    """It begins as a format does and breaks that format's rules."""


class Forged(BadCode):
    """Its seal or signature doesn't hold. Which part failed is nobody's to know, so all failures are alike."""


class UnknownKey(BadCode):
    """It names a key that isn't on the ring."""


class WornOut(BadCode):
    """The key has sealed as many codes as one key may."""
