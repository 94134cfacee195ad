"""Raw text to words: without punctuation, in lower case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from npw2v.corpus.checks import same_every_pass

#: Letters and digits, with apostrophes and hyphens between them.
TOKEN = re.compile(r"[^\W_]+(?:['\u2019\-_][^\W_]+)*")


class CleanedCorpus:
    r"""A corpus whose words are cleaned as it is read; it can be read as often as the corpus can.

    Parameters
    ----------
    corpus : iterable of lists of str
        The sentences, split at white space.
    lowercase : bool
        Turn words into lower case.
    tokenize : bool
        Keep only letters and digits, and apostrophes, hyphens and underscores between them. What stands between two
        such tokens separates them.

    Examples
    --------
    >>> raw = [['"Don\'t', 'panic!"', 'he', 'said', '--', 'or', 'did', 'Ford?']]
    >>> list(CleanedCorpus(raw, lowercase=True, tokenize=True))
    [["don't", 'panic', 'he', 'said', 'or', 'did', 'ford']]
    """

    def __init__(self, corpus: Iterable[Sequence[str]], lowercase: bool = False, tokenize: bool = False) -> None:
        self.corpus, self.lowercase, self.tokenize = corpus, lowercase, tokenize

    @property
    def same_every_pass(self) -> bool:
        """See :func:`npw2v.corpus.checks.same_every_pass`."""
        return same_every_pass(self.corpus)

    def __iter__(self) -> Iterator[list[str]]:
        for sentence in self.corpus:
            text = " ".join(sentence)
            if self.lowercase:
                text = text.lower()
            words = TOKEN.findall(text) if self.tokenize else text.split()
            if words:
                yield words
