"""Write lists of words and phrases down as text."""


def words(text: str) -> frozenset[str]:
    """Return the words of a text.

    >>> sorted(words("pay send"))
    ['pay', 'send']
    """
    return frozenset(text.split())


def phrases(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the phrases of a text, which are parted by bars, longest first.

    >>> phrases("ok | go ahead")
    (('go', 'ahead'), ('ok',))
    """
    return tuple(sorted((tuple(phrase.split()) for phrase in text.split("|")), key=lambda phrase: -len(phrase)))


def sentences(text: str) -> frozenset[str]:
    """Return the whole sentences of a text, which are parted by bars."""
    return frozenset(" ".join(sentence.split()) for sentence in text.split("|"))


def pairs(text: str) -> dict[str, str]:
    """Return what stands for what: pairs joined by a colon."""
    return dict(pair.split(":") for pair in text.split())
