"""Write Hindi words in Latin letters, as names are usually written in India.

Source of the correspondences: ISO 15919, without its marks; the inherent vowel is left out at the end of a word.
"""

from typing import Final

from voice.understanding.wordlists import pairs

CONSONANTS: Final = pairs(
    """
    क:k ख:kh ग:g घ:gh ङ:n च:ch छ:chh ज:j झ:jh ञ:n ट:t ठ:th ड:d ढ:dh ण:n त:t थ:th द:d ध:dh न:n प:p फ:ph ब:b भ:bh
    म:m य:y र:r ल:l व:v श:sh ष:sh स:s ह:h ळ:l क़:q ख़:kh ग़:g ज़:z ड़:r ढ़:rh फ़:f
    """
)
VOWELS: Final = pairs("अ:a आ:aa इ:i ई:ee उ:u ऊ:oo ऋ:ri ए:e ऐ:ai ओ:o औ:au ऑ:o ऍ:e")
SIGNS: Final = pairs("ा:a ि:i ी:i ु:u ू:u ृ:ri े:e ै:ai ो:o ौ:au ॉ:o ॅ:e")
NASAL: Final = frozenset("ंँ")
NUKTA: Final = "़"
NO_VOWEL: Final = "्"


def in_latin(word: str) -> str:
    """Return a word in Latin letters; one that has no Devanagari letter stays as it is.

    >>> in_latin("मीरा"), in_latin("शर्मा"), in_latin("विक्रम"), in_latin("priya")
    ('mira', 'sharma', 'vikram', 'priya')
    """
    letters = list(word)
    written = ""
    at = 0
    while at < len(letters):
        letter = letters[at]
        if at + 1 < len(letters) and letters[at + 1] == NUKTA:
            letter, at = letter + NUKTA, at + 1
        following = letters[at + 1] if at + 1 < len(letters) else ""
        written += _syllable(letter, following)
        at += 1
    return written


def _syllable(letter: str, following: str) -> str:
    """Return a letter's sound; a consonant brings an "a" along unless another vowel, or nothing, follows."""
    if letter in CONSONANTS:
        has_own = following in SIGNS or following == NO_VOWEL or not following
        return CONSONANTS[letter] + ("" if has_own else "a")
    if letter in NASAL:
        return "n"
    return SIGNS.get(letter, VOWELS.get(letter, "" if letter in (NO_VOWEL, NUKTA) else letter))
