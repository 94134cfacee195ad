"""Helpers of gensim's module `utils` that npw2v itself has no use for: corpora, counts, programs, deprecation."""

from __future__ import annotations

import functools
import heapq
import inspect
import itertools
import os
import random
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from typing import IO, Any, TypeVar, overload

import numpy as np
from smart_open import open

from npw2v.corpus.textfiles import open_text
from npw2v.formats.opening import Source, open_for_writing
from npw2v.formats.saveload import SaveLoad, register_loader
from npw2v.vectors.keyedvectors import KeyedVectors
from npw2v.vocabulary.selection import TrimRule, prune_vocab
from npw2v.word2vec import Word2Vec

Item = TypeVar("Item")
Function = TypeVar("Function", bound=Callable[..., Any])

for _class in (Word2Vec, KeyedVectors):  # which SaveLoad.load loads, too
    register_loader(_class.__name__, _class)


# ---- files


def open_file(input: Source) -> AbstractContextManager[IO[Any]]:
    """Open a file of text, compressed or not, or rewind an open file: `npw2v.corpus.textfiles.open_text`."""
    return open_text(input)


def file_or_filename(input: str | os.PathLike[str] | IO[Any]) -> IO[Any]:
    """Open a path for reading bytes, decompressed by its extension; rewind and return what is an open file already."""
    if isinstance(input, str | os.PathLike):
        file: IO[Any] = open(os.fspath(input), "rb")
        return file
    input.seek(0)
    return input


def save_as_line_sentence(corpus: Iterable[Iterable[str]], filename: Source) -> None:
    r"""Write sentences to a file, one a line with spaces between the words, as `npw2v.LineSentence` reads them.

    Parameters
    ----------
    corpus : iterable of iterables of str
        May be an iterator: it is read once.
    filename : path or open binary file
        ``.gz`` and ``.bz2`` compress. If reading the corpus fails, an old file stays as it was.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> save_as_line_sentence([["the", "cat", "sat"], ["on", "the", "mat"]], file)
    >>> file.getvalue()
    b'the cat sat\non the mat\n'
    """
    with open_for_writing(filename) as file:
        for sentence in corpus:
            file.write(" ".join(sentence).encode("utf8") + b"\n")


# ---- counts of words


def trim_vocab_by_freq(vocab: MutableMapping[Any, int], topk: int, trim_rule: TrimRule | None = None) -> None:
    """Keep the `topk` most frequent words of `vocab`, which is mutated, and those as frequent as the last of them.

    Parameters
    ----------
    vocab : dict
        Word to count.
    topk : int
        At least 1.
    trim_rule : callable, optional
        See `keep_vocab_item`.

    Examples
    --------
    >>> counts = {"a": 5, "b": 2, "c": 2, "d": 1}
    >>> trim_vocab_by_freq(counts, topk=2)
    >>> counts
    {'a': 5, 'b': 2, 'c': 2}
    """
    if topk < 1:
        raise IndexError(f"topk must be at least 1, got {topk!r}")
    if topk < len(vocab):
        prune_vocab(vocab, heapq.nlargest(topk, vocab.values())[-1], trim_rule)


def merge_counts(dict1: dict[Any, int], dict2: Mapping[Any, int]) -> dict[Any, int]:
    """Add the counts of `dict2` to those of `dict1`, which is mutated and returned."""
    for word, count in dict2.items():
        dict1[word] = dict1.get(word, 0) + count
    return dict1


def sample_dict(d: Mapping[Any, Any], n: int = 10, use_random: bool = True) -> list[tuple[Any, Any]]:
    """Return `n` items of a dict, or all if it has fewer: random ones, or the first."""
    keys = random.sample(list(d), min(len(d), n)) if use_random else itertools.islice(d, n)
    return [(key, d[key]) for key in keys]


def revdict(d: Any) -> dict[Any, Any]:
    """Return a dict of value to key; of equal values the last one counts."""
    return {value: key for key, value in dict(d).items()}


# ---- corpora


class RepeatCorpus(SaveLoad):
    """The documents of a corpus over and over again, until there were `reps` of them.

    Examples
    --------
    >>> list(RepeatCorpus([["the", "cat"], ["a", "dog"]], 3))
    [['the', 'cat'], ['a', 'dog'], ['the', 'cat']]
    """

    def __init__(self, corpus: Iterable[Any], reps: int) -> None:
        self.corpus = corpus
        self.reps = reps

    def __iter__(self) -> Iterator[Any]:
        return itertools.islice(itertools.cycle(self.corpus), self.reps)


class RepeatCorpusNTimes(SaveLoad):
    """The documents of a corpus, read `n` times.

    Examples
    --------
    >>> list(RepeatCorpusNTimes([["the", "cat"], ["a", "dog"]], 2))
    [['the', 'cat'], ['a', 'dog'], ['the', 'cat'], ['a', 'dog']]
    """

    def __init__(self, corpus: Iterable[Any], n: int) -> None:
        self.corpus = corpus
        self.n = n

    def __iter__(self) -> Iterator[Any]:
        return itertools.chain.from_iterable(itertools.repeat(self.corpus, self.n))


class ClippedCorpus(SaveLoad):
    """The first `max_docs` documents of a corpus, or all of them if that is None.

    Examples
    --------
    >>> list(ClippedCorpus([["the", "cat"], ["a", "dog"]], 1))
    [['the', 'cat']]
    """

    def __init__(self, corpus: Any, max_docs: int | None = None) -> None:
        self.corpus = corpus
        self.max_docs = max_docs

    def __iter__(self) -> Iterator[Any]:
        return itertools.islice(self.corpus, self.max_docs)

    def __len__(self) -> int:
        return len(self.corpus) if self.max_docs is None else min(self.max_docs, len(self.corpus))


def is_corpus(obj: Any) -> tuple[bool, Any]:
    """Tell whether an object is a corpus of bags of words: lists of (number, count).

    Returns
    -------
    bool
        True as well if the name of its class has "Corpus" in it, or its first document is empty; False if it has none.
    object
        The object, or for an iterator another one that begins with the document that was looked at.
    """
    if "Corpus" in type(obj).__name__:
        return True, obj
    try:
        first = next(iter(obj))
        if hasattr(obj, "__next__"):
            obj = itertools.chain([first], obj)
        if len(first) > 0:
            number, count = next(iter(first))
            int(number), float(count)
    except Exception:  # whatever an object that is no corpus may raise
        return False, obj
    return True, obj


def identity(p: Item) -> Item:
    """Return what is given."""
    return p


# ---- programs, processes, random numbers


_PIPE = -1  # subprocess.PIPE


def check_output(stdout: Any = _PIPE, *popenargs: Any, **kwargs: Any) -> Any:
    """Run a program and return what it printed, as bytes.

    Parameters
    ----------
    stdout : int or file
        Of `subprocess.run`, and so are the others; the command is ``args=[...]``.
    *popenargs : object
        Passed on.
    **kwargs : object
        Passed on.

    Raises
    ------
    subprocess.CalledProcessError
        It ended with another status than 0.
    """
    import subprocess  # which some builds for WebAssembly lack

    run: Any = subprocess.run  # whose overloads do not foresee that arguments are passed on
    return run(*popenargs, stdout=stdout, check=True, **kwargs).stdout


def effective_n_jobs(n_jobs: int | None) -> int:
    """Return the number of processes that is meant: 1 by None, all cores by -1, all but one by -2 and so on.

    Raises
    ------
    ValueError
        `n_jobs` is 0.
    """
    if n_jobs == 0:
        raise ValueError("n_jobs must not be 0: give a number of processes, or -1 for all cores")
    if n_jobs is None:
        return 1
    return n_jobs if n_jobs > 0 else max((os.cpu_count() or 1) + 1 + n_jobs, 1)


def qsize(queue: Any) -> int:
    """Return the size of a queue, -1 where the operating system cannot tell."""
    try:
        return int(queue.qsize())
    except NotImplementedError:
        return -1


def get_random_state(seed: Any) -> np.random.RandomState:
    """Return a ``numpy.random.RandomState``: of a seed, the one given, or NumPy's own for None.

    Raises
    ------
    ValueError
        `seed` is none of these.
    """
    if seed is None or seed is np.random:
        own: np.random.RandomState = np.random.mtrand._rand
        return own
    if isinstance(seed, int | np.integer):
        return np.random.RandomState(seed)
    if isinstance(seed, np.random.RandomState):
        return seed
    raise ValueError(f"expected None, a whole number or a numpy.random.RandomState to draw from, got {seed!r}")


# ---- deprecation


@overload
def deprecated(reason: str) -> Callable[[Function], Function]: ...
@overload
def deprecated(reason: Function) -> Function: ...
def deprecated(reason: Any) -> Any:
    """Decorate a function, or with a reason make a decorator, so that calling the function warns.

    Examples
    --------
    >>> @deprecated("use two() instead")
    ... def one():
    ...     return 1
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     one()
    1
    >>> str(caught[0].message)
    'Call to deprecated `one` (use two() instead).'
    """
    if isinstance(reason, str):
        return functools.partial(_warning, f" ({reason})")
    if inspect.isclass(reason) or inspect.isfunction(reason):
        return _warning("", reason)
    raise TypeError(f"expected a reason as str, a function or a class, got {type(reason)!r}")


def _warning(reason: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def warn_and_call(*args: Any, **kwargs: Any) -> Any:
        warnings.warn(f"Call to deprecated `{function.__name__}`{reason}.", DeprecationWarning, stacklevel=2)
        return function(*args, **kwargs)

    return warn_and_call


@contextmanager
def ignore_deprecation_warning() -> Iterator[None]:
    """Silence DeprecationWarning within a ``with`` block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield
