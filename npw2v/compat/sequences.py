"""Sequences cut up: chunks of an iterable, windows of an array, nested lists."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Array = NDArray[Any]


def chunkize_serial(
    iterable: Iterable[Any], chunksize: int, as_numpy: bool = False, dtype: DTypeLike = np.float32
) -> Iterator[list[Any]]:
    """Yield the items of an iterable in lists of `chunksize`, the last one shorter.

    Parameters
    ----------
    iterable : iterable
        Read as far as its lists are asked for.
    chunksize : int
        Items in a list.
    as_numpy : bool
        Make an array of `dtype` of each item.

    Examples
    --------
    >>> list(grouper(range(5), 2))
    [[0, 1], [2, 3], [4]]
    """
    rest = iter(iterable)
    while chunk := list(itertools.islice(rest, int(chunksize))):
        yield [np.array(item, dtype=dtype) for item in chunk] if as_numpy else chunk


grouper = chunkize_serial


def chunkize(corpus: Iterable[Any], chunksize: int, maxsize: int = 0, as_numpy: bool = False) -> Iterator[list[Any]]:
    """Yield what `chunkize_serial` does. `maxsize` is kept for gensim's sake: no process reads ahead."""
    if chunksize <= 0:
        raise ValueError(f"chunksize must be at least 1, got {chunksize!r}")
    yield from chunkize_serial(corpus, chunksize, as_numpy=as_numpy)


def strided_windows(ndarray: ArrayLike, window_size: int) -> Array:
    """Return all runs of `window_size` items of a one-dimensional array.

    Returns
    -------
    array (n - window_size + 1, window_size)
        A view: assigning to it changes the array. Of shape (0, 0) if the array is shorter than a window.

    Examples
    --------
    >>> strided_windows([0, 1, 2, 3], 2).tolist()
    [[0, 1], [1, 2], [2, 3]]
    """
    array = np.asarray(ndarray)
    if window_size > len(array):
        return np.empty((0, 0))
    windows: Array = np.lib.stride_tricks.sliding_window_view(array, window_size, axis=0, writeable=True)
    return windows


def iter_windows(
    texts: Iterable[Sequence[Any]],
    window_size: int,
    copy: bool = False,
    ignore_below_size: bool = True,
    include_doc_num: bool = False,
) -> Iterator[Any]:
    """Yield the `strided_windows` of each text.

    Parameters
    ----------
    texts : iterable of lists or arrays of words
        Windows do not reach from one into the next.
    window_size : int
        Words in a window.
    copy : bool
        Yield copies instead of views.
    ignore_below_size : bool
        False yields a text that is shorter than a window as a whole.
    include_doc_num : bool
        Yield pairs: the number of the text, the window.
    """
    for number, text in enumerate(texts):
        windows: Any = strided_windows(text, window_size)
        if len(windows) == 0 and not ignore_below_size:
            windows = [text]
        for window in windows:
            chosen = window.copy() if copy else window
            yield (number, chosen) if include_doc_num else chosen


def lazy_flatten(nested_list: Iterable[Any]) -> Iterator[Any]:
    """Yield the items of an iterable, and in place of those that are iterables but not str theirs, at any depth."""
    for item in nested_list:
        if isinstance(item, Iterable) and not isinstance(item, str):
            yield from lazy_flatten(item)
        else:
            yield item


def flatten(nested_list: Iterable[Any]) -> list[Any]:
    """Return what `lazy_flatten` yields.

    Examples
    --------
    >>> flatten([[["to", "be"], "or"], "not"])
    ['to', 'be', 'or', 'not']
    """
    return list(lazy_flatten(nested_list))
