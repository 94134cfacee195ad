"""The Porter stemmer: English words without their endings.

M. F. Porter, "An algorithm for suffix stripping", Program 14 (1980), with the three changes that its author made later
(``-bli``, ``-logi``, and words of one or two letters stay), as gensim has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# What endings become where the stem before them has a consonant after a vowel; longer ones first.
_STEP_2 = {
    **{"ational": "ate", "ization": "ize", "iveness": "ive", "fulness": "ful", "ousness": "ous", "tional": "tion"},
    **{"biliti": "ble", "ation": "ate", "alism": "al", "aliti": "al", "iviti": "ive", "entli": "ent", "ousli": "ous"},
    **{"enci": "ence", "anci": "ance", "izer": "ize", "alli": "al", "ator": "ate", "logi": "log"},
    **{"bli": "ble", "eli": "e"},
}
_STEP_3 = {"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ness": "", "ful": ""}
_STEP_4 = (
    *("ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion"),
    *("al", "er", "ic", "ou"),
)


class PorterStemmer:
    """Strips English words of their endings.

    Examples
    --------
    >>> stemmer = PorterStemmer()
    >>> stemmer.stem("relational"), stemmer.stem("Hopping")
    ('relat', 'hop')
    >>> stemmer.stem_sentence("Ponies were agreed upon")
    'poni were agre upon'
    """

    def stem(self, w: str) -> str:
        """Return the stem of a word, in lower case."""
        word = w.lower()
        if len(word) <= 2:
            return word
        word = _without_participle(_without_plural(word))
        if word[-1] == "y" and "v" in _shape(word[:-1]):
            word = word[:-1] + "i"
        word = _replace(_replace(word, _STEP_2), _STEP_3)
        return _without_last_letter(_without_suffix(word))

    def stem_sentence(self, txt: str) -> str:
        """Return the stems of a text's words, separated by spaces."""
        return " ".join(map(self.stem, txt.split()))

    def stem_documents(self, docs: Iterable[str]) -> list[str]:
        """Return `stem_sentence` of each text."""
        return list(map(self.stem_sentence, docs))


def _shape(word: str) -> str:
    """Return a letter for each of a word's: v for vowels, c for consonants; y is a vowel after a consonant.

    >>> _shape("syzygy"), _shape("toy")
    ('cvcvcv', 'cvc')
    """
    shape = ""
    for letter in word:
        shape += "v" if letter in "aeiou" or (letter == "y" and shape[-1:] == "c") else "c"
    return shape


def _measure(stem: str) -> int:
    """Return how often a consonant follows a vowel: Porter's m."""
    return _shape(stem).count("vc")


def _ends_double(word: str) -> bool:
    """Tell whether a word ends in the same consonant twice."""
    return word[-2:-1] == word[-1:] and _shape(word)[-1:] == "c"


def _ends_short(word: str) -> bool:
    """Tell whether a word ends in consonant, vowel, consonant, the last of them not w, x or y: an e may be missing."""
    return _shape(word)[-3:] == "cvc" and word[-1] not in "wxy"


def _without_plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word[-1] == "s" and word[-2] != "s" else word


def _without_participle(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    stem = word.removesuffix("ing" if word.endswith("ing") else "ed")
    if stem == word or "v" not in _shape(stem):
        return word
    if stem.endswith(("at", "bl", "iz")):
        return stem + "e"
    if _ends_double(stem):
        return stem if stem[-1] in "lsz" else stem[:-1]
    return stem + "e" if _measure(stem) == 1 and _ends_short(stem) else stem


def _replace(word: str, endings: Mapping[str, str]) -> str:
    if not word.endswith(tuple(endings)):  # most words have none
        return word
    for ending, replacement in endings.items():
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            return stem + replacement if _measure(stem) > 0 else word
    return word


def _without_suffix(word: str) -> str:
    if not word.endswith(_STEP_4):
        return word
    for suffix in _STEP_4:
        if word.endswith(suffix):
            stem = word.removesuffix(suffix)
            strippable = _measure(stem) > 1 and (suffix != "ion" or stem[-1] in "st")
            return stem if strippable else word
    return word


def _without_last_letter(word: str) -> str:
    measure = _measure(word)
    if word[-1] == "e" and (measure > 1 or (measure == 1 and not _ends_short(word[:-1]))):
        word = word[:-1]
    return word[:-1] if word[-1:] == "l" and _ends_double(word) and measure > 1 else word
