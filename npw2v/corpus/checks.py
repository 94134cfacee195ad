"""The corpus that a caller gives: whether there is one, and whether it lasts for as many passes as it has to."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from types import GeneratorType
from typing import Any

import numpy as np

from npw2v.corpus.sentences import Corpus, LineSentence, PathLike
from npw2v.logs import logger_of

logger = logger_of(__name__)

#: Extensions that ``corpus_file`` refuses, as in gensim, because the file is read as it is.
COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zip")

#: What has the same items each time that it is iterated.
FIXED = (list, tuple, deque, np.ndarray)


def open_corpus(corpus_iterable: Corpus | None, corpus_file: PathLike | None) -> Corpus:
    """Return the corpus of the two arguments, of which one is given.

    Raises
    ------
    TypeError
        None or both are.
    """
    if corpus_file is not None and corpus_iterable is None:
        return LineSentence(corpus_file)
    if corpus_iterable is not None and corpus_file is None:
        return corpus_iterable
    given = "both" if corpus_file is not None else "neither"
    raise TypeError(f"give either an iterable of lists of words or corpus_file; got {given}")


def check_corpus(corpus_iterable: Corpus | None, corpus_file: PathLike | None, passes: int) -> None:
    """Refuse two arguments that are not one corpus which can be read `passes` times.

    Raises
    ------
    TypeError
        None or both are given; see `check_reiterable` for the iterable, while the file must be there and plain text.
    """
    open_corpus(corpus_iterable, corpus_file)
    if corpus_iterable is not None:
        check_reiterable(corpus_iterable, passes)
    elif corpus_file is not None:
        if not os.path.isfile(corpus_file):
            raise TypeError(f"corpus_file must be the path of a file, got {corpus_file!r}")
        if os.path.splitext(corpus_file)[1].lower() in COMPRESSED:
            raise TypeError(
                f"corpus_file must be plain text, got {corpus_file!r}: decompress it, or give "
                f"LineSentence({os.fspath(corpus_file)!r}) as the corpus"
            )


def same_every_pass(sentences: Any) -> bool:
    """Whether a corpus is known to have the same sentences each time, so that one pass stands for all.

    Lists, tuples and arrays are, and what says so: a class that sets ``same_every_pass`` where it defines
    ``__iter__``, as the corpora of :mod:`npw2v.corpus.sentences` do. A subclass with an ``__iter__`` of its own may be
    anything again.

    Examples
    --------
    >>> same_every_pass([["to", "be"]]), same_every_pass(LineSentence("text.txt"))
    (True, True)
    >>> class Walks:
    ...     def __iter__(self):
    ...         return iter([random.choices("abc", k=5)])
    >>> same_every_pass(Walks())
    False
    """
    for kind in type(sentences).__mro__:
        if kind in FIXED:
            return True
        if "same_every_pass" in vars(kind):
            return bool(sentences.same_every_pass)
        if "__iter__" in vars(kind):
            return False
    return False


def serves_one_pass(sentences: Any) -> bool:
    """Whether this is a generator or an iterator of Python itself, of which a second pass would find nothing."""
    return isinstance(sentences, Iterator) and type(sentences).__module__ in ("builtins", "itertools")


def epochs_served(sentences: Any, epochs: int) -> int:
    """How many of its epochs a training run has sentences for: one if the corpus is ``map``, ``itertools.chain``, …

    gensim takes these, although a second pass finds nothing, and there are programs that count on it. It refuses
    generators, as does `check_reiterable`.
    """
    if epochs == 1 or isinstance(sentences, GeneratorType) or not serves_one_pass(sentences):
        return epochs
    kind = type(sentences).__name__
    logger.warning("a %s can be iterated once: training 1 epoch of %i, as gensim does", kind, epochs)
    return 1


def check_reiterable(sentences: Any, passes: int) -> None:
    """Refuse a corpus that cannot be iterated `passes` times.

    An iterator of a class of one's own passes, as it may start again in ``__iter__``; generators and the iterators of
    Python itself (``map``, ``iter([...])``, ``itertools``) cannot.

    Raises
    ------
    TypeError
        `sentences` is not iterable, or can be iterated once only and `passes` is more.

    Examples
    --------
    >>> check_reiterable([["hello", "world"]], passes=6)
    >>> check_reiterable((words for words in [["hello", "world"]]), passes=6)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    TypeError: a generator can be iterated once, which can't support 6 passes: ...
    """
    if not isinstance(sentences, Iterable):
        raise TypeError(f"the corpus must be an iterable of lists of str, got {sentences!r}")
    if serves_one_pass(sentences) and passes > 1:
        raise TypeError(
            f"a {type(sentences).__name__} can be iterated once, which can't support {passes} passes: "
            "give a list or another re-iterable sequence, such as LineSentence"
        )
