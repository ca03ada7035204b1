"""Text that people type: cleaned once, before it is stored or shown."""

import unicodedata
from typing import Final

# Cc, Cf, Cs, Co: control, format (zero-width, right-to-left overrides), lone surrogates, private use.
UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def is_printable(text: str) -> bool:
    r"""Tell whether every character is a visible one or a space.

    Zero-width joiner and non-joiner pass: Hindi and Persian words need them.

    >>> is_printable("caf\u00e9"), is_printable("abc\u202ecba"), is_printable("a\x00")
    (True, False, False)
    """
    return all(character in "\u200c\u200d" or unicodedata.category(character) not in UNPRINTABLE for character in text)


def one_line(text: str) -> str:
    r"""Return the text in NFC with runs of white space made one space.

    >>> one_line("  Asha \n Rao ")
    'Asha Rao'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())
