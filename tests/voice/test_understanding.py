"""What sentences come to: each of the corpus exactly, and nothing at all of what is no command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voice.corpus import Example, examples, heard
from voice.understanding.sentences import understand
from voice.understanding.tokens import LONGEST_SENTENCE
from voice.understanding.types import Command, Need, NotUnderstood, Reason

CORPUS = tuple(examples())


@pytest.mark.parametrize("example", CORPUS, ids=lambda example: example.said)
def test_understands_each_utterance_exactly(example: Example) -> None:
    assert heard(example.said) == example.meant


def test_the_corpus_is_large_and_holds_what_must_be_refused() -> None:
    refused = sum(isinstance(example.meant, str) for example in CORPUS)

    assert len(CORPUS) >= 300
    assert refused >= 70


@pytest.mark.parametrize("example", [each for each in CORPUS if isinstance(each.meant, Command)], ids=lambda e: e.said)
@pytest.mark.parametrize("extra", ["tomorrow", "if it rains", "xyzzy", "nine"])
def test_a_word_too_many_never_leaves_the_same_payment(example: Example, extra: str) -> None:
    """Behind a note or a payee any word may be more of it; then it is no longer the same command."""
    assert heard(f"{example.said} {extra}") != example.meant


@given(st.text(max_size=LONGEST_SENTENCE + 20))
def test_any_text_is_a_command_or_a_reason(text: str) -> None:
    meant = heard(text)

    assert isinstance(meant, Command) or meant in set(Reason)


@given(st.lists(st.sampled_from(sorted({word for each in CORPUS for word in each.said.split()})), max_size=12))
def test_any_mixture_of_its_words_is_a_command_with_a_positive_amount_or_a_reason(words: list[str]) -> None:
    try:
        command = understand(" ".join(words))
    except NotUnderstood:
        return
    assert command.amount_minor is None or command.amount_minor > 0


@given(st.integers(1, 99_99_99_999))
def test_reads_figures_in_indian_groups_as_the_number_they_are(rupees: int) -> None:
    head, tail = divmod(rupees, 1000)
    groups = f"{tail:03d}" if head else str(tail)
    while head:
        head, pair = divmod(head, 100)
        groups = f"{pair:02d},{groups}" if head else f"{pair},{groups}"

    assert understand(f"pay bob {groups}").amount_minor == rupees * 100


def test_says_what_is_missing() -> None:
    assert understand("pay").needs == (Need.AMOUNT, Need.PAYEE)
    assert understand("pay bob").needs == (Need.AMOUNT,)
    assert understand("what is my balance").needs == ()
