"""Training a model: from its parameters and an encoded corpus to a job, its workers and its history."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from npw2v import plan
from npw2v.batches import cut_into_parts
from npw2v.callbacks import Callbacks
from npw2v.encoding import EncodedCorpus
from npw2v.progress import Progress
from npw2v.trainer import Job, Worker, layout, run_epoch, step_layout
from npw2v.workers import Team, can_start_workers

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
) -> tuple[int, int]:
    """Train ``model`` on ``corpus``.

    Parameters
    ----------
    served : how many of the epochs, from the first, there is a corpus for
    pace : what one pass over the corpus counts as in the alpha schedule, in epochs
    others : as :meth:`npw2v.Word2Vec.train`

    Returns
    -------
    Words trained (after unknown and subsampled ones) and words read, over all epochs.

    Notes
    -----
    Mutates the model's vectors, output weights, ``history``, ``running_training_loss`` and
    ``min_alpha_yet_reached``, also when it is interrupted: the model then holds what was trained so far.
    """
    keep = keep_probabilities(model)
    job = plan_job(model, corpus, keep, epochs, alpha, min_alpha, pace)
    cuts = cut_into_parts(corpus.offsets)
    data: dict[str, NDArray[Any]] = {
        "lockf": np.asarray(model.wv.vectors_lockf, np.float32),
        "ids": corpus.ids,
        "offsets": corpus.offsets,
        "cuts": cuts,
        "keep": keep.astype(np.float32),
        "noise": noise_distribution(model),
    }
    scratch = {
        **layout(job, int(np.diff(cuts).max(initial=1))),
        **step_layout(job, model.vector_size),
    }
    tables = {"inputs": model.wv.vectors, "outputs": model.syn1neg}
    with (
        Team(job, tables, data, scratch, corpus.path) as team,
        Progress(int(cuts[-1]) * served, served, progress, report_delay) as shown,
    ):
        if job.workers > 1 and corpus.path is None:
            corpus.close()  # the workers share a copy of the ids
        del tables, data
        model.wv.vectors, model.syn1neg = team.arrays["inputs"], team.arrays["outputs"]
        try:
            trained, epochs_run = run_epochs(model, team.worker, served, corpus.raw_words, callbacks, shown)
        finally:
            if job.workers > 1:  # the workers' map goes with the team
                model.wv.vectors, model.syn1neg = np.array(model.wv.vectors), np.array(model.syn1neg)
            model.wv.norms = None
    return trained, corpus.raw_words * epochs_run


def run_epochs(
    model: Word2Vec, worker: Worker, epochs: int, raw_words: int, callbacks: Callbacks, shown: Progress
) -> tuple[int, int]:
    """Train the first epochs of a job, that many or until a callback asks to stop, and keep the model's figures.

    Returns the words trained and the number of epochs. BLAS is held to one thread and NumPy's warnings are off only
    while a worker works, not in callbacks.
    """
    blas, trained, epochs_run = ThreadpoolController(), 0, 0
    while epochs_run < epochs and not callbacks.stop:
        epoch = epochs_run
        callbacks.call("on_epoch_begin", model)
        shown.begin(epoch)
        with blas.limit(limits=1, user_api="blas"), np.errstate(all="ignore"):
            report = run_epoch(worker, epoch, raw_words, time.perf_counter, shown.part)
        shown.end(report)
        trained += report.words_trained
        model.running_training_loss += report.loss_sum
        model.min_alpha_yet_reached = report.alpha_end
        row = asdict(report)
        del row["loss_sum"]
        model.history.append({**row, "epoch": len(model.history)})
        model.wv.norms = None
        epochs_run += 1
        callbacks.call("on_epoch_end", model)
    return trained, epochs_run


def plan_job(
    model: Word2Vec,
    corpus: EncodedCorpus,
    keep: NDArray[np.float64],
    epochs: int,
    alpha: float,
    min_alpha: float,
    pace: float,
) -> Job:
    """Choose block sizes and workers for training ``model`` on ``corpus``."""
    counts = model.wv.expandos["count"]
    words = int(len(corpus.ids) * (counts * keep).sum() / max(counts.sum(), 1))
    frequency = plan.largest_frequency(counts, keep)
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
    )
    workers = 1
    if can_start_workers():
        workers = plan.worker_count(model.workers, shape, words * epochs, model.vector_size)
    return Job(
        skipgram=bool(model.sg),
        cbow_mean=bool(model.cbow_mean),
        negative=model.negative,
        window=model.window,
        shrink=model.shrink_windows,
        alpha=alpha,
        min_alpha=min_alpha,
        epochs=epochs,
        pace=pace,
        seed=(model.seed, model.train_count),
        shape=shape,
        slope=plan.damping_slope(frequency),
        with_loss=model.compute_loss,
        workers=workers,
    )


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
