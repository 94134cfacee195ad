"""Word2Vec: the model that gensim's users know, wired to npw2v's own training."""

from __future__ import annotations

import operator
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import fields, replace
from functools import cache, cached_property, partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from npw2v.checks import as_number, as_rate, described
from npw2v.compat.oldnames import Word2VecNames, load_of_an_instance
from npw2v.corpus.checks import check_corpus, epochs_served, open_corpus, same_every_pass
from npw2v.corpus.encoding import encode_corpus
from npw2v.corpus.ids import EncodedCorpus, fingerprint
from npw2v.corpus.sentences import (
    MAX_WORDS_IN_BATCH,
    BrownCorpus,
    Corpus,
    LineSentence,
    PathLike,
    PathLineSentences,
    Text8Corpus,
)
from npw2v.corpus.snapshot import Snapshot, snapshot_of
from npw2v.corpus.textblocks import shareable_bytes
from npw2v.formats.attributes import without_methods, writable
from npw2v.formats.lifecycle import Lifecycle
from npw2v.formats.opening import Source, label
from npw2v.formats.reading import read_model_state
from npw2v.formats.state import ModelState, whole, write_model
from npw2v.logs import logger_of
from npw2v.training.backends import Backend
from npw2v.training.backends.processes import WorkerProcesses
from npw2v.training.callbacks import Callbacks
from npw2v.training.checkpoint import (
    Begun,
    Checkpoints,
    Every,
    Interval,
    Judged,
    Run,
    cannot_write,
    check_path,
    check_same,
)
from npw2v.training.checks import (
    check_parameters,
    check_totals,
    check_training,
    check_weights,
    settings_of,
    warn_of_other_totals,
)
from npw2v.training.history import History
from npw2v.training.inference import center_probabilities, score_sentences
from npw2v.training.plan import reading_processes
from npw2v.training.planning import early_workers
from npw2v.training.progress import Progress
from npw2v.training.replay.batches import BatchSession, train_sentences
from npw2v.training.replay.reports import BatchReport
from npw2v.training.reports import EpochReport, PartReport, diverged, running_loss
from npw2v.training.schedule import Schedule, pace, stair
from npw2v.training.session import BlockSession, RereadSession, Session, open_session
from npw2v.training.settings import Settings
from npw2v.training.validation import Validation, best_weights, open_validation
from npw2v.training.weights import Weights
from npw2v.vectors.keyedvectors import KeyedVectors
from npw2v.vectors.notebooks import html_table
from npw2v.vocabulary import building
from npw2v.vocabulary.counting import Scan, scan_corpus
from npw2v.vocabulary.frequencies import noise_cumulative
from npw2v.vocabulary.huffman import HuffmanPaths, huffman_paths
from npw2v.vocabulary.selection import Selection, TrimRule
from npw2v.vocabulary.tables import KEEP_ALWAYS, VocabularyTables, vocabulary_tables

logger = logger_of(__name__)

#: The attributes that training needs.
_SETTINGS = tuple(field.name for field in fields(Settings))

#: The corpora too, as gensim's module of this name has them.
__all__ = ["MAX_WORDS_IN_BATCH", "BrownCorpus", "LineSentence", "PathLineSentences", "Text8Corpus", "Word2Vec"]

Self = TypeVar("Self", bound="Word2Vec")

#: In place of a corpus: the attributes of this model come from a file, its log among them.
_FROM_A_FILE: Any = object()

#: What is kept elsewhere in a model's file, made anew on loading, or not stored because it is code.
_STORED_APART = {
    *("wv", "syn1", "syn1neg", "cum_table", "raw_vocab", "random", "hashfxn", "load", "_scan", "_keep_scan"),
}


class Word2Vec(Lifecycle, Word2VecNames):
    r"""Train, use and save word vectors.

    Parameters
    ----------
    sentences : iterable of lists of str, optional
        The corpus. If it (or ``corpus_file``) is given the model is trained at once.
    corpus_file : str, optional
        Path of a plain text file, a sentence a line.
    vector_size : int
        Dimensions of the vectors.
    alpha, min_alpha : float
        The learning rate falls linearly from ``alpha`` to ``min_alpha`` during training.
    window : int
        Largest distance between a center word and its context words.
    min_count : int
        Words that occur less often are left out.
    max_vocab_size : int, optional
        While counting words, forget the rarest whenever there are more than this many.
    sample : float
        Threshold above which words are subsampled; 0 for none.
    seed : int, optional
        The same seed, corpus and parameters give the same bytes, whatever ``workers`` is. None draws a seed.
    workers : int
        Processes to train with; no more are started than there are cores, and none for a small corpus.
    sg : {0, 1}
        1 for skip-gram, 0 for CBOW.
    hs, negative : int
        ``negative`` noise words for each positive pair; ``hs=1`` for hierarchical softmax.
    ns_exponent : float
        The noise distribution is word frequency to this power.
    cbow_mean : {0, 1}
        Whether CBOW averages (1) or sums (0) the context vectors.
    hashfxn : callable
        Kept for gensim's sake; nothing uses it, as nothing does in gensim 4.
    epochs : int
        Passes over the corpus.
    null_word : int
        Whether to add the word ``"\\0"`` to the vocabulary.
    trim_rule : callable, optional
        ``trim_rule(word, count, min_count)`` decides which words stay; see :mod:`npw2v.vocabulary.selection`.
    sorted_vocab : {0, 1}
        Whether to order the vocabulary by descending frequency.
    batch_words : int
        The learning rate falls once in so many words of the corpus, as in gensim.
    compute_loss : bool
        Whether to compute the loss; see :meth:`get_latest_training_loss` and ``history``.
    callbacks : iterable of CallbackAny2Vec
        Called at the beginning and end of training and of each epoch.
    comment : str, optional
        Stored with the model.
    max_final_vocab : int, optional
        Raise ``min_count`` until at most this many words stay.
    shrink_windows : bool
        Draw each center's window from 1 … ``window`` (True) or always use the full window.
    progress : bool, optional
        Show a progress bar; by default only if standard error is a terminal. (Not in gensim.)
    kernel : {"blocks", "replay"}
        How to train. ``"blocks"`` is npw2v's own way, fast and with many workers. ``"replay"`` follows gensim's random
        stream and order, one update after the other, as gensim does with ``workers=1``: it gives gensim's vectors and
        loss for the same seed, tens of times slower, and is there to compare; see :mod:`npw2v.training.replay.scalar`.
        (Not in gensim.)
    lanes : int
        For more than about four cores: how many parts of the corpus learn apart for a while before they are put
        together, each on a core; as many as there are workers. Workers then meet seldom, and none does what another
        one does. Other lanes give other vectors, other workers the same. (Not in gensim.)
    cbow_exact : bool
        Whether the words of a CBOW window get the gradient of their mean, which is the update of the mean divided by
        their number. word2vec.c and gensim give each of them the whole update. For ``cbow_mean=1`` alone, and to be
        used with a larger ``alpha``, since what it divides is most of every step; see ``docs/tuning.md`` for what was
        measured. (Not in gensim.)

    Attributes
    ----------
    wv : KeyedVectors
        The vectors.
    syn1neg : float32 array (V, vector_size)
        Output weights of negative sampling; only if ``negative``.
    syn1 : float32 array (V, vector_size)
        Output weights of hierarchical softmax, a row an inner node of the Huffman tree; only if ``hs``.
    history : list of dict
        A row an epoch: epoch, alpha_start, alpha_end, loss (mean of a positive pair, None if not computed),
        words_read, words_trained, words_subsampled, words_unknown, seconds; with ``train(validation=…)`` also
        validation_loss. Shows itself as a table, of which ``pandas.DataFrame(model.history)`` makes one of pandas'.
        (Not in gensim.)

    Examples
    --------
    >>> from npw2v import Word2Vec
    >>> sentences = [["cat", "say", "meow"], ["dog", "say", "woof"]]
    >>> model = Word2Vec(sentences, vector_size=10, min_count=1)
    >>> model.wv["cat"].shape
    (10,)
    >>> model.train(sentences, total_examples=model.corpus_count, epochs=3)[1]
    18
    """

    def __init__(
        self,
        sentences: Corpus | None = None,
        corpus_file: PathLike | None = None,
        vector_size: int = 100,
        alpha: float = 0.025,
        window: int = 5,
        min_count: int = 5,
        max_vocab_size: int | None = None,
        sample: float = 1e-3,
        seed: int | None = 1,
        workers: int = 3,
        min_alpha: float = 0.0001,
        sg: int = 0,
        hs: int = 0,
        negative: int = 5,
        ns_exponent: float = 0.75,
        cbow_mean: int = 1,
        hashfxn: Callable[[Any], int] = hash,
        epochs: int = 5,
        null_word: int = 0,
        trim_rule: TrimRule | None = None,
        sorted_vocab: int = 1,
        batch_words: int = MAX_WORDS_IN_BATCH,
        compute_loss: bool = False,
        callbacks: Iterable[Any] = (),
        comment: str | None = None,
        max_final_vocab: int | None = None,
        shrink_windows: bool = True,
        *,
        progress: bool | None = None,
        kernel: str = "blocks",
        lanes: int = 1,
        cbow_exact: bool = False,
    ) -> None:
        self.vector_size = self.layer1_size = operator.index(vector_size)
        self.alpha, self.min_alpha, self.min_alpha_yet_reached = float(alpha), float(min_alpha), float(alpha)
        self.window, self.shrink_windows = int(window), bool(shrink_windows)
        self.min_count, self.effective_min_count = min_count, min_count
        self.max_vocab_size, self.max_final_vocab, self.sorted_vocab = max_vocab_size, max_final_vocab, sorted_vocab
        self.sample, self.ns_exponent, self.null_word = sample, ns_exponent, null_word
        self.seed: int | None = secrets.randbits(32) if seed is None else operator.index(seed)
        self.workers, self.epochs, self.batch_words = int(workers), epochs, batch_words
        self.sg, self.hs, self.negative, self.cbow_mean = int(sg), int(hs), int(negative), int(cbow_mean)
        self.hashfxn, self.comment, self.progress, self.kernel = hashfxn, comment, progress, kernel
        self.lanes = int(lanes)
        self.cbow_exact = bool(cbow_exact)
        self.compute_loss, self.running_training_loss = bool(compute_loss), 0.0
        self.corpus_count = self.corpus_total_words = self.train_count = 0
        self.total_train_time = 0.0
        self.raw_vocab: dict[Any, int] | None = None
        self.cum_table: NDArray[np.uint32] | None = None
        self.history: list[dict[str, Any]] = History()
        self.lifecycle_events = []
        vars(self)["load"] = load_of_an_instance
        self._scan: tuple[Scan, Corpus | PathLike | None, Snapshot | None] | None = None
        self._keep_scan = False
        check_parameters(self._settings())
        self.wv = KeyedVectors(self.vector_size)
        self.wv.vectors_lockf = np.ones(1, np.float32)

        if sentences is _FROM_A_FILE:
            return
        if sentences is not None or corpus_file is not None:
            self._build_and_train(sentences, corpus_file, trim_rule, callbacks)
        elif trim_rule is not None or callbacks:
            logger.warning(
                "trim_rule and callbacks are not stored in the model: without a corpus in the constructor they are "
                "ignored. Give trim_rule to build_vocab() and callbacks to train()."
            )
        self.add_lifecycle_event("created", params=str(self))

    @cached_property
    def random(self) -> np.random.RandomState:
        """Random numbers of the model's seed: what ``kernel="replay"`` and single batches draw from."""
        return np.random.RandomState(self.seed)

    def _build_and_train(
        self,
        sentences: Corpus | None,
        corpus_file: PathLike | None,
        trim_rule: TrimRule | None,
        callbacks: Iterable[Any],
    ) -> None:
        """Build the vocabulary and train, reading the corpus once for both."""
        check_corpus(sentences, corpus_file, passes=self.epochs + 1)
        self._keep_scan = not self._trains_in_batches(corpus_file)
        try:
            self.build_vocab(sentences, corpus_file, trim_rule=trim_rule)
            self.train(
                sentences,
                corpus_file,
                total_examples=self.corpus_count,
                total_words=self.corpus_total_words,
                epochs=self.epochs,
                start_alpha=self.alpha,
                end_alpha=self.min_alpha,
                compute_loss=self.compute_loss,
                callbacks=callbacks,
            )
        finally:
            self._keep_scan = False
            self._drop_scan()

    # ---------------------------------------------------------------- vocabulary

    def build_vocab(
        self,
        corpus_iterable: Corpus | None = None,
        corpus_file: PathLike | None = None,
        update: bool = False,
        progress_per: int = 10000,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        **kwargs: Any,
    ) -> None:
        """Build the vocabulary from a corpus.

        Parameters
        ----------
        corpus_iterable : iterable of lists of str, optional
            The corpus, which may be a generator.
        corpus_file : path, optional
            Or a plain text file, a sentence a line.
        update : bool
            Add the corpus's new words to the vocabulary; otherwise start a fresh one.
        progress_per : int
            Log progress every this many sentences.
        keep_raw_vocab : bool
            Keep ``raw_vocab``, the counts before trimming.
        trim_rule : callable, optional
            See :mod:`npw2v.vocabulary.selection`.
        **kwargs : Any
            ``min_count``, ``sample`` and ``dry_run`` for :meth:`prepare_vocab`.

        Raises
        ------
        TypeError
            No corpus, two corpora, or one that cannot be iterated.
        RuntimeError
            ``update`` without a vocabulary.

        Notes
        -----
        If anything raises, the corpus included, the model stays as it was.

        Of text in files of up to 1 GB the ids are kept for the next :meth:`train`, which reads the files again only if
        they have changed: four bytes a word in memory or, beyond 16 MB, in a temporary file.
        """
        check_corpus(corpus_iterable, corpus_file, passes=1)
        self._check_update(update)
        with building.all_or_nothing(self, self.wv):
            self.corpus_total_words, self.corpus_count = self.scan_vocab(
                corpus_iterable, corpus_file, progress_per, trim_rule=trim_rule
            )
            report = self.prepare_vocab(update=update, keep_raw_vocab=keep_raw_vocab, trim_rule=trim_rule, **kwargs)
            self.estimate_memory(vocab_size=report["num_retained_words"])
            if kwargs.get("dry_run"):
                return
            self.prepare_weights(update=update)
        self.add_lifecycle_event("build_vocab", update=bool(update), trim_rule=str(trim_rule))

    def build_vocab_from_freq(
        self,
        word_freq: Mapping[Any, int],
        keep_raw_vocab: bool = False,
        corpus_count: int | None = None,
        trim_rule: TrimRule | None = None,
        update: bool = False,
    ) -> None:
        """Build the vocabulary from word counts instead of a corpus.

        Parameters
        ----------
        word_freq : mapping of word to count
            In the order that the words shall have before they are sorted.
        corpus_count : int, optional
            Number of sentences, for ``corpus_count``.
        keep_raw_vocab, update : bool
            As for :meth:`build_vocab`.
        trim_rule : callable, optional
            As for :meth:`build_vocab`.
        """
        logger.info("Processing provided word frequencies")
        logger.info(
            "collected %i unique word types, with total frequency of %i", len(word_freq), sum(word_freq.values())
        )
        self._check_update(update)
        with building.all_or_nothing(self, self.wv):
            self.corpus_count = 0 if corpus_count is None else corpus_count
            self.raw_vocab = dict(word_freq)
            report = self.prepare_vocab(keep_raw_vocab=keep_raw_vocab, trim_rule=trim_rule, update=update)
            self.estimate_memory(vocab_size=report["num_retained_words"])
            self.prepare_weights(update=update)

    def _check_update(self, update: bool) -> None:
        if update and not len(self.wv.vectors):
            raise RuntimeError(
                "update=True extends a vocabulary, but there is none: call build_vocab() without update first"
            )

    def scan_vocab(
        self,
        corpus_iterable: Corpus | None = None,
        corpus_file: PathLike | None = None,
        progress_per: int = 10000,
        workers: int | None = None,
        trim_rule: TrimRule | None = None,
    ) -> tuple[int, int]:
        """Count the words of a corpus into ``raw_vocab``; ``workers`` is kept for gensim's sake.

        Returns
        -------
        total_words, corpus_count : int
            Words and sentences of the corpus.
        """
        self._drop_scan()
        corpus = open_corpus(corpus_iterable, corpus_file)
        before = None if self._trains_in_batches(corpus_file) else snapshot_of(corpus)
        scan = scan_corpus(
            corpus,
            max_vocab_size=self.max_vocab_size,
            trim_rule=trim_rule,
            progress_per=progress_per,
            keep_ids=self._keep_scan or before is not None,
            processes=reading_processes(self.workers, shareable_bytes(corpus)),
        )
        self.raw_vocab = scan.raw_vocab
        if scan.can_encode:
            source = corpus_file if corpus_iterable is None else corpus_iterable
            self._scan = scan, source if self._keep_scan else None, before
        return scan.total_words, scan.corpus_count

    def _drop_scan(self) -> None:
        if self._scan is not None:
            self._scan[0].close()
            self._scan = None

    def prepare_vocab(
        self,
        update: bool = False,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        min_count: int | None = None,
        sample: float | None = None,
        dry_run: bool = False,
    ) -> dict[str, int]:
        """Choose the vocabulary from ``raw_vocab``, and how its words are subsampled.

        Parameters
        ----------
        update, keep_raw_vocab : bool
            As for :meth:`build_vocab`.
        trim_rule : callable, optional
            As for :meth:`build_vocab`.
        min_count : int, optional
            Replaces the model's own.
        sample : float, optional
            Replaces the model's own.
        dry_run : bool
            Only report what would happen.

        Returns
        -------
        dict of str to int
            drop_unique, retain_total, downsample_unique, downsample_total, num_retained_words.
        """
        if self.raw_vocab is None:
            raise RuntimeError("no words were counted yet: call build_vocab() or scan_vocab() first")
        min_count = self.min_count if min_count is None else min_count
        sample = self.sample if sample is None else sample
        counts = self.wv.expandos.get("count", np.zeros(0, np.int64))
        prepared = building.prepare(
            self.raw_vocab,
            (self.wv.key_to_index, np.asarray(counts)) if update else None,
            min_count=min_count,
            max_final_vocab=self.max_final_vocab,
            trim_rule=trim_rule,
            sample=sample or 0,
        )
        logger.info("Updating model with new vocabulary" if update else "Creating a fresh vocabulary")
        words, occurrences, downsampling = prepared.messages()
        self.add_lifecycle_event("prepare_vocab", msg=words)
        self.add_lifecycle_event("prepare_vocab", msg=occurrences)
        if not dry_run and not keep_raw_vocab:
            logger.info("deleting the raw counts dictionary of %i items", len(self.raw_vocab))
        logger.info("sample=%g downsamples %i most-common words", sample or 0, prepared.downsample_unique)
        self.add_lifecycle_event("prepare_vocab", msg=downsampling)
        if not dry_run:
            if not update:
                self.min_count, self.sample = min_count, sample
            self._adopt(prepared)
            if not keep_raw_vocab:
                self.raw_vocab = {}
        return prepared.report()

    def _adopt(self, prepared: building.PreparedVocabulary) -> None:
        """Make the chosen words the vocabulary, with their counts and subsampling thresholds."""
        wv, fresh = self.wv, isinstance(prepared.chosen, Selection)
        if fresh:  # what was known of the rows was about other words
            wv.vectors, wv.vectors_lockf = np.zeros((0, self.vector_size), np.float32), np.ones(1, np.float32)
            wv.expandos = {}
        wv.index_to_key, sample_int = prepared.entries(wv.index_to_key, wv.expandos.get("sample_int"))
        wv.key_to_index = {word: row for row, word in enumerate(wv.index_to_key)}
        wv.expandos = {**wv.expandos, "count": prepared.chosen.counts, "sample_int": sample_int}
        self.effective_min_count = prepared.chosen.effective_min_count
        if self.null_word:
            self.add_null_word()
        if self.sorted_vocab and fresh:
            wv.sort_by_descending_frequency()
        if self.hs:
            self.create_binary_tree()
        if self.negative:
            self.make_cum_table()

    def add_null_word(self) -> None:
        r"""Append the word ``"\0"`` to the vocabulary unless it is there. It is for padding; its count is 1."""
        wv = self.wv
        if "\0" not in wv.key_to_index:
            wv.key_to_index["\0"] = len(wv.index_to_key)
            wv.index_to_key.append("\0")
            wv.allocate_vecattrs()
            wv.expandos["count"][-1], wv.expandos["sample_int"][-1] = 1, KEEP_ALWAYS

    def make_cum_table(self, domain: int = 2**31 - 1) -> None:
        """Set ``cum_table``, the cumulative noise distribution scaled to ``domain``."""
        self.cum_table = noise_cumulative(np.asarray(self.wv.expandos["count"]), self.ns_exponent, domain)

    def create_binary_tree(self) -> None:
        """Give every word its Huffman path from the words' counts: the vectors' attributes ``point`` and ``code``."""
        logger.info("constructing a huffman tree from %i words", len(self.wv))
        paths = huffman_paths(np.asarray(self.wv.expandos["count"]))
        depth = int(np.diff(paths.offsets).max(initial=0))
        logger.info("built huffman tree with maximum node depth %i", depth)
        self.wv.expandos["point"], self.wv.expandos["code"] = paths.split()

    def estimate_memory(self, vocab_size: int | None = None, report: dict[str, int] | None = None) -> dict[str, int]:
        """Estimate the bytes that the model takes, by part, for ``vocab_size`` words (default: the vocabulary's)."""
        words = len(self.wv) if vocab_size is None else vocab_size
        report = {} if report is None else report
        for part, size in building.memory_estimate(
            words, self.vector_size, self.layer1_size, hs=bool(self.hs), negative=bool(self.negative)
        ).items():
            report[part] = size
        report["total"] = sum(report.values())
        logger.info(
            "estimated required memory for %i words and %i dimensions: %i bytes",
            *(words, self.vector_size, report["total"]),
        )
        return report

    def prepare_weights(self, update: bool = False) -> None:
        """Start the weights afresh, or (``update``) extend them to a grown vocabulary."""
        if update:
            self.update_weights()
        else:
            self.init_weights()

    def init_weights(self) -> None:
        """Reset all weights to their start: small pseudo-random vectors (gensim's for the same seed), zero outputs."""
        logger.info("resetting layer weights")
        self.wv.vectors = np.zeros((0, self.vector_size), np.float32)
        self.wv.resize_vectors(seed=self._settings().seed)
        if self.hs:
            self.syn1 = np.zeros((len(self.wv), self.layer1_size), np.float32)
        if self.negative:
            self.syn1neg = np.zeros((len(self.wv), self.layer1_size), np.float32)

    def update_weights(self) -> None:
        """Add rows for the words that joined the vocabulary; the others keep theirs."""
        self._check_update(True)
        logger.info("updating layer weights")
        words = len(self.wv)
        self.wv.resize_vectors(seed=self._settings().seed)
        if self.hs:
            self.syn1 = building.grown(self.syn1, words, self.layer1_size)
        if self.negative:
            self.syn1neg = building.grown(self.syn1neg, words, self.layer1_size)
        self.wv.vectors_lockf = building.grown_locks(self.wv.vectors_lockf, words)

    def reset_from(self, other_model: Word2Vec) -> None:
        """Share the vocabulary of ``other_model`` and start the weights afresh.

        Raises
        ------
        AttributeError
            That is no model. This one stays as it was.
        """
        if not (hasattr(other_model, "wv") and hasattr(other_model, "cum_table")):
            raise AttributeError(f"expected a model to share the vocabulary of, got {described(other_model)}")
        with building.all_or_nothing(self, self.wv):
            self.wv = KeyedVectors(self.vector_size)
            self.wv.vectors_lockf = np.ones(1, np.float32)
            self.wv.index_to_key, self.wv.key_to_index = other_model.wv.index_to_key, other_model.wv.key_to_index
            self.wv.expandos = other_model.wv.expandos
            self.cum_table, self.corpus_count = other_model.cum_table, other_model.corpus_count
            self.init_weights()

    # ---------------------------------------------------------------- training

    def train(
        self,
        corpus_iterable: Corpus | None = None,
        corpus_file: PathLike | None = None,
        total_examples: int | None = None,
        total_words: int | None = None,
        epochs: int | None = None,
        start_alpha: float | None = None,
        end_alpha: float | None = None,
        word_count: int = 0,
        queue_factor: int = 2,
        report_delay: float = 1.0,
        compute_loss: bool = False,
        callbacks: Iterable[Any] = (),
        *,
        progress: bool | None = None,
        validation: Corpus | None = None,
        patience: int | None = None,
        checkpoint: PathLike | None = None,
        checkpoint_every: Every = None,
    ) -> tuple[int, int]:
        """Train on a corpus, which is encoded as ids.

        Lists, tuples, arrays, files and the corpora of this package are read once. Another iterable may yield other
        sentences each time, such as random walks drawn anew: it is read again for every epoch, unless its class sets
        ``same_every_pass = True`` beside its ``__iter__``.

        Parameters
        ----------
        corpus_iterable : iterable of lists of str, optional
        corpus_file : str or path, optional
            One of them.
        total_examples, total_words : int, optional
            Sentences or words in the corpus, for the learning-rate schedule; one must be given. They are
            ``model.corpus_count`` and ``model.corpus_total_words`` for the corpus of :meth:`build_vocab`.
        epochs : int
            Passes over the corpus; must be given, usually ``model.epochs``. An iterator such as ``itertools.chain``
            serves the first of them only, after a warning.
        start_alpha, end_alpha : float, optional
            Learning rates for this call; the model keeps its own.
        word_count, queue_factor : int
            Kept for gensim's sake; there is no queue.
        report_delay : float
            Seconds between log lines.
        compute_loss : bool
            Whether to compute the loss.
        callbacks : iterable
            See :class:`npw2v.CallbackAny2Vec`; one of them can end training early.
        progress : bool, optional
            Show a progress bar; None for the model's own setting. (Not in gensim.)
        validation : iterable of lists of str, optional
            Held-out sentences, read once: after each epoch ``history`` gets their loss, ``validation_loss``, the mean
            of a positive pair as in training, with the same draws in every epoch. It changes nothing of what is
            trained. It takes this process the time of an epoch of them, without updates. Every kernel and subclass
            gets the loss of ``kernel="blocks"``, of its weights as they are. (Not in gensim.)
        patience : int, optional
            End training when the validation loss has not been lower than before for so many epochs. However training
            ends, other than by an exception, the weights are those of the epoch with the lowest; ``on_train_end``
            finds them. Takes the memory of one more copy of the weights, and room for it in checkpoints. (Not in
            gensim.)
        checkpoint : path, optional
            Write the model and how far training is to this file now and then; :meth:`resume` goes on from there. A
            file that is there is replaced as soon as training begins, each time only when the new one is complete.
            (Not in gensim.)
        checkpoint_every : str or float, optional
            How often: seconds, or an amount with its unit, such as ``"10 min"``, ``"5_000_000 words"`` (of the
            vocabulary) or ``"1 epoch"``. None for a minute, and longer where writing would take more than 1 % of the
            time. With ``kernel="replay"``, and as long as the sentences of each epoch are others, checkpoints are
            written between epochs only. (Not in gensim.)

        Returns
        -------
        trained, read : int
            Words trained, without unknown and subsampled ones, and words read, over all epochs that were run.

        Raises
        ------
        TypeError
            No corpus, two corpora, one that cannot be iterated, or sentences that are strings.
        ValueError
            No totals, no epochs, or parameters or weights that cannot be trained with; a checkpoint of a class with a
            ``_do_train_job`` of its own.
        RuntimeError
            No vocabulary, or vectors without output weights.
        OSError
            A checkpoint cannot be written; the one before is still there.
        npw2v.TrainingError
            The weights diverged, or a worker died.
        """
        called, settings, totals = Callbacks(callbacks), self._settings(), (total_examples, total_words)
        check_training(settings, len(self.wv.key_to_index), len(self.wv.vectors))
        passes = check_totals(epochs, *totals)
        self._check_weights(settings)
        served = epochs_served(corpus_iterable, passes)
        check_corpus(corpus_iterable, corpus_file, passes=served)
        if corpus_file is not None and not total_words:
            raise ValueError("corpus_file needs total_words, too, usually total_words=model.corpus_total_words")
        alpha = as_rate(self.alpha if start_alpha is None else start_alpha, "start_alpha")
        if alpha > self.min_alpha_yet_reached:
            logger.warning("Effective 'alpha' higher than previous training cycles")
        schedule = Schedule(alpha, as_rate(self.min_alpha if end_alpha is None else end_alpha, "end_alpha"), passes)
        bar, delay = self.progress if progress is None else progress, as_number(report_delay, "report_delay")
        judged = Judged.by(validation, patience)
        run = Run(served, schedule, totals, corpus_file is not None, checkpoint_every, judged)
        path = self._checkpoint_path(checkpoint, run, corpus_iterable, corpus_file)
        begin = partial(self._begin, passes, compute_loss, called)
        judge = self._validation(validation, run)
        opened = self._session_kind(corpus_iterable, corpus_file, run)
        opening = opened(corpus_iterable, corpus_file, run, begin)
        return self._run(run, opening, called, judge, (bar, delay), path)

    def _run(
        self,
        run: Run,
        opening: AbstractContextManager[Session],
        called: Callbacks,
        judge: AbstractContextManager[Validation],
        shows: tuple[bool | None, float],
        checkpoint: str | None,
    ) -> tuple[int, int]:
        """Do what is left of a call of :meth:`train`, and return what that does.

        Parameters
        ----------
        run : Run
            Mutated as training goes on.
        opening : context manager
            Reads the corpus, and gives the session.
        called : Callbacks
        judge : context manager
            Gives what looks at held-out sentences.
        shows : tuple of bool or None, and float
            The progress bar and the seconds between log lines.
        checkpoint : str or None
            The file.
        """
        started = time.perf_counter() - run.seconds
        with (
            judge as validated,
            opening as session,
            Progress(session.words * run.epochs, run.epochs, *shows) as shown,
        ):
            saving = self._checkpoints(checkpoint, run, session, validated, called, started)
            shown.skip(session.words * run.epoch + session.sums.known)

            def on_part(part: PartReport) -> None:
                shown.part(part)
                saving.part(part, checkpoint is not None and session.resumable)

            # An epoch that had begun ends, whatever callbacks said.
            while run.epoch < run.epochs and (session.sums.parts or not (called.stop or validated.stop)):
                if not session.sums.parts:
                    called.call("on_epoch_begin", self)
                shown.begin(run.epoch, session.sums.known)
                report = validated.after(session.epoch(run.epoch, on_part))
                shown.end(report)
                run.count(report)
                self._note(report)
                called.call("on_epoch_end", self)
                saving.epoch()
            validated.restore()
        seconds = time.perf_counter() - started
        self.train_count += 1
        self.total_train_time += seconds
        self.add_lifecycle_event(
            "train",
            msg=f"training on {run.read} raw words ({run.trained} effective words) took {seconds:.1f}s, "
            f"{run.trained / max(seconds, 1e-9):.0f} effective words/s",
        )
        called.call("on_train_end", self)
        return run.trained, run.read

    def _checkpoint_path(
        self, checkpoint: PathLike | None, run: Run, corpus_iterable: Corpus | None, corpus_file: PathLike | None
    ) -> str | None:
        """Return where checkpoints go, if there are to be any and there can be."""
        Interval.of(run.every)
        if checkpoint is None:
            if run.every is not None:
                raise ValueError(f"checkpoint_every={run.every!r} needs checkpoint=, the path of a file to write")
            return None
        if self._trains_in_batches(corpus_file):
            if self._overrides_training():
                raise ValueError(
                    f"this {type(self).__name__} trains batches in a _do_train_job of its own, of which a checkpoint "
                    "would know nothing: train without checkpoint=, or give the corpus as corpus_file"
                )
            check_corpus(corpus_iterable, corpus_file, passes=run.epochs - run.epoch + 1)  # one to know it again by
        return check_path(checkpoint)

    def _validation(
        self, validation: Corpus | None, run: Run, best: Weights | None = None
    ) -> AbstractContextManager[Validation]:
        """Open what judges this model by held-out sentences, from where it had come to."""
        given = self._settings(), self.wv.key_to_index, self._weights, self._vocabulary_tables
        return open_validation(validation, run.judged, best, *given, run.note())

    def _checkpoints(
        self,
        path: str | None,
        run: Run,
        session: Session,
        validated: Validation,
        called: Callbacks,
        started: float,
    ) -> Checkpoints:
        """Make what writes checkpoints of this model while it is trained."""

        def write(path: str) -> None:
            if not self._weights().finite():  # the checkpoint before may be good
                raise diverged(session.sums.alpha or self.min_alpha_yet_reached)
            begun = session.begun()
            now = replace(run, begun=begun, stop=called.stop, seconds=time.perf_counter() - started)
            arrays = {**validated.arrays(), **begun.arrays}
            state = replace(self._to_state(()), training=now.as_dict(), training_arrays=arrays)
            try:
                write_model(path, state)
            except OSError as error:
                raise cannot_write(error) from error
            logger.info("wrote checkpoint %s: epoch %i, part %i", path, run.epoch, session.sums.parts)

        saving = Checkpoints(Interval.of(run.every), None if path is None else partial(write, path))
        if path is not None and run.begun is None and os.path.exists(path):
            saving.now()  # else resume() might go on with what was trained before
        return saving

    @classmethod
    def resume(
        cls: type[Self],
        checkpoint: PathLike,
        corpus_iterable: Corpus | None = None,
        corpus_file: PathLike | None = None,
        *,
        workers: int | None = None,
        callbacks: Iterable[Any] = (),
        progress: bool | None = None,
        report_delay: float = 1.0,
        validation: Corpus | None = None,
        checkpoint_every: Every = None,
    ) -> Self:
        """Go on with a call of :meth:`train` that was interrupted, from its latest checkpoint. (Not in gensim.)

        The model has the same bytes as if nothing had happened, on the same machine with the same versions of npw2v and
        NumPy. The versions are in the checkpoint. With others training goes on after a warning, its bytes may be
        others; a checkpoint is refused only if a newer npw2v wrote it in a form that this one does not know. Further
        checkpoints go to the same file. To see the model as of the checkpoint, :meth:`load` it.

        Parameters
        ----------
        checkpoint : path
            The file that ``train(checkpoint=...)`` wrote.
        corpus_iterable : iterable of lists of str, optional
        corpus_file : str or path, optional
            The corpus that was trained, in one of the two forms; with ``kernel="replay"`` in the same one. An iterable
            that yields other sentences each time is not known again: training goes on with those that it yields now.
        workers : int, optional
            Processes to train with from now on; None for as many as before.
        callbacks : iterable
            See :class:`npw2v.CallbackAny2Vec`: callbacks are not stored. ``on_train_begin`` is called, as these have
            not begun yet; ``on_epoch_begin`` only for epochs that had not begun.
        progress : bool, optional
            Show a progress bar; None for the model's own setting.
        report_delay : float
            Seconds between log lines.
        validation : iterable of lists of str, optional
            The same held-out sentences as before, if there were any. ``patience`` is that of before.
        checkpoint_every : str or float, optional
            How often to write checkpoints from now on; None for as often as before.

        Returns
        -------
        Word2Vec
            The trained model.

        Raises
        ------
        FileNotFoundError
            There is no such file: training had not come to its first checkpoint.
        npw2v.FormatError
            The file is damaged, of a newer version, or no checkpoint.
        ValueError
            Another corpus than the one that was trained, or another one to validate on.
        TypeError
            No corpus, two corpora, or one that cannot be iterated.

        Examples
        --------
        >>> import os, tempfile
        >>> from npw2v import CallbackAny2Vec, Word2Vec
        >>> sentences = [["cat", "say", "meow"], ["dog", "say", "woof"]] * 50
        >>> class PullThePlug(CallbackAny2Vec):
        ...     def on_epoch_end(self, model):
        ...         if len(model.history) == 3:
        ...             raise KeyboardInterrupt
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = os.path.join(folder.name, "training.npw2v")
        >>> model = Word2Vec(vector_size=10, min_count=1)
        >>> model.build_vocab(sentences)
        >>> try:
        ...     _ = model.train(sentences, total_examples=100, epochs=5, callbacks=[PullThePlug()],
        ...                     checkpoint=path, checkpoint_every="1 epoch")
        ... except KeyboardInterrupt:
        ...     print(len(Word2Vec.load(path).history), "epochs are safe")
        2 epochs are safe
        >>> len(Word2Vec.resume(path, sentences).history)
        5
        >>> folder.cleanup()
        """
        called, path = Callbacks(callbacks), check_path(checkpoint)
        check_corpus(corpus_iterable, corpus_file, passes=1)
        state = read_model_state(path)
        run = Run.from_dict(state.training, path)
        with whole(path):
            model = cls._from_state(state)
        model.workers = model.workers if workers is None else operator.index(workers)
        run.every = run.every if checkpoint_every is None else checkpoint_every
        with whole(path):
            model._check_trainable()
        model._check_resumed(run, corpus_file is not None, validation is not None)
        best = best_weights(state.training_arrays, run.judged, model._weights(), path)
        if run.begun is not None:
            run.begun = run.begun.with_last(state.training_arrays, model._weights(), path)
        if run.note():
            logger.warning("the bytes may be others than those of training without a break%s", run.note())
        model._checkpoint_path(path, run, corpus_iterable, corpus_file)
        model.add_lifecycle_event("resumed", fname=path)
        called.stop = run.stop
        bar, delay = model.progress if progress is None else progress, as_number(report_delay, "report_delay")
        begin = partial(called.call, "on_train_begin", model)
        judge = model._validation(validation, run, best)
        del state, best
        opened = model._session_kind(corpus_iterable, corpus_file, run)
        opening = opened(corpus_iterable, corpus_file, run, begin)
        model._run(run, opening, called, judge, (bar, delay), path)
        return model

    def _check_trainable(self) -> None:
        """Raise if this is no model to train."""
        settings = self._settings()
        check_training(settings, len(self.wv.key_to_index), len(self.wv.vectors))
        self._check_weights(settings)

    def _check_resumed(self, run: Run, from_file: bool, validates: bool) -> None:
        """Raise if training cannot go on so."""
        if validates != (run.judged is not None):
            began = "with" if run.judged is not None else "without"
            raise ValueError(f"training began {began} validation=, and its history has to go on so")
        if self.kernel == "replay" and from_file != run.from_file:
            given = "corpus_file" if run.from_file else "an iterable"
            raise ValueError(f'training with kernel="replay" began with {given}: give the corpus in that form')

    def _begin(self, epochs: int, compute_loss: bool, callbacks: Callbacks) -> None:
        """Note that training begins, now that nothing of what was given has turned out wrong."""
        self.epochs, self.compute_loss, self.running_training_loss = epochs, bool(compute_loss), 0.0
        self.add_lifecycle_event("train", msg=self._summary())
        callbacks.call("on_train_begin", self)

    def _note(self, report: EpochReport) -> None:
        """Keep the figures of an epoch that has been trained."""
        self.running_training_loss = report.running_loss(self.running_training_loss)
        self.min_alpha_yet_reached = report.alpha_end
        self.history.append({**report.row(), "epoch": len(self.history)})
        self.wv.norms = None

    def _session_kind(
        self, sentences: Corpus | None, corpus_file: PathLike | None, run: Run
    ) -> Callable[..., AbstractContextManager[Session]]:
        """Return what opens the session of a call of :meth:`train`."""
        if self._trains_in_batches(corpus_file):
            return self._batch_session
        last = run.epochs - run.epoch <= 1
        return self._block_session if last or sentences is None or same_every_pass(sentences) else self._reread_session

    @contextmanager
    def _block_session(
        self,
        sentences: Corpus | None,
        corpus_file: PathLike | None,
        run: Run,
        begin: Callable[[], None],
    ) -> Iterator[Session]:
        """Train in npw2v's own way on a corpus that is read once."""
        with self._pass(sentences, corpus_file, run, range(run.epoch, run.epochs), run.begun, begin) as session:
            yield session

    @contextmanager
    def _reread_session(
        self,
        sentences: Corpus | None,
        corpus_file: PathLike | None,
        run: Run,
        begin: Callable[[], None],
    ) -> Iterator[Session]:
        """Train in npw2v's own way, and read the corpus again for every epoch after the first."""

        def again(epoch: int) -> AbstractContextManager[BlockSession]:
            self._check_weights(self._settings())  # callbacks may be at them
            return self._pass(sentences, corpus_file, run, range(epoch, epoch + 1), None, lambda: None)

        with ExitStack() as passes:
            epochs = range(run.epoch, run.epoch + 1)
            first = passes.enter_context(self._pass(sentences, corpus_file, run, epochs, run.begun, begin))
            yield RereadSession(passes, first, again)

    @contextmanager
    def _pass(
        self,
        sentences: Corpus | None,
        corpus_file: PathLike | None,
        run: Run,
        epochs: range,
        begun: Begun | None,
        begin: Callable[[], None],
    ) -> Iterator[BlockSession]:
        """Read the corpus while worker processes start, begin, and open a session of these epochs."""
        words = self.corpus_total_words if run.totals[1] is None else run.totals[1]
        with (
            WorkerProcesses(early_workers(self.workers, self.vector_size, words, len(epochs))) as backend,
            self._encoded(sentences, corpus_file) as corpus,
        ):
            size = corpus.sentences, corpus.raw_words
            warn_of_other_totals(*size, *run.totals)
            if begun is not None and begun.corpus:
                found = fingerprint(corpus.ids, corpus.offsets, corpus.raw_words)
                check_same("corpus", begun.corpus, found, run.note())
            begin()
            schedule = replace(run.schedule, pace=pace(*size, *run.totals), stair=stair(self.batch_words, size[1]))
            seed = self._settings().seed, self.train_count
            with self._session(corpus, schedule, seed, backend, begun, epochs) as session:
                yield session

    @contextmanager
    def _session(
        self,
        corpus: EncodedCorpus,
        schedule: Schedule,
        seed: tuple[int, ...],
        backend: Backend,
        begun: Begun | None = None,
        epochs: range | None = None,
    ) -> Iterator[BlockSession]:
        """Hand the weights to the workers and take them back at the end, also when it is an exception."""
        weights, tables, shared = self._weights(), self._vocabulary_tables(), False
        given = tables, corpus, schedule, seed, backend, begun, epochs
        try:
            with open_session(self._settings(), weights, *given) as session:
                del tables, given
                shared = session.shared
                self._set_weights(weights)
                yield session
        finally:
            if shared:  # what the workers shared goes with them
                self._set_weights(self._weights().copied())
            self.wv.norms = None

    @contextmanager
    def _batch_session(
        self,
        sentences: Corpus | None,
        corpus_file: PathLike | None,
        run: Run,
        begin: Callable[[], None],
    ) -> Iterator[Session]:
        """Train batch by batch, in gensim's order: begin, and read the corpus again in every epoch."""
        schedule, totals = run.schedule, run.totals

        @cache
        def printed() -> dict[str, Any]:
            if sentences is not None and not same_every_pass(sentences):
                return {}
            with encode_corpus(open_corpus(sentences, corpus_file), self.wv.key_to_index) as corpus:
                return fingerprint(corpus.ids, corpus.offsets, corpus.raw_words)

        if run.begun is not None:
            check_same("corpus", run.begun.corpus, printed(), run.note())
        begin()

        def batches(epoch: int) -> Iterator[tuple[BatchReport, float]]:
            if sentences is None:
                epochs: Iterator[tuple[BatchReport, float]]
                epochs = self._scalar_trainer().file_epoch(corpus_file, epoch, schedule, *totals)
                return epochs
            train = self._batch_trainer()
            return train_sentences(sentences, schedule, epoch, totals, self.batch_words, train, self._raw_word_count)

        words = self.corpus_total_words if totals[1] is None else totals[1]
        yield BatchSession(batches, self._weights, schedule, words, self.compute_loss, printed)

    def _trains_in_batches(self, corpus_file: PathLike | None) -> bool:
        """Whether ``_do_train_job`` replays or is somebody else's, whom gensim asks about iterables alone."""
        return self.kernel == "replay" or (corpus_file is None and self._overrides_training())

    def _overrides_training(self) -> bool:
        """Whether the model's class, or somebody for this model alone, has overridden ``_do_train_job``."""
        return getattr(self._do_train_job, "__func__", None) is not Word2Vec._do_train_job

    def _batch_trainer(self) -> Callable[[list[Sequence[Any]], float], BatchReport]:
        """Return what trains a batch with a learning rate."""
        if not self._overrides_training():
            trainer = self._scalar_trainer()
            return lambda batch, alpha: replace(trainer.batch(batch, alpha), read=self._raw_word_count(batch))
        inits = self._get_thread_working_mem()

        def train(batch: list[Sequence[Any]], alpha: float) -> BatchReport:
            trained, read = self._do_train_job(batch, alpha, inits)
            return BatchReport(read, trained)

        return train

    def _scalar_trainer(self) -> Any:
        """Make what trains in gensim's order; the weights become whole float32 rows, if they are not."""
        from npw2v.training.replay.scalar import Trainer  # few programs need it, and SciPy's BLAS takes time

        wv, weights = self.wv, self._weights()
        if self.negative and self.cum_table is None:
            self.make_cum_table()
        trainer = Trainer(
            self._settings(),
            weights,
            wv.key_to_index,
            self.random,
            wv.expandos["sample_int"].tolist() if self.sample else None,
            np.asarray(self.cum_table).tolist() if self.negative else [],
            (wv.expandos["point"], wv.expandos["code"]) if self.hs else None,
        )
        self._set_weights(weights)
        return trainer

    def _do_train_job(self, sentences: list[Sequence[Any]], alpha: float, inits: tuple[Any, Any]) -> tuple[int, int]:
        """Train one batch, with the model's kernel; for subclasses to override, or to call with sentences of their own.

        Parameters
        ----------
        sentences : list of lists of words
        alpha : float
            Learning rate.
        inits : tuple of two float32 arrays (vector_size,)
            Scratch in gensim; not used here.

        Returns
        -------
        trained, read : int
            Words trained, without unknown and subsampled ones, and words read.
        """
        if self.kernel == "replay":
            batch = self._scalar_trainer().batch(sentences, alpha)
            if batch.losses:
                self.running_training_loss = running_loss(self.running_training_loss, batch.losses)
            return batch.trained, self._raw_word_count(sentences)
        # Each batch gets noise of its own by a number that is drawn for it, as gensim seeds each of its batches.
        seed = (self._settings().seed, self.train_count, *self.random.randint(0, 2**24, 2).tolist())
        with encode_corpus(sentences, self.wv.key_to_index) as corpus, WorkerProcesses() as backend:
            schedule = Schedule(alpha, alpha, 1, stair=stair(self.batch_words, corpus.raw_words))
            with self._session(corpus, schedule, seed, backend) as session:
                report = session.epoch(0, lambda part: None)
        self.running_training_loss += report.loss_sum
        return report.words_trained, self._raw_word_count(sentences)

    def _raw_word_count(self, job: Iterable[Any]) -> int:
        """Count the words of a batch."""
        return sum(map(len, job))

    def _get_thread_working_mem(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Make the ``inits`` of :meth:`_do_train_job`."""
        work, neu1 = np.zeros((2, self.layer1_size), np.float32)
        return work, neu1

    # ---------------------------------------------------------------- what training sees

    def _settings(self) -> Settings:
        """Return the parameters that training needs, as they are now; a seed is drawn if a program has set None."""
        if self.seed is None:
            self.seed = secrets.randbits(32)
        return settings_of({name: getattr(self, name) for name in _SETTINGS})

    def _weights(self) -> Weights:
        """Return the tables that training changes, without copying them."""
        return Weights(
            self.wv.vectors,
            locks=getattr(self.wv, "vectors_lockf", None),
            outputs=getattr(self, "syn1neg", None) if self.negative else None,
            nodes=getattr(self, "syn1", None) if self.hs else None,
        )

    def _set_weights(self, weights: Weights) -> None:
        """Put other tables in the place of those of :meth:`_weights`."""
        self.wv.vectors = weights.inputs
        if weights.outputs is not None:
            self.syn1neg = weights.outputs
        if weights.nodes is not None:
            self.syn1 = weights.nodes

    def _vocabulary_tables(self) -> VocabularyTables:
        """Return what training needs of the vocabulary."""
        words = self.wv.expandos
        if self.negative and self.cum_table is None:
            self.make_cum_table()
        return vocabulary_tables(
            words["count"],
            sample_int=words["sample_int"] if self.sample else None,
            cum_table=self.cum_table if self.negative else None,
            points=words["point"] if self.hs else None,
            codes=words["code"] if self.hs else None,
        )

    def _encoded(self, sentences: Corpus | None, corpus_file: PathLike | None) -> EncodedCorpus:
        """Encode the corpus: from the scan that build_vocab() made of it, or else by reading it."""
        corpus = open_corpus(sentences, corpus_file)
        if self._scan is not None:
            scan, source, before = self._scan
            same = source is not None and source is (corpus_file if sentences is None else sentences)
            same = same or (before is not None and before == snapshot_of(corpus))
            if same and scan.can_encode:
                with suppress(OSError):  # the temporary file is gone: some systems remove what has lain there for days
                    return scan.encode(self.wv.key_to_index)
            self._drop_scan()
        return encode_corpus(corpus, self.wv.key_to_index, reading_processes(self.workers, shareable_bytes(corpus)))

    def _check_weights(self, settings: Settings) -> None:
        """Raise if a program has replaced something that does not fit the rest."""
        wv = self.wv
        check_weights(settings, self._weights(), wv.key_to_index, len(wv.vectors), wv.expandos)

    def _summary(self) -> str:
        return (
            f"training model with {self.workers} workers on {len(self.wv)} vocabulary and {self.layer1_size} features, "
            f"using sg={self.sg} hs={self.hs} sample={self.sample} negative={self.negative} window={self.window} "
            f"shrink_windows={self.shrink_windows}"
        )

    def word_vectors(self, which: str = "center") -> KeyedVectors:
        """Return the vectors of words as centers, as contexts, or the sum of both. (Not in gensim.)

        Every word has two vectors: its own, ``wv``, and its output weights, which say what it is like to have the word
        beside one. The nearest center vectors are words of the same kind; the sum also draws words together that stand
        beside each other, as GloVe's published vectors do.

        Parameters
        ----------
        which : {"center", "context", "combined"}
            ``"center"`` is ``wv`` itself, ``"context"`` the output weights of negative sampling under the same keys,
            without a copy, and ``"combined"`` a new matrix, the sum of the two.

        Returns
        -------
        KeyedVectors
            With the counts of the words.

        Raises
        ------
        ValueError
            There are no such vectors: `which` is something else, or the model has no output weights of words.

        Examples
        --------
        >>> model = Word2Vec([["cat", "say", "meow"], ["dog", "say", "woof"]], vector_size=10, min_count=1)
        >>> combined, context = model.word_vectors("combined"), model.word_vectors("context")
        >>> bool((combined["cat"] == model.wv["cat"] + context["cat"]).all())
        True
        """
        if which not in ("center", "context", "combined"):
            raise ValueError(f"which must be 'center', 'context' or 'combined', got {which!r}")
        if which == "center":
            return self.wv
        outputs = getattr(self, "syn1neg", None) if self.negative else None
        if outputs is None:
            raise ValueError(
                f"this model has no {which} vectors: the output weights of negative sampling are not there (negative="
                f"{self.negative}; those of hierarchical softmax are of nodes, not of words)"
            )
        inputs = self.wv._to_state()
        chosen = np.asarray(outputs) if which == "context" else inputs.vectors + outputs
        count = {name: values for name, values in inputs.expandos.items() if name == "count"}
        return KeyedVectors._from_state(replace(inputs, vectors=chosen, expandos=count, attributes={}))

    def get_latest_training_loss(self) -> float:
        """Sum of the loss of all pairs in the latest call of :meth:`train`, if computed; see also ``history``."""
        return self.running_training_loss

    def score(
        self,
        sentences: Corpus,
        total_sentences: int = 1_000_000,
        chunksize: int = 100,
        queue_factor: int = 2,
        report_delay: float = 1,
    ) -> NDArray[np.float32]:
        """Log-probability of sentences under a model of hierarchical softmax.

        Parameters
        ----------
        sentences : iterable of lists of str
            Unknown words are left out.
        total_sentences : int
            At most so many are scored.
        chunksize, queue_factor, report_delay : number
            Kept for gensim's sake; there is no queue.

        Returns
        -------
        float32 array (sentences,)
            See :func:`npw2v.training.inference.score_sentences` for the equation.

        Raises
        ------
        RuntimeError
            The model has no vocabulary or no hierarchical softmax.
        """
        if not self.wv.key_to_index:
            raise RuntimeError("you must first build vocabulary before scoring new data: call build_vocab()")
        if not self.hs:
            raise RuntimeError("score() needs a model trained with hierarchical softmax: hs=1 and negative=0")
        if not hasattr(self, "syn1") or "point" not in self.wv.expandos:
            raise RuntimeError("score() needs trained output weights: build a vocabulary and train first")
        paths = HuffmanPaths.joined(self.wv.expandos["point"], self.wv.expandos["code"])
        rows, settings, started = self.wv.key_to_index, self._settings(), time.perf_counter()
        logger.info(
            "scoring sentences with %i workers on %i vocabulary and %i features, using sg=%s hs=%s sample=%s and "
            "negative=%s",
            *(1, len(self.wv), self.layer1_size, self.sg, self.hs, self.sample, self.negative),
        )
        scores = score_sentences(settings, self._weights(), paths, rows, sentences, total_sentences)
        seconds = time.perf_counter() - started
        logger.info(
            "scoring %i sentences took %.1fs, %.0f sentences/s", len(scores), seconds, len(scores) / max(seconds, 1e-9)
        )
        return scores

    def predict_output_word(
        self, context_words_list: Iterable[Any], topn: int | None = 10
    ) -> list[tuple[Any, np.float32]] | None:
        """Predict the center word of a window: the softmax of the context's mean (or sum) and the output weights.

        Parameters
        ----------
        context_words_list : iterable of words or rows
            Unknown words are ignored; None is returned if none is known.
        topn : int, optional
            How many words to return; None for all.

        Returns
        -------
        list of (word, probability), or None
            Most probable first.
        """
        if not self.negative:
            raise RuntimeError(
                "predict_output_word() needs output weights of negative sampling: train with negative > 0"
            )
        if not hasattr(self, "syn1neg"):
            raise RuntimeError("predict_output_word() needs trained output weights: build a vocabulary and train first")
        rows = [self.wv.get_index(word) for word in context_words_list if word in self.wv]
        if not rows:
            logger.warning("All the input context words are out-of-vocabulary for the current model.")
            return None
        probabilities = center_probabilities(self._weights(), rows, bool(self.cbow_mean))
        best = np.argsort(-probabilities, kind="stable")[: None if topn is None else max(topn, 0)]
        return [(self.wv.index_to_key[row], probabilities[row]) for row in best]

    # ---------------------------------------------------------------- files

    def save(
        self,
        fname_or_handle: Source,
        separately: Iterable[str] | None = None,
        sep_limit: int = 10 * 1024**2,
        ignore: Iterable[str] = frozenset(),
        pickle_protocol: int = 4,
    ) -> None:
        """Write the whole model to one file, from which :meth:`load` can go on training.

        Parameters
        ----------
        fname_or_handle : path or binary file
            A file is replaced only when the new one is complete.
        separately, sep_limit, pickle_protocol : object
            Kept for gensim's sake: there is always one file, and no pickle.
        ignore : iterable of str
            Names of attributes to leave out, of the model or its vectors.
        """
        self.add_lifecycle_event("saving", fname_or_handle=label(fname_or_handle))
        write_model(fname_or_handle, self._to_state(ignore))
        if self.hashfxn is not hash:
            logger.warning("not saving hashfxn: functions are not stored, and nothing uses it")

    @classmethod
    def load(cls: type[Self], fname: Source, mmap: str | None = None, rethrow: bool = False) -> Self:
        """Read a model that :meth:`save` wrote, or gensim's (from 0.12 on); nothing in the file is executed.

        Parameters
        ----------
        fname : path or binary file
            The file.
        mmap : {None, "r", "c"}
            Map the weights into memory instead of reading them. With ``"r"`` they cannot be trained. Of gensim's
            files, the arrays that lie in files of their own are mapped.
        rethrow : bool
            Kept for gensim's sake.

        Raises
        ------
        npw2v.FormatError
            The file is no model (then also an AttributeError, as in gensim), or is damaged. Of gensim's files, see
            :func:`npw2v.formats.gensim.read_state`.
        """
        state = read_model_state(fname, mmap)
        with whole(label(fname)):
            model = cls._from_state(state)
        model.add_lifecycle_event("loaded", fname=label(fname))
        return model

    def _to_state(self, ignore: Iterable[str]) -> ModelState:
        """Return the model as plain data, without the attributes to ignore."""
        ignored = set(ignore)
        kept = {name: value for name, value in vars(self).items() if name not in ignored}
        if isinstance(kept.get("history"), History):
            kept["history"] = list(kept["history"])
        words, tree = len(self.wv.index_to_key), kept.get("syn1")
        if tree is not None and len(tree) > words > 0:
            raise ValueError(
                f"the words have been replaced by {words:,}, fewer than the {len(tree):,} of the Huffman tree, which a "
                "file cannot hold: save model.wv, or leave the tree out with ignore=['syn1']"
            )
        outputs = kept.get("syn1neg")
        return ModelState(
            vectors=self.wv._to_state(ignored),
            attributes={name: value for name, value in kept.items() if name not in _STORED_APART},
            syn1=tree,
            syn1neg=outputs if outputs is None or not words else outputs[:words],
            raw_vocab=kept.get("raw_vocab"),
            random=kept.get("random"),
            ignored=[name for name in vars(self) if name in ignored - _STORED_APART],
        )

    @classmethod
    def _from_state(cls: type[Self], state: ModelState) -> Self:
        """Make a model of plain data. What a file of another version does not have is as in a new model."""
        model = cls.__new__(cls)
        Word2Vec.__init__(model, _FROM_A_FILE)
        for name in state.ignored:
            vars(model).pop(name, None)
        vars(model).update(without_methods(cls, state.attributes))
        model._show_history()
        model.wv = KeyedVectors._from_state(state.vectors)
        model.raw_vocab = state.raw_vocab
        for name in ("syn1", "syn1neg", "random"):
            if getattr(state, name) is not None:
                setattr(model, name, getattr(state, name))
        if model.negative and "count" in model.wv.expandos:
            model.make_cum_table()
        return model

    def __getstate__(self) -> dict[str, Any]:
        """Return what is copied and pickled: all but the ids of a corpus that has been counted."""
        return {**vars(self), "_scan": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Unpickle, also what gensim 4 pickled: what it does not have is as in a new model."""
        if "cbow_exact" not in state:  # the newest of them
            Word2Vec.__init__(self)
        vars(self).update(writable(state))
        self._show_history()

    def _show_history(self) -> None:
        """Let the list that a file had show itself as a table."""
        if type(self.history) is list:
            self.history = History(self.history)

    def __str__(self) -> str:
        return f"{type(self).__name__}<vocab={len(self.wv)}, vector_size={self.vector_size}, alpha={self.alpha}>"

    def __repr__(self) -> str:
        try:
            return f"<{self}, {', '.join(f'{name}={value}' for name, value in self._shown())}>"
        except AttributeError:  # not all there yet, or no longer
            return object.__repr__(self)

    def _repr_html_(self) -> str:
        epochs = self.history._repr_html_() if isinstance(self.history, History) else None
        return html_table(self._shown(), caption=str(self)) + (epochs or "")

    def _shown(self) -> list[tuple[str, str]]:
        """Return what tells this model from others, by name."""
        names = ["window", "negative", "hs", "sample", "min_count", "epochs", "seed"]
        epochs = len(self.history) if self.history else 0
        kind = ("kind", "skip-gram" if self.sg else "CBOW")
        return [kind, *((name, str(getattr(self, name))) for name in names), ("epochs_trained", str(epochs))]
