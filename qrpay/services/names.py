"""Compare the name that a code gives its payee with the one in our books."""

import re
import unicodedata

# A name that was cut to fit into a code keeps so much of itself.
SHORTEST_CUT = 4


def differ(said: str, *registered: str) -> bool:
    """Tell whether a code calls its payee something else; a name cut short, or none, is no difference.

    Args:
        said: by the code.
        registered: name and handle in our books; formats in Latin letters only say the handle.

    >>> differ("ASHA  RAO", "Asha Rao"), differ("Asha R", "Asha Rao"), differ("", "Asha Rao"), differ("Ben", "Asha")
    (False, False, False, True)
    """
    plain = _plain(said)
    known = [_plain(name) for name in registered]
    is_cut = len(plain) >= SHORTEST_CUT and any(name.startswith(plain) for name in known)
    return bool(plain) and plain not in known and not is_cut


def _plain(name: str) -> str:
    """Return the letters and digits of a name, without accents and case."""
    spelled = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[\W_]+", "", "".join(letter for letter in spelled if not unicodedata.combining(letter)))
