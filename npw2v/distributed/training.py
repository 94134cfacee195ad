"""Training a model on a cluster: its vocabulary from the counts of partitions, then a session of rounds."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from npw2v.checks import as_count, as_rate
from npw2v.corpus.ids import EncodedCorpus, Extent, fingerprint
from npw2v.distributed.cluster import import_distributed, key_of, open_client
from npw2v.distributed.flights import Flights
from npw2v.distributed.partitions import (
    Counts,
    Partition,
    count_partition,
    counted_together,
    encode_partition,
    partitions_of,
    read_partition,
)
from npw2v.distributed.tasks import Setup, forget
from npw2v.errors import TrainingError
from npw2v.formats.reading import read_model_state
from npw2v.formats.state import whole
from npw2v.logs import logger_of
from npw2v.training.callbacks import Callbacks
from npw2v.training.checkpoint import (
    LAST,
    Every,
    Interval,
    Judged,
    Run,
    check_path,
    check_same,
    stored_tables,
    versions,
)
from npw2v.training.checks import check_totals, check_training
from npw2v.training.rounds import Moving, RoundSession, RoundsJob, in_a_tree, plan_rounds
from npw2v.training.schedule import Schedule, stair
from npw2v.training.validation import best_weights
from npw2v.training.weights import Weights
from npw2v.word2vec import Word2Vec

logger = logger_of(__name__)

Model = TypeVar("Model", bound=Word2Vec)


def train(
    model: Model,
    corpus: Any,
    client: Any = None,
    epochs: int | None = None,
    rounds: int | None = None,
    *,
    start_alpha: float | None = None,
    end_alpha: float | None = None,
    compute_loss: bool | None = None,
    callbacks: Iterable[Any] = (),
    progress: bool | None = None,
    report_delay: float = 1.0,
    validation: Any = None,
    patience: int | None = None,
    checkpoint: Any = None,
    checkpoint_every: Every = None,
) -> Model:
    """Train a model on a Dask cluster, where the partitions of the corpus are.

    A model without a vocabulary gets that of the corpus, counted on the cluster; it is the one that
    ``model.build_vocab`` builds from the partitions one after the other. The same partitions, seed and rounds train the
    same bytes, whatever the number of workers, and also if some are lost or join on the way. Other partitions, or
    another number of rounds, train other bytes.

    Parameters
    ----------
    model : Word2Vec
        Mutated. Its ``workers`` is the number of processes to start, if there is no client.
    corpus : list, dask.bag.Bag or dask.dataframe.Series
        A list of paths, URLs or corpora, one for each partition. A path is a text with a sentence a line, which its
        worker reads; a corpus is an iterable of lists of words such as :class:`npw2v.Text8Corpus`, which is sent there.
        The items of a bag or of a column are lists of words, or lines, which are split at white space; missing ones
        are left out.
    client : distributed.Client or str, optional
        A client of a cluster, or the address of its scheduler. Without one, or for ``"local:4"``, processes of this
        machine are started, and ended again; a script that does this needs ``if __name__ == "__main__":``.
    epochs : int, optional
        Passes over the corpus; None for the model's.
    rounds : int, optional
        How often in an epoch the partitions' changes are put together; None to choose by the corpus and its vocabulary
        (:func:`npw2v.training.plan.rounds_an_epoch`). More cost time, fewer cost quality.
    start_alpha, end_alpha, compute_loss, callbacks, progress, report_delay
        As for :meth:`npw2v.Word2Vec.train`, and so are the following.
    validation : iterable of lists of str, optional
        Read by this process.
    patience : int, optional
    checkpoint : path, optional
        :func:`resume` goes on from there.
    checkpoint_every : str or float, optional

    Returns
    -------
    Word2Vec
        The model.

    Raises
    ------
    ImportError
        Dask is not installed.
    OSError
        The cluster cannot be reached, or a partition cannot be read; the message names it.
    ValueError
        No word is frequent enough, a worker has other versions of npw2v or NumPy, or parameters that cannot be trained
        with.
    TypeError
        That is no corpus in partitions.
    npw2v.TrainingError
        The weights diverged, or the cluster has lost its workers.

    Notes
    -----
    A round trains every partition's share of it from the same weights with the ordinary kernels. What it has changed in
    partition l, ΔW_l, moves the weights row by row by the damped rule, with momentum
    (:func:`npw2v.kernels.combining.move_rows`); in round t::

        U_t = f · Σ ΔW_l + min(1 − f, 0.9) · U_{t−1}      W ← W + U_t
        f = (1 − exp(−Σ h_l)) / Σ (1 − exp(−h_l))      h_l = 4 · slope · alpha · updates of the row in partition l

    f lies between the sum, which overshoots for frequent words, and the mean (parameter mixing), which learns too
    little of rare ones [1]_; what it keeps back comes in the rounds after (momentum: [2]_). Others combine frequent
    rows more often than rare ones [3]_, or add what is orthogonal and average what is parallel [4]_ [5]_.

    References
    ----------
    .. [1] R. McDonald, K. Hall, G. Mann, "Distributed training strategies for the structured perceptron", NAACL 2010.
    .. [2] K. Chen, Q. Huo, "Scalable training of deep learning machines by incremental block training with intra-block
       parallel optimization and blockwise model-update filtering", ICASSP 2016.
    .. [3] S. Ji et al., "Parallelizing Word2Vec in shared and distributed memory", 2016.
    .. [4] S. Maleki et al., "Scaling distributed training with adaptive summation", MLSys 2021 (AdaSum).
    .. [5] G. Gill et al., "Distributed training of embeddings using graph analytics", 2020.
    """
    called, partitions = Callbacks(callbacks), partitions_of(corpus)
    passes = check_totals(model.epochs if epochs is None else epochs, 1, None)
    rounds = None if rounds is None else _at_least_one(rounds, "rounds")
    check_trainable(model)
    alpha = as_rate(model.alpha if start_alpha is None else start_alpha, "start_alpha")
    schedule = Schedule(alpha, as_rate(model.min_alpha if end_alpha is None else end_alpha, "end_alpha"), passes)
    run = Run(passes, schedule, (None, None), False, checkpoint_every, Judged.by(validation, patience))
    with_loss = model.compute_loss if compute_loss is None else compute_loss
    begin = partial(model._begin, passes, with_loss, called)
    shows = (model.progress if progress is None else progress, report_delay)
    path = _checkpoint_path(checkpoint, run)
    with open_client(client, model.workers) as opened:
        read = Reading(opened, partitions)
        if not model.wv.key_to_index:
            build_vocabulary(model, read.counts())
        judge = model._validation(validation, run)
        model._run(run, _session(model, read, run, rounds, begin), called, judge, shows, path)
    return model


def resume(
    checkpoint: Any,
    corpus: Any,
    client: Any = None,
    *,
    callbacks: Iterable[Any] = (),
    progress: bool | None = None,
    report_delay: float = 1.0,
    validation: Any = None,
    checkpoint_every: Every = None,
) -> Word2Vec:
    """Go on with a call of :func:`train` that was interrupted, from its latest checkpoint.

    Parameters
    ----------
    checkpoint : path
        The file that ``train(checkpoint=...)`` wrote, to which further checkpoints go.
    corpus : object
        The same corpus in the same partitions.
    client : distributed.Client or str, optional
        As for :func:`train`; the cluster may be another one.
    callbacks, progress, report_delay, validation, checkpoint_every
        As for :meth:`npw2v.Word2Vec.resume`.

    Returns
    -------
    Word2Vec
        The trained model, with the same bytes as if nothing had happened.

    Raises
    ------
    FileNotFoundError, npw2v.FormatError, ValueError
        There is no checkpoint, or it is of another corpus; see :meth:`npw2v.Word2Vec.resume`.
    """
    called, path, partitions = Callbacks(callbacks), check_path(checkpoint), partitions_of(corpus)
    state = read_model_state(path)
    run = Run.from_dict(state.training, path)
    job = None if run.begun is None else run.begun.job
    if job is None or job.rounds is None or job.lanes > 1:
        raise ValueError(f"{path} is a checkpoint of Word2Vec.train, not of a cluster: go on with Word2Vec.resume")
    with whole(path):
        model = Word2Vec._from_state(state)
        model._check_trainable()
    run.every = run.every if checkpoint_every is None else checkpoint_every
    model._check_resumed(run, False, validation is not None)
    best = best_weights(state.training_arrays, run.judged, model._weights(), path)
    last = stored_tables(state.training_arrays, LAST, "the last moves of the", model._weights(), path)
    model.add_lifecycle_event("resumed", fname=path)
    called.stop = run.stop
    begin = partial(called.call, "on_train_begin", model)
    shows = (model.progress if progress is None else progress, report_delay)
    with open_client(client, model.workers) as opened:
        judge = model._validation(validation, run, best)
        read = Reading(opened, partitions)
        model._run(run, _session(model, read, run, None, begin, last), called, judge, shows, path)
    return model


def check_trainable(model: Word2Vec) -> None:
    """Raise unless this is a model that a cluster can train, with a vocabulary or without."""
    if not isinstance(model, Word2Vec):
        raise TypeError(f"expected a Word2Vec, got {type(model).__name__}")
    if model._trains_in_batches(None):
        raise ValueError(
            'a cluster trains with kernel="blocks" and Word2Vec\'s own _do_train_job: this model has another one'
        )
    if model.wv.key_to_index:
        model._check_trainable()


def _at_least_one(number: Any, name: str) -> int:
    found = as_count(number, name)
    if found < 1:
        raise ValueError(f"{name} must be at least 1, got {found}")
    return found


def _checkpoint_path(checkpoint: Any, run: Run) -> str | None:
    Interval.of(run.every)
    if checkpoint is None and run.every is not None:
        raise ValueError(f"checkpoint_every={run.every!r} needs checkpoint=, the path of a file to write")
    return None if checkpoint is None else check_path(checkpoint)


def build_vocabulary(model: Word2Vec, counts: Counts) -> None:
    """Give a model the vocabulary of words that were counted.

    Raises
    ------
    ValueError
        None of them is frequent enough.
    """
    model.build_vocab_from_freq(counts.vocabulary, corpus_count=counts.sentences)
    model.corpus_total_words = counts.words
    if not model.wv.key_to_index:
        most = max(counts.vocabulary.values(), default=0)
        raise ValueError(
            f"no word of the {counts.words:,} in all partitions occurs {model.min_count} times, the most frequent one "
            f"{most}: give more text, or a lower min_count"
        )


class Reading:
    """The partitions of a corpus as they are read on a cluster, each once.

    Parameters
    ----------
    client : distributed.Client
    partitions : sequence of Partition
    """

    def __init__(self, client: Any, partitions: Sequence[Partition]) -> None:
        self.client, self.partitions = client, partitions
        self.token = secrets.token_hex(4)
        self._read: list[Any] = [self._begin(number, each) for number, each in enumerate(partitions)]

    def _begin(self, number: int, partition: Partition) -> Any:
        key = key_of("read", f"partition {number}-{self.token}")
        if not partition.computed:
            return self.client.submit(read_partition, partition.source, key=key, pure=False)
        from dask.delayed import delayed

        return self.client.compute(delayed(read_partition, pure=False)(partition.source, dask_key_name=key))

    def counts(self) -> Counts:
        """Count all words, where the partitions are."""
        counted = self._each("count", count_partition, self._read)
        numbers = iter(range(len(counted)))

        def join(first: Any, second: Any) -> Any:
            key = key_of("count", f"together {next(numbers)}-{self.token}")
            return self.client.submit(counted_together, first, second, key=key, pure=False)

        together = in_a_tree(counted, join)
        self._wait(self._read, "read")
        found: Counts = together.result()
        return found

    def encoded(self, rows: dict[Any, int]) -> list[Any]:
        """Turn all partitions into rows of a vocabulary, where they are; what was read is let go."""
        vocabulary = self.told("vocabulary", dict(rows))
        self._wait(self._read, "read")
        encoded = self._each("encode", encode_partition, self._read, vocabulary)
        self._wait(encoded, "encoded")
        self._read = []
        return encoded

    def about(self, encoded: Sequence[Any]) -> tuple[Extent, dict[str, Any]]:
        """Return the size and the fingerprint of the whole corpus."""
        found = self.client.gather(self._each("encode", about_partition, encoded, kind="size"))
        extents = [extent for extent, _ in found]
        for partition, extent in zip(self.partitions, extents, strict=True):
            if not extent.raw_words:
                logger.warning("%s has no words", partition.name)
        digest = hashlib.blake2b(digest_size=16)
        for _, printed in found:
            digest.update(printed["digest"].encode())
        whole_corpus = Extent(
            sentences=sum(each.sentences for each in extents),
            raw_words=sum(each.raw_words for each in extents),
            known=sum(each.known for each in extents),
            longest=max(each.longest for each in extents),
        )
        printed = {
            "words": whole_corpus.raw_words,
            "known": whole_corpus.known,
            "sentences": whole_corpus.sentences,
            "digest": digest.hexdigest(),
        }
        return whole_corpus, printed

    def told(self, name: str, value: Any) -> Any:
        """Put a value where all workers can have it, also when the one that has it is lost."""
        return self.client.submit(_itself, value, key=key_of(name, self.token), pure=False)

    def _each(
        self, name: str, function: Callable[..., Any], futures: Sequence[Any], *more: Any, kind: str = ""
    ) -> list[Any]:
        return [
            self.client.submit(
                function, each, *more, key=key_of(name, f"{kind}partition {number}-{self.token}"), pure=False
            )
            for number, each in enumerate(futures)
        ]

    def _wait(self, futures: Sequence[Any], done: str) -> None:
        """Wait for all partitions; raise the error of the first that failed, with its name."""
        distributed = import_distributed()
        for partition, future in zip(self.partitions, futures, strict=True):
            error = future.exception()
            if error is not None:
                said = " ".join(str(error).split()) or type(error).__name__
                kinds = {OSError: OSError, TypeError: TypeError, distributed.KilledWorker: TrainingError}
                kind: Any = next((its for of, its in kinds.items() if isinstance(error, of)), ValueError)
                raise kind(f"{partition.name} cannot be {done}: {said}") from error


def about_partition(corpus: EncodedCorpus) -> tuple[Extent, dict[str, Any]]:
    """Return the size and the fingerprint of an encoded partition."""
    extent = Extent(corpus.sentences, corpus.raw_words, corpus.known, corpus.longest)
    return extent, fingerprint(corpus.ids, corpus.offsets, corpus.raw_words)


def _itself(value: Any) -> Any:
    return value


@contextmanager
def _session(
    model: Word2Vec,
    read: Reading,
    run: Run,
    rounds: int | None,
    begin: Callable[[], None],
    last: Weights | None = None,
) -> Iterator[RoundSession]:
    """Encode the corpus where it is, begin, and open a session; ``last`` is what the weights were last moved by."""
    shares = read.encoded(model.wv.key_to_index)
    corpus, printed = read.about(shares)
    if run.begun is not None:
        check_same("corpus", run.begun.corpus, printed, run.note())
    if not corpus.known:
        raise ValueError(f"none of the {corpus.raw_words:,} words of the corpus is in the model's vocabulary")
    begin()
    settings, weights, vocabulary = model._settings(), model._weights(), model._vocabulary_tables()
    check_training(settings, len(model.wv.key_to_index), len(model.wv.vectors))
    if run.begun is not None and run.begun.job is not None:
        job = replace(run.begun.job, start=(0, 0))
    else:
        schedule = replace(run.schedule, stair=stair(model.batch_words, corpus.raw_words))
        seed = settings.seed, model.train_count
        job = plan_rounds(settings, vocabulary, corpus, schedule, seed, len(shares), rounds)
    each_round, started = job.rounds or 1, time.perf_counter()
    logger.info("%i partitions, %i rounds an epoch", len(shares), each_round)
    setup = read.told("setup", Setup(read.token, RoundsJob(job, vocabulary, weights.locks), versions()))
    moving = Moving.at_rest(weights) if last is None else Moving(weights, last)
    flights = Flights(read.client, read.token, setup, shares, moving, each_round)
    try:
        yield RoundSession(job, moving, corpus, printed, flights.rounds, run.begun)
    finally:
        logger.debug("the session took %.1f s", time.perf_counter() - started)
        model.wv.norms = None
        with _as_far_as_it_answers():
            read.client.run(forget, read.token)


@contextmanager
def _as_far_as_it_answers() -> Iterator[None]:
    """Let go of what is left on a cluster, if that is still there."""
    try:
        yield
    except Exception as error:
        logger.debug("the cluster does not answer: %s", error)
