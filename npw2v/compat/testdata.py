"""Toy texts, temporary files and the paths of gensim's test data, for examples and tests written for gensim."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from npw2v.compat.as_gensim import installed_gensim
from npw2v.compat.dictionary import Dictionary
from npw2v.compat.tokens import simple_preprocess

#: Titles of nine articles, on human-computer interaction and on graphs: S. Deerwester et al., "Indexing by Latent
#: Semantic Analysis" (1990), without the words that occur once.
common_texts = [
    title.split()
    for title in (
        "human interface computer",
        "survey user computer system response time",
        "eps user interface system",
        "system human system eps",
        "user response time",
        "trees",
        "graph trees",
        "graph minors trees",
        "graph minors survey",
    )
]
common_dictionary = Dictionary(common_texts)
common_corpus = [common_dictionary.doc2bow(text) for text in common_texts]


def datapath(fname: str) -> str:
    """Return the path of a file of gensim's test data, which come with gensim, not with npw2v.

    Raises
    ------
    FileNotFoundError
        gensim is not installed.
    """
    folder = installed_gensim()
    if folder is None:
        raise FileNotFoundError(
            f"{fname!r} belongs to gensim's test data, which come with gensim only: pip install gensim"
        )
    return os.path.join(folder, "test", "test_data", fname)


def get_tmpfile(suffix: str) -> str:
    """Return the path of a file called `suffix`, which does not exist, in a new temporary folder, which stays."""
    return os.path.join(tempfile.mkdtemp(), suffix)


@contextmanager
def temporary_file(name: str = "") -> Iterator[str]:
    """Give the path of a file called `name` in a temporary folder, which is deleted afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield os.path.join(folder, name)


class LeeCorpus:
    """300 news articles as lists of words: M. D. Lee et al. (2005), in gensim's test data."""

    def __iter__(self) -> Iterator[list[str]]:
        with open(datapath("lee_background.cor"), encoding="utf8") as articles:
            for article in articles:
                yield simple_preprocess(article)


@cache
def lee_corpus_list() -> list[list[str]]:
    """Return the texts of `LeeCorpus`, read once."""
    return list(LeeCorpus())
