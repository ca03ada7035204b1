"""Names that a customer would take for the bank itself."""

import unicodedata
from typing import Final

# What looks like a letter of the bank's name in most typefaces: Cyrillic, Greek and phonetic letters, and digits.
# Source: Unicode Technical Standard 39, confusables.
LOOKALIKES: Final = str.maketrans(
    {
        "\u0455": "s", "5": "s", "$": "s",
        "\u0435": "e", "3": "e",
        "\u0441": "c", "\u03f2": "c", "\u03c3": "c",
        "\u03c5": "u", "\u057d": "u",
        "\u0433": "r",
        "\u0432": "b", "\u044c": "b", "8": "b",
        "\u0430": "a", "\u0251": "a", "\u03b1": "a", "4": "a",
        "\u043a": "k", "\u03ba": "k",
    }
)  # fmt: skip
BANK: Final = "securebank"


def passes_for_the_bank(name: str) -> bool:
    """Tell whether a name holds the bank's, however it is spaced, cased or imitated.

    >>> passes_for_the_bank("SecureBank Support"), passes_for_the_bank("\u0405ecure  B\u0430nk")
    (True, True)
    >>> passes_for_the_bank("Asha Rao"), passes_for_the_bank("Securia Banks")
    (False, False)
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold()).translate(LOOKALIKES)
    return BANK in "".join(character for character in plain if character.isalnum())
