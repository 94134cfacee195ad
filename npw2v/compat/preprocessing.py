"""Text before it is words: filters that are applied one after the other, and words that say little."""

from __future__ import annotations

import glob
import re
import string
from collections.abc import Callable, Iterable

from npw2v.compat.porter import PorterStemmer
from npw2v.compat.tokens import to_unicode
from npw2v.formats.opening import open_for_reading

_WORDS = """
a about above across after afterwards again against all almost alone along already also although always am among
amongst amoungst amount an and another any anyhow anyone anything anyway anywhere are around as at back be became
because become becomes becoming been before beforehand behind being below beside besides between beyond bill both
bottom but by call can cannot cant co computer con could couldnt cry de describe detail did didn do does doesn doing
don done down due during each eg eight either eleven else elsewhere empty enough etc even ever every everyone
everything everywhere except few fifteen fifty fill find fire first five for former formerly forty found four from
front full further get give go had has hasnt have he hence her here hereafter hereby herein hereupon hers herself him
himself his how however hundred i ie if in inc indeed interest into is it its itself just keep kg km last latter
latterly least less ltd made make many may me meanwhile might mill mine more moreover most mostly move much must my
myself name namely neither never nevertheless next nine no nobody none noone nor not nothing now nowhere of off often
on once one only onto or other others otherwise our ours ourselves out over own part per perhaps please put quite
rather re really regarding same say see seem seemed seeming seems serious several she should show side since sincere
six sixty so some somehow someone something sometime sometimes somewhere still such system take ten than that the
their them themselves then thence there thereafter thereby therefore therein thereupon these they thick thin third
this those though three through throughout thru thus to together too top toward towards twelve twenty two un under
unless until up upon us used using various very via was we well were what whatever when whence whenever where
whereafter whereas whereby wherein whereupon wherever whether which while whither who whoever whole whom whose why
will with within without would yet you your yours yourself yourselves
"""

#: Words that say little: those that B. Stone, S. Dennis and P. J. Kwantes listed for "Comparing methods for single
#: paragraph similarity analysis" (2010).
STOPWORDS = frozenset(_WORDS.split())

RE_PUNCT = re.compile(rf"([{re.escape(string.punctuation)}])+")
RE_TAGS = re.compile(r"<([^>]+)>")
RE_NUMERIC = re.compile(r"[0-9]+")
RE_NONALPHA = re.compile(r"\W")
RE_AL_NUM = re.compile(r"([a-z]+)([0-9]+)")
RE_NUM_AL = re.compile(r"([0-9]+)([a-z]+)")
RE_WHITESPACE = re.compile(r"(\s)+")


# ---- words


def remove_stopword_tokens(tokens: Iterable[str], stopwords: Iterable[str] | None = None) -> list[str]:
    """Return the words that are not in `stopwords`, by default `STOPWORDS`."""
    removed = STOPWORDS if stopwords is None else frozenset(stopwords)
    return [token for token in tokens if token not in removed]


def remove_short_tokens(tokens: Iterable[str], minsize: int = 3) -> list[str]:
    """Return the words of at least `minsize` characters."""
    return [token for token in tokens if len(token) >= minsize]


# ---- texts


def remove_stopwords(s: str | bytes, stopwords: Iterable[str] | None = None) -> str:
    """Remove from a text the words that say little.

    Parameters
    ----------
    s : str or bytes
        The text; words are what is between white space.
    stopwords : iterable of str, optional
        Default: `STOPWORDS`.

    Examples
    --------
    >>> remove_stopwords("Words that say little are removed from the text")
    'Words little removed text'
    """
    return " ".join(remove_stopword_tokens(to_unicode(s).split(), stopwords))


def strip_punctuation(s: str | bytes) -> str:
    """Replace runs of ASCII punctuation by a space.

    >>> strip_punctuation("well... done!")
    'well  done '
    """
    return RE_PUNCT.sub(" ", to_unicode(s))


def strip_tags(s: str | bytes) -> str:
    """Remove what is between angle brackets, and them."""
    return RE_TAGS.sub("", to_unicode(s))


def strip_short(s: str | bytes, minsize: int = 3) -> str:
    """Remove words of fewer than `minsize` characters."""
    return " ".join(remove_short_tokens(to_unicode(s).split(), minsize))


def strip_numeric(s: str | bytes) -> str:
    """Remove digits, also those within words."""
    return RE_NUMERIC.sub("", to_unicode(s))


def strip_non_alphanum(s: str | bytes) -> str:
    """Replace each character that is no letter, digit or underscore by a space."""
    return RE_NONALPHA.sub(" ", to_unicode(s))


def strip_multiple_whitespaces(s: str | bytes) -> str:
    """Replace runs of white space by one space."""
    return RE_WHITESPACE.sub(" ", to_unicode(s))


def split_alphanum(s: str | bytes) -> str:
    """Put a space between digits and the letters a to z.

    >>> split_alphanum("10km b2b")
    '10 km b 2 b'
    """
    return RE_NUM_AL.sub(r"\1 \2", RE_AL_NUM.sub(r"\1 \2", to_unicode(s)))


def stem_text(text: str | bytes) -> str:
    """Return the text's words in lower case, without their English endings; see `npw2v.compat.porter`."""
    return PorterStemmer().stem_sentence(to_unicode(text))


stem = stem_text


def lower_to_unicode(text: str | bytes, encoding: str = "utf8", errors: str = "strict") -> str:
    """Return text in lower case; of bytes, which are decoded, only A to Z are changed."""
    return to_unicode(text.lower(), encoding, errors)


def split_on_space(s: str | bytes) -> list[str]:
    """Return what is between the spaces of a text, other white space taken for characters except at its ends."""
    return [word for word in to_unicode(s).strip().split(" ") if word]


# ---- all of it


def _lower(text: str) -> str:
    return text.lower()


DEFAULT_FILTERS: list[Callable[[str], str]] = [
    *(_lower, strip_tags, strip_punctuation, strip_multiple_whitespaces),
    *(strip_numeric, remove_stopwords, strip_short, stem_text),
]


def preprocess_string(s: str | bytes, filters: Iterable[Callable[[str], str]] = DEFAULT_FILTERS) -> list[str]:
    """Return the words of a text that has gone through filters, by default through all that are usual.

    Parameters
    ----------
    s : str or bytes
        The text.
    filters : iterable of functions
        Each takes what the one before it returned.

    Examples
    --------
    >>> preprocess_string("<b>Vectors</b> for 2,000 words, trained quickly!")
    ['vector', 'word', 'train', 'quickli']
    """
    text = to_unicode(s)
    for each in filters:
        text = each(text)
    return text.split()


def preprocess_documents(docs: Iterable[str | bytes]) -> list[list[str]]:
    """Return `preprocess_string` of each text."""
    return [preprocess_string(text) for text in docs]


def read_file(path: str) -> bytes:
    """Return the bytes of a file, decompressed."""
    with open_for_reading(path) as file:
        return file.read()


def read_files(pattern: str) -> list[bytes]:
    """Return the bytes of each file whose path matches a pattern, such as ``"texts/*.txt"``, in the order of paths."""
    return [read_file(path) for path in sorted(glob.glob(pattern))]
