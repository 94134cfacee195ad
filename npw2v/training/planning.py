"""From settings, vocabulary and corpus to a job: block sizes, workers, and the tree cut for them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.ids import EncodedCorpus, Extent
from npw2v.kernels.blocks import BlockShape
from npw2v.kernels.paths import GroupShape, ListShape, Tree
from npw2v.training import plan
from npw2v.training.job import Job
from npw2v.training.schedule import Schedule
from npw2v.training.settings import Settings
from npw2v.vocabulary.huffman import HuffmanPaths, cut_tree
from npw2v.vocabulary.tables import VocabularyTables


def plan_job(
    settings: Settings,
    vocabulary: VocabularyTables,
    corpus: EncodedCorpus | Extent,
    schedule: Schedule,
    seed: tuple[int, ...],
    most_workers: int,
    table_bytes: int,
    epochs: range | None = None,
) -> tuple[Job, Tree | None]:
    """Choose block sizes and workers for training on ``corpus``, and cut the tree if there is one.

    Parameters
    ----------
    settings : Settings
    vocabulary : VocabularyTables
    corpus : EncodedCorpus or Extent
        Its size alone counts.
    schedule : Schedule
    seed : tuple of int
        Key of the random generators.
    most_workers : int
        There can be no more.
    table_bytes : int
        Size of all tables of weights together.
    epochs : range, optional
        Those to train, of the schedule's; None for all.
    """
    epochs = range(schedule.epochs) if epochs is None else epochs
    kept, skipgram = vocabulary.counts * vocabulary.keep, bool(settings.sg)
    words = int(corpus.known * kept.sum() / max(vocabulary.counts.sum(), 1))
    frequency, paths = plan.largest_frequency(kept), vocabulary.paths
    path = 0.0 if paths is None else float(kept @ np.diff(paths.offsets) / max(kept.sum(), 1e-9))
    shape = plan.block_shape(
        dimensions=settings.vector_size,
        window=settings.window,
        shrink=settings.shrink_windows,
        negative=settings.negative,
        alpha=schedule.alpha,
        frequency=frequency,
        words=words,
        longest=corpus.longest,
        skipgram=skipgram,
        path=path,
    )
    tree, path_shape = (None, None) if paths is None else cut_paths(paths, kept, shape, settings)
    lanes = settings.lanes
    workers = plan.worker_count(most_workers, shape, words * len(epochs), settings.vector_size, skipgram, path, lanes)
    job = Job(
        skipgram=skipgram,
        cbow_mean=bool(settings.cbow_mean),
        negative=settings.negative,
        window=settings.window,
        shrink=settings.shrink_windows,
        schedule=schedule,
        seed=seed,
        piece_words=plan.piece_words(skipgram, tree is not None),
        part_words=plan.PART_WORDS,
        shape=shape,
        paths=path_shape,
        updates=plan.updates_of_a_pair(settings.negative, path),
        slope=plan.damping_slope(frequency),
        with_loss=settings.compute_loss,
        workers=workers,
        copies=plan.copies_of_tables(workers, table_bytes),
        start=(epochs.start, 0),
        stop=epochs.stop,
        lanes=lanes,
        cbow_exact=bool(settings.cbow_exact),
    )
    if lanes > 1:
        job = in_rounds(job, plan.local_rounds(corpus.known, lanes, schedule.epochs), corpus.known)
    return job, tree


def in_rounds(job: Job, rounds: int, words: int) -> Job:
    """Divide the epochs of a job in lanes into so many rounds, of ``words`` words in all.

    The parts of an epoch are then those of the first round, one for each lane, those of the second, and so on.
    """
    share = words // (job.lanes * rounds)
    piece_words = min(job.piece_words, max(plan.LEAST_PIECE_WORDS, share // 4))
    return replace(job, rounds=rounds * job.lanes, piece_words=piece_words, part_words=share + 1 + piece_words)


def replan_job(
    job: Job,
    settings: Settings,
    vocabulary: VocabularyTables,
    corpus: EncodedCorpus,
    most_workers: int,
    table_bytes: int,
    epochs: range,
) -> tuple[Job, Tree | None]:
    """Go on with a job, with all its sizes but as many workers as there are here.

    The other parameters are those of :func:`plan_job`.
    """
    path = 0.0
    if vocabulary.paths is not None:
        kept = vocabulary.counts * vocabulary.keep
        path = float(kept @ np.diff(vocabulary.paths.offsets) / max(kept.sum(), 1e-9))
    words = len(corpus.ids) * len(epochs)
    workers = plan.worker_count(most_workers, job.shape, words, settings.vector_size, job.skipgram, path, job.lanes)
    tree = None if vocabulary.paths is None or job.paths is None else cut_tree(vocabulary.paths, job.paths.top)
    copies = plan.copies_of_tables(workers, table_bytes)
    return replace(job, workers=workers, copies=copies, stop=epochs.stop), tree


def cut_paths(
    paths: HuffmanPaths, kept: NDArray[np.float64], shape: BlockShape, settings: Settings
) -> tuple[Tree, GroupShape | ListShape]:
    """Cut the tree and choose the sizes, given how often each word is expected to survive subsampling."""
    tree = cut_tree(paths, plan.top_nodes(len(kept), bool(settings.sg)))
    lower = np.diff(tree.offsets)
    top, longest = tree.plus.shape[1], int(lower.max(initial=0))
    if not settings.sg:
        return tree, plan.list_shape(top=top, longest=longest)
    return tree, plan.group_shape(
        dimensions=settings.vector_size,
        top=top,
        halo=shape.halo,
        step=shape.blocks * shape.size,
        path=float(kept @ lower / max(kept.sum(), 1e-9)),
        longest=longest,
    )


def most_paths(job: Job, tree: Tree | None, corpus: EncodedCorpus, cuts: NDArray[np.int64]) -> int:
    """Bound the groups, or with lists the lower nodes, of any part, before subsampling.

    No part has more nodes than the pieces with the most nodes a word make up. Two consecutive groups hold more than M
    nodes, unless the first has C centers or ends a step.
    """
    if tree is None or job.paths is None or len(cuts) < 2:
        return 0
    lengths, words = np.diff(tree.offsets), np.diff(cuts)
    nodes = np.array([lengths.take(corpus.ids[start:stop]).sum() for start, stop in pairwise(cuts.tolist())])
    longest_first = np.argsort(-nodes / words)
    pieces = int(np.searchsorted(np.cumsum(words[longest_first]), job.part_words)) + 1
    most_nodes, most_words = int(nodes[longest_first[:pieces]].sum()), min(job.part_words, int(cuts[-1]))
    if isinstance(job.paths, ListShape):
        return most_nodes
    steps = -(-most_words // job.shape.size)
    return min(most_words, 2 * most_nodes // job.paths.nodes + most_words // job.paths.centers + steps) + 1


def early_workers(requested: int, dimensions: int, words: int | None, epochs: int) -> int:
    """Count the processes that can be started beside this one before a corpus of so many words is read.

    They are none if it is not known yet that they will be worth it.
    """
    return plan.early_workers(requested, int(words) * epochs, dimensions) - 1 if words else 0
