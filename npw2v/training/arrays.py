"""All arrays of a job in one record: what it is given, and room for its workers' parts and updates.

When several processes work on a job the arrays lie in one memory map, under the names that the records' fields give.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import Gradients, Layout
from npw2v.kernels.paths import GroupGradients, GroupShape, ListGradients, ListShape, Tree
from npw2v.training import plan
from npw2v.training.job import Job
from npw2v.training.naming import named, viewed
from npw2v.training.parts import Part
from npw2v.training.weights import Weights
from npw2v.vocabulary.tables import VocabularyTables

#: Arrays by the names that they have in the memory map.
Arrays: TypeAlias = Mapping[str, NDArray[Any]]

Record = TypeVar("Record")


@dataclass
class JobArrays:
    """The arrays of a job, as one worker sees them.

    Attributes
    ----------
    weights : Weights
        To be trained.
    offsets, cuts : int64 array
        Where the sentences and the pieces of the corpus begin, see :class:`npw2v.training.sampling.Sampler`.
    keep : float32 array (V,)
        Probability that subsampling keeps each word.
    noise : float64 array (V,)
        Cumulative noise distribution; without negative sampling a single 1.
    tree : Tree or None
        The Huffman tree, for hierarchical softmax.
    slots : list of Part
        Room for the part that each worker prepares, and perhaps for those of the next round.
    sampling : list of Gradients
        Room for the updates of negative sampling in one step, in each turn (:func:`npw2v.training.plan.turns`); empty
        without it.
    paths : list of GroupGradients or of ListGradients
        The same for hierarchical softmax.
    mode : int8 array (1,)
        See :class:`npw2v.training.tables.Tables`.
    """

    weights: Weights
    offsets: NDArray[np.int64]
    cuts: NDArray[np.int64]
    keep: NDArray[np.float32]
    noise: NDArray[np.float64]
    tree: Tree | None
    slots: list[Part]
    sampling: list[Gradients]
    paths: list[GroupGradients] | list[ListGradients]
    mode: NDArray[np.int8]

    @staticmethod
    def given(
        weights: Weights,
        vocabulary: VocabularyTables,
        offsets: NDArray[np.int64],
        cuts: NDArray[np.int64],
        tree: Tree | None,
    ) -> dict[str, NDArray[Any]]:
        """Name the arrays that a job begins with; they are not copied, if they have the types that are needed."""
        locks = np.ones(1, np.float32) if weights.locks is None else np.asarray(weights.locks, np.float32)
        return {
            **named("weights", {**weights.tables(), "locks": locks}),
            "offsets": offsets,
            "cuts": cuts,
            "keep": vocabulary.keep.astype(np.float32),
            "noise": np.ones(1) if vocabulary.noise is None else vocabulary.noise,
            **({} if tree is None else named("tree", vars(tree))),
        }

    @staticmethod
    def layout(job: Job, words: int, most_paths: int, dimensions: int) -> Layout:
        """Name the arrays that the workers need beside those, with shapes and dtypes.

        Parameters
        ----------
        job : Job
        words : int
            Of the corpus.
        most_paths : int
            Most groups (skip-gram) or lower nodes (CBOW) of a part.
        dimensions : int
            d.
        """
        room: Layout = {"mode": ((1,), np.int8)}
        slot = Part.layout(job.shape, min(words, job.part_words), job.window_dtype, job.paths, most_paths)
        for number in range(plan.slots(job.workers)):
            room.update(named(f"slot{number}", slot))
        updates = _updates(job, dimensions)
        size = sum(int(np.prod(shape)) * np.dtype(dtype).itemsize for shape, dtype in updates.values())
        turns = plan.turns(job.workers, job.copies, size)
        return {**room, **{name: ((turns, *shape), dtype) for name, (shape, dtype) in updates.items()}}

    @classmethod
    def of(cls, job: Job, arrays: Arrays) -> JobArrays:
        """View the arrays of :meth:`given` and of :meth:`layout` as records."""
        paths: list[GroupGradients] | list[ListGradients] = []
        if isinstance(job.paths, GroupShape):
            paths = _in_turn(GroupGradients, "paths", arrays)
        elif isinstance(job.paths, ListShape):
            paths = _in_turn(ListGradients, "paths", arrays)
        return cls(
            weights=viewed(Weights, "weights", arrays),
            offsets=arrays["offsets"],
            cuts=arrays["cuts"],
            keep=arrays["keep"],
            noise=arrays["noise"],
            tree=None if job.paths is None else viewed(Tree, "tree", arrays),
            slots=[Part.of(arrays, job.paths, f"slot{number}.") for number in range(plan.slots(job.workers))],
            sampling=_in_turn(Gradients, "sampling", arrays) if job.negative else [],
            paths=paths,
            mode=arrays["mode"],
        )


def _updates(job: Job, dimensions: int) -> Layout:
    """Name the arrays for the updates of one step, with shapes and dtypes."""
    room: Layout = {}
    if job.negative:
        room.update(named("sampling", Gradients.layout(job.shape, dimensions)))
    if isinstance(job.paths, GroupShape):
        room.update(named("paths", GroupGradients.layout(job.paths, dimensions)))
    elif job.paths is not None:
        room.update(named("paths", ListGradients.layout(job.shape, job.paths, dimensions)))
    return room


def _in_turn(record: Callable[..., Record], name: str, arrays: Arrays) -> list[Record]:
    """View the updates of each turn, which is the first axis of their arrays, as a record."""
    updates = {path: array for path, array in arrays.items() if path.startswith(f"{name}.")}
    turns = min(len(array) for array in updates.values())
    return [viewed(record, name, {path: array[turn] for path, array in updates.items()}) for turn in range(turns)]
