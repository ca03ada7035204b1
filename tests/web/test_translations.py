"""What a template shows can be translated."""

import re
from pathlib import Path
from typing import Final

import pytest

TEMPLATES: Final = Path(__file__).resolve().parents[2] / "templates"
PAGES: Final = sorted(TEMPLATES.rglob("*.html"))
# Not shown, translated already, or the same in every language.
LEFT_OUT: Final = re.compile(
    r"{#.*?#}|<!--.*?-->|{%\s*comment.*?endcomment\s*%}|{%\s*blocktranslate.*?endblocktranslate\s*%}"
    r"|{%\s*block page_class\s*%}.*?{%\s*endblock page_class\s*%}"
    r"|<(?P<tag>script|style|code)\b.*?</(?P=tag)>",
    re.DOTALL,
)
MARKUP: Final = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
TAG: Final = re.compile(r"<[^>]*>")
SPOKEN: Final = re.compile(r"\b(?:aria-label|title|placeholder|alt|data-copied|data-confirm)=\"([^\"]*)\"")
# Names: the brand, its handles, the people on the front page's picture.
NAMES: Final = re.compile(r"@?securebank|\bAPI\b|Meera K••|Ravi S••|\bRS\b", re.IGNORECASE)
WORD: Final = re.compile(r"[^\W\d_]+")


def untranslated(text: str) -> list[str]:
    """Return the words that stand outside ``translate`` and ``blocktranslate``."""
    bare = MARKUP.sub(" ", LEFT_OUT.sub(" ", text))
    return WORD.findall(NAMES.sub(" ", " ".join([*SPOKEN.findall(bare), TAG.sub(" ", bare)])))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_a_template_shows_no_words_of_its_own(page: Path) -> None:
    assert untranslated(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text", ["<p>Hello</p>", '<a title="Close {{ it }}">{% icon "x" %}</a>', "{% if a %}Yes{% endif %}"]
)
def test_words_that_nobody_can_translate_are_found(text: str) -> None:
    assert untranslated(text)
