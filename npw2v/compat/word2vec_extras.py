"""What gensim's module ``word2vec`` has besides the model and the corpora."""

from __future__ import annotations

import heapq
from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from npw2v.formats.saveload import SaveLoad
from npw2v.vocabulary.huffman import huffman_paths
from npw2v.word2vec import Word2Vec

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


def train_batch_sg(
    model: Word2Vec, sentences: Iterable[Sequence[Any]], alpha: float, _work: Any, compute_loss: bool
) -> int:
    """Train skip-gram on one batch, as gensim's compiled function of this name; return the words trained.

    Raises
    ------
    ValueError
        The model is one of CBOW.
    """
    return _train_batch(model, sentences, alpha, compute_loss, skipgram=True)


def train_batch_cbow(
    model: Word2Vec, sentences: Iterable[Sequence[Any]], alpha: float, _work: Any, _neu1: Any, compute_loss: bool
) -> int:
    """Train CBOW on one batch; see :func:`train_batch_sg`."""
    return _train_batch(model, sentences, alpha, compute_loss, skipgram=False)


def _train_batch(
    model: Word2Vec, sentences: Iterable[Sequence[Any]], alpha: float, compute_loss: bool, skipgram: bool
) -> int:
    if bool(model.sg) != skipgram:
        called, right = ("train_batch_sg", "train_batch_cbow")[:: 1 if skipgram else -1]
        raise ValueError(f"{called}() does not train a model with sg={model.sg}: call {right}()")
    before, model.compute_loss = model.compute_loss, bool(compute_loss)
    try:
        return Word2Vec._do_train_job(model, list(sentences), alpha, (None, None))[0]
    finally:
        model.compute_loss = before
