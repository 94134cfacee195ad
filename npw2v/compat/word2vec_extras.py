"""What gensim's module ``word2vec`` has besides the model and the corpora."""

from __future__ import annotations

import heapq
from collections import namedtuple
from collections.abc import Callable
from typing import Any, NoReturn

from npw2v.formats.saveload import SaveLoad
from npw2v.vocabulary.huffman import huffman_paths

#: gensim's compiled code is fast from 0 up; programs warn their users if these are -1.
FAST_VERSION = 1
CORPUSFILE_VERSION = 1


class Word2VecVocab(SaveLoad):
    """Part of gensim 3's models, of no use since: kept so that programs can import the name."""


class Word2VecTrainables(SaveLoad):
    """Part of gensim 3's models, of no use since: kept so that programs can import the name."""


class Heapitem(namedtuple("Heapitem", ["count", "index", "left", "right"])):
    """A node of a Huffman tree: a word's row, or an inner node with its two branches. The smaller count sorts first."""

    __slots__ = ()

    def __lt__(self, other: Any) -> bool:
        return bool(self.count < other.count)


def build_heap(wv: Any) -> list[Heapitem]:
    """Return ``[root]`` of the Huffman tree of the keys' ``"count"``; the list is empty if there are no keys.

    Inner nodes are numbered from ``len(wv)`` on. `npw2v.vocabulary.huffman` makes the same tree without these objects.
    """
    heap = [Heapitem(wv.get_vecattr(row, "count"), row, None, None) for row in range(len(wv))]
    heapq.heapify(heap)
    number = len(wv)
    while len(heap) > 1:
        lighter, heavier = heapq.heappop(heap), heapq.heappop(heap)
        heapq.heappush(heap, Heapitem(lighter.count + heavier.count, number, lighter, heavier))
        number += 1
    return heap


def assign_binary_codes(wv: Any) -> None:
    """Set the attributes ``"code"`` and ``"point"`` of every key from the Huffman tree of their ``"count"``."""
    if len(wv):
        wv.expandos["point"], wv.expandos["code"] = huffman_paths(wv.expandos["count"]).split()


def part_of_gensims_training(name: str) -> Callable[..., NoReturn]:
    """Return a function that says why there is no such function: programs can import it but not train by it."""

    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError(
            f"{name}() is an inner loop of gensim's, which npw2v does not have: use train() or score() of the model"
        )

    refuse.__name__ = refuse.__qualname__ = name
    return refuse
