"""Training a model: from its parameters and an encoded corpus to a job, its workers and its history."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.ids import EncodedCorpus
from npw2v.kernels.blocks import BlockShape
from npw2v.kernels.paths import GroupShape, ListShape, Tree
from npw2v.kernels.threads import single_threaded
from npw2v.training import plan
from npw2v.training.backends.processes import Crew, Team, can_start_workers
from npw2v.training.callbacks import Callbacks
from npw2v.training.parts import cut
from npw2v.training.progress import Progress
from npw2v.training.worker import EpochReport, Job, Worker, layout, run_epoch
from npw2v.vocabulary.huffman import HuffmanPaths, cut_tree

if TYPE_CHECKING:
    from npw2v.word2vec import Word2Vec

logger = logging.getLogger(__name__)


def train(
    model: Word2Vec,
    corpus: EncodedCorpus,
    *,
    epochs: int,
    served: int,
    alpha: float,
    min_alpha: float,
    pace: float,
    callbacks: Callbacks,
    progress: bool | None,
    report_delay: float,
    crew: Crew,
) -> tuple[int, int]:
    """Train ``model`` on ``corpus``.

    Parameters
    ----------
    served : how many of the epochs, from the first, there is a corpus for
    pace : what one pass over the corpus counts as in the alpha schedule, in epochs
    crew : processes for the workers
    others : as :meth:`npw2v.Word2Vec.train`

    Returns
    -------
    Words trained (after unknown and subsampled ones) and words read, over all epochs.

    Notes
    -----
    Mutates the model's vectors, output weights, ``history``, ``running_training_loss`` and
    ``min_alpha_yet_reached``, also when it is interrupted: the model then holds what was trained so far.
    """
    seed = model.seed, model.train_count
    with team_of(model, corpus, epochs, alpha, min_alpha, pace, seed, crew) as worker:
        words = int(worker.cuts[-1])
        with Progress(words * served, served, progress, report_delay) as shown:

            def run(epoch: int) -> EpochReport:
                # Only while the worker works, not in callbacks.
                with single_threaded(), np.errstate(all="ignore"):
                    report = run_epoch(worker, epoch, corpus.raw_words, time.perf_counter, shown.part)
                model.running_training_loss += report.loss_sum
                return report

            return run_epochs(model, served, run, callbacks, shown)


def train_batch(model: Word2Vec, corpus: EncodedCorpus, alpha: float, seed: tuple[int, ...]) -> EpochReport:
    """Train ``model`` once on a part of its corpus, with one learning rate; ``seed`` keys the random generators.

    Mutates the model's weights and ``running_training_loss`` alone.
    """
    with (
        Crew() as crew,
        team_of(model, corpus, 1, alpha, alpha, 1.0, seed, crew) as worker,
        single_threaded(),
        np.errstate(all="ignore"),
    ):
        report = run_epoch(worker, 0, corpus.raw_words, time.perf_counter, lambda part: None)
    model.running_training_loss += report.loss_sum
    return report


@contextmanager
def team_of(
    model: Word2Vec,
    corpus: EncodedCorpus,
    epochs: int,
    alpha: float,
    min_alpha: float,
    pace: float,
    seed: tuple[int, ...],
    crew: Crew,
) -> Iterator[Worker]:
    """Start the workers that train ``model`` on ``corpus``, as a context; its weights are theirs meanwhile.

    ``seed`` keys their random generators; the other parameters are those of :func:`train`.
    """
    keep = keep_probabilities(model)
    job, tree = plan_job(model, corpus, keep, epochs, alpha, min_alpha, pace, seed)
    cuts = cut(corpus.offsets, plan.piece_words(job.skipgram, tree is not None))
    data: dict[str, NDArray[Any]] = {
        "lockf": np.asarray(model.wv.vectors_lockf, np.float32),
        "offsets": corpus.offsets,
        "cuts": cuts,
        "keep": keep.astype(np.float32),
        "noise": noise_distribution(model) if model.negative else np.ones(1),
    }
    if tree is not None:
        data.update({f"tree.{name}": array for name, array in vars(tree).items()})
    scratch = layout(job, max(1, len(corpus.ids)), most_paths(job, tree, corpus, cuts), model.vector_size)
    tables = weights_of(model)
    team = Team(job, tables, data, corpus.ids, scratch, crew)
    if job.workers > 1 and corpus.path is None:
        corpus.close()  # the workers share a copy of the ids
    set_weights(model, {name: team.arrays[name] for name in tables})
    del tables, data
    try:
        yield team.worker
    finally:
        if job.workers > 1:  # the workers' map goes with the team
            crew.end()  # the copies that it has would add to those that are made here
            set_weights(model, {name: np.array(table) for name, table in weights_of(model).items()})
        model.wv.norms = None


def crew_for(model: Word2Vec, total_words: int | None, epochs: int) -> Crew:
    """Start workers for a corpus that is still to be read, if it is known to be worth them."""
    words = model.corpus_total_words if total_words is None else total_words
    if not words or not can_start_workers():
        return Crew()
    return Crew(plan.early_workers(model.workers, int(words) * epochs, model.vector_size) - 1)


def weights_of(model: Word2Vec) -> dict[str, NDArray[np.float32]]:
    """Return the tables that training changes, by the names that workers know them by."""
    tables = {"inputs": model.wv.vectors}
    if model.negative:
        tables["outputs"] = model.syn1neg
    if model.hs:
        tables["nodes"] = model.syn1
    return tables


def set_weights(model: Word2Vec, tables: dict[str, NDArray[np.float32]]) -> None:
    """Put other arrays in the place of :func:`weights_of`."""
    model.wv.vectors = tables["inputs"]
    if "outputs" in tables:
        model.syn1neg = tables["outputs"]
    if "nodes" in tables:
        model.syn1 = tables["nodes"]


def run_epochs(
    model: Word2Vec, epochs: int, run: Callable[[int], EpochReport], callbacks: Callbacks, shown: Progress
) -> tuple[int, int]:
    """Train the first epochs of a job, that many or until a callback asks to stop, and keep the model's figures.

    ``run`` trains one epoch, given its number, the loss included. Returns the words trained and the words read.
    """
    trained = read = epoch = 0
    while epoch < epochs and not callbacks.stop:
        callbacks.call("on_epoch_begin", model)
        shown.begin(epoch)
        report = run(epoch)
        shown.end(report)
        trained, read = trained + report.words_trained, read + report.words_read
        model.min_alpha_yet_reached = report.alpha_end
        row = {**vars(report)}
        del row["loss_sum"]
        model.history.append({**row, "epoch": len(model.history)})
        model.wv.norms = None
        epoch += 1
        callbacks.call("on_epoch_end", model)
    return trained, read


def plan_job(
    model: Word2Vec,
    corpus: EncodedCorpus,
    keep: NDArray[np.float64],
    epochs: int,
    alpha: float,
    min_alpha: float,
    pace: float,
    seed: tuple[int, ...],
) -> tuple[Job, Tree | None]:
    """Choose block sizes and workers for training ``model`` on ``corpus``, and cut its tree if it has one."""
    kept = model.wv.expandos["count"] * keep
    words = int(len(corpus.ids) * kept.sum() / max(model.wv.expandos["count"].sum(), 1))
    frequency = plan.largest_frequency(kept)
    paths = huffman_paths_of(model) if model.hs else None
    path = 0.0 if paths is None else float(kept @ np.diff(paths.offsets) / max(kept.sum(), 1e-9))
    shape = plan.block_shape(
        dimensions=model.vector_size,
        window=model.window,
        shrink=model.shrink_windows,
        negative=model.negative,
        alpha=alpha,
        frequency=frequency,
        words=words,
        longest=int(np.diff(corpus.offsets).max(initial=1)),
        skipgram=bool(model.sg),
        path=path,
    )
    tree, path_shape = (None, None) if paths is None else cut_paths(paths, kept, shape, model)
    workers = 1
    if can_start_workers():
        workers = plan.worker_count(model.workers, shape, words * epochs, model.vector_size, bool(model.sg), path)
    job = Job(
        skipgram=bool(model.sg),
        cbow_mean=bool(model.cbow_mean),
        negative=model.negative,
        window=model.window,
        shrink=model.shrink_windows,
        alpha=alpha,
        min_alpha=min_alpha,
        epochs=epochs,
        pace=pace,
        stair=min(max(model.batch_words, 1) / max(corpus.raw_words, 1), 1.0),
        seed=seed,
        part_words=plan.PART_WORDS,
        shape=shape,
        paths=path_shape,
        updates=plan.updates_of_a_pair(model.negative, path),
        slope=plan.damping_slope(frequency),
        with_loss=model.compute_loss,
        workers=workers,
        copies=plan.copies_of_tables(workers, sum(table.nbytes for table in weights_of(model).values())),
    )
    return job, tree


def cut_paths(
    paths: HuffmanPaths, kept: NDArray[np.float64], shape: BlockShape, model: Word2Vec
) -> tuple[Tree, GroupShape | ListShape]:
    """Cut the tree and choose the sizes, given how often each word is expected to survive subsampling."""
    tree = cut_tree(paths, plan.top_nodes(len(kept), bool(model.sg)))
    lower = np.diff(tree.offsets)
    top, longest = tree.top, int(lower.max(initial=0))
    if not model.sg:
        return tree, plan.list_shape(top=top, longest=longest)
    return tree, plan.group_shape(
        dimensions=model.vector_size,
        top=top,
        halo=shape.halo,
        step=shape.blocks * shape.size,
        path=float(kept @ lower / max(kept.sum(), 1e-9)),
        longest=longest,
    )


def huffman_paths_of(model: Word2Vec) -> HuffmanPaths:
    """Join the paths that :meth:`Word2Vec.create_binary_tree` left with the words."""
    return HuffmanPaths.joined(model.wv.expandos["point"], model.wv.expandos["code"])


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


def keep_probabilities(model: Word2Vec) -> NDArray[np.float64]:
    """Probability that subsampling keeps each word: gensim's attribute ``sample_int`` unless ``sample`` is now 0."""
    if not model.sample:
        return np.ones(len(model.wv))
    return np.asarray(model.wv.expandos["sample_int"]) / float(2**32 - 1)


def noise_distribution(model: Word2Vec) -> NDArray[np.float64]:
    """Cumulative probabilities of the noise words, the last 1, from gensim's table of integers."""
    if model.cum_table is None:
        model.make_cum_table()
    table: NDArray[np.float64] = np.asarray(model.cum_table, np.float64)
    table /= table[-1]
    return table
