"""The half of a model that comes before training: its vocabulary, and weights for it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from npw2v.checks import described
from npw2v.corpus.encoding import Scan, check_reiterable, scan_corpus
from npw2v.corpus.sentences import LineSentence
from npw2v.formats.lifecycle import Lifecycle
from npw2v.vectors.keyedvectors import KeyedVectors
from npw2v.vocabulary.huffman import huffman_paths
from npw2v.vocabulary.selection import (
    Extension,
    Selection,
    TrimRule,
    downsample_report,
    extend_words,
    keep_probabilities,
    noise_cumulative,
    select_words,
)
from npw2v.vocabulary.tables import KEEP_ALWAYS

logger = logging.getLogger(__name__)

#: A corpus: an iterable of lists of words.
Corpus: TypeAlias = Iterable[Sequence[Any]]

PathLike: TypeAlias = str | os.PathLike[str]

#: Extensions that ``corpus_file`` refuses, as in gensim, because the file is read as it is.
COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zip")


class VocabularyModel(Lifecycle):
    """What :class:`npw2v.Word2Vec` does with words before it trains them; not for use on its own."""

    vector_size: int
    layer1_size: int
    min_count: int
    effective_min_count: int
    max_vocab_size: int | None
    max_final_vocab: int | None
    sorted_vocab: int
    sample: float | None
    ns_exponent: float
    null_word: int
    seed: int
    negative: int
    hs: int
    corpus_count: int
    corpus_total_words: int
    raw_vocab: dict[Any, int] | None
    cum_table: NDArray[np.uint32] | None
    syn1: NDArray[np.float32]
    syn1neg: NDArray[np.float32]
    wv: KeyedVectors
    _scan: tuple[Scan, Corpus | PathLike | None] | None
    _keep_scan: bool

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
        corpus_iterable, corpus_file
            One of them; the iterable may be a generator.
        update : bool
            Add the corpus's new words to the vocabulary; otherwise start a fresh one.
        progress_per : int
            Log progress every this many sentences.
        keep_raw_vocab : bool
            Keep ``raw_vocab``, the counts before trimming.
        trim_rule : callable, optional
            See :mod:`npw2v.vocabulary.selection`.
        **kwargs
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
        """
        self._check_corpus(corpus_iterable, corpus_file, passes=1)
        self._check_update(update)
        with self._all_or_nothing():
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
        corpus_count : int, optional
            Number of sentences, for ``corpus_count``.
        keep_raw_vocab, trim_rule, update
            As for :meth:`build_vocab`.
        """
        logger.info(
            "collected %i unique word types, with total frequency of %i", len(word_freq), sum(word_freq.values())
        )
        self._check_update(update)
        with self._all_or_nothing():
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

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """Take back what the block did to the model and its vectors, if it raises."""
        state, vectors, wv = dict(vars(self)), dict(vars(self.wv)), self.wv
        try:
            yield
        except BaseException:
            for owner, before in ((self, state), (wv, vectors)):
                vars(owner).clear()
                vars(owner).update(before)
            raise

    def scan_vocab(
        self,
        corpus_iterable: Corpus | None = None,
        corpus_file: PathLike | None = None,
        progress_per: int = 10000,
        workers: int | None = None,
        trim_rule: TrimRule | None = None,
    ) -> tuple[int, int]:
        """Count the words of a corpus into ``raw_vocab``.

        Returns
        -------
        Words and sentences of the corpus.
        """
        self._drop_scan()
        scan = scan_corpus(
            open_corpus(corpus_iterable, corpus_file),
            max_vocab_size=self.max_vocab_size,
            trim_rule=trim_rule,
            progress_per=progress_per,
            keep_ids=self._keep_scan,
        )
        self.raw_vocab = scan.raw_vocab
        if self._keep_scan:
            self._scan = scan, corpus_file if corpus_iterable is None else corpus_iterable
        return scan.total_words, scan.corpus_count

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
        update, keep_raw_vocab, trim_rule
            As for :meth:`build_vocab`.
        min_count, sample
            Replace the model's own.
        dry_run : bool
            Only report what would happen.

        Returns
        -------
        dict
            drop_unique, retain_total, downsample_unique, downsample_total, num_retained_words.
        """
        if self.raw_vocab is None:
            raise RuntimeError("no words were counted yet: call build_vocab() or scan_vocab() first")
        min_count = self.min_count if min_count is None else min_count
        sample = self.sample if sample is None else sample
        options: dict[str, Any] = {
            "min_count": min_count,
            "max_final_vocab": self.max_final_vocab,
            "trim_rule": trim_rule,
        }
        chosen: Selection | Extension
        if update:
            counts = self.wv.expandos.get("count", np.zeros(0, np.int64))
            chosen = extend_words(self.raw_vocab, self.wv.key_to_index, np.asarray(counts), **options)
            counted, retained = chosen.retained_counts, len(chosen.retained_rows)
        else:
            chosen = select_words(self.raw_vocab, **options)
            counted, retained = chosen.counts, len(chosen.words)
        threshold = 0 if sample is None else sample
        keep = keep_probabilities(counted, threshold, chosen.retained_total)
        downsample_unique, downsample_total = downsample_report(counted, keep)
        self._log_vocabulary(chosen, retained, threshold, downsample_unique, downsample_total)
        if not dry_run:
            if not update:
                self.min_count, self.sample = min_count, sample
            self.effective_min_count = chosen.effective_min_count
            self._adopt(chosen, np.asarray(keep * int(KEEP_ALWAYS), np.uint32))
            if not keep_raw_vocab:
                self.raw_vocab = {}
        return {
            "drop_unique": chosen.drop_unique,
            "retain_total": chosen.retained_total,
            "downsample_unique": downsample_unique,
            "downsample_total": downsample_total,
            "num_retained_words": retained,
        }

    def _adopt(self, chosen: Selection | Extension, sample_int: NDArray[np.uint32]) -> None:
        """Make the chosen words the vocabulary, with their counts and subsampling thresholds."""
        wv = self.wv
        if isinstance(chosen, Selection):
            words, thresholds = list(chosen.words), sample_int
            # What was known of the rows was about other words.
            wv.vectors, wv.vectors_lockf, wv.expandos = (
                np.zeros((0, self.vector_size), np.float32),
                np.ones(1, np.float32),
                {},
            )
        else:
            words = [*wv.index_to_key, *chosen.new_words]
            thresholds = np.full(len(words), KEEP_ALWAYS, np.uint32)
            old = wv.expandos.get("sample_int", thresholds)
            thresholds[: len(old)] = old
            thresholds[chosen.retained_rows] = sample_int
        wv.index_to_key = words
        wv.key_to_index = {word: row for row, word in enumerate(words)}
        wv.expandos = {**wv.expandos, "count": chosen.counts, "sample_int": thresholds}
        if self.null_word:
            self.add_null_word()
        if self.sorted_vocab and isinstance(chosen, Selection):
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

    def _log_vocabulary(
        self, chosen: Selection | Extension, retained: int, sample: float, downsampled: int, left: int
    ) -> None:
        """Log what became of the words, as gensim does."""
        self.add_lifecycle_event(
            "prepare_vocab",
            msg=f"effective_min_count={chosen.effective_min_count} retains {retained} unique words "
            f"({100 * retained / max(chosen.original_unique, 1):.2f}% of original {chosen.original_unique}, "
            f"drops {chosen.drop_unique})",
        )
        self.add_lifecycle_event(
            "prepare_vocab",
            msg=f"effective_min_count={chosen.effective_min_count} leaves {chosen.retained_total} word corpus "
            f"({100 * chosen.retained_total / max(chosen.original_total, 1):.2f}% of original "
            f"{chosen.original_total}, drops {chosen.drop_total})",
        )
        logger.info("sample=%g downsamples %i most-common words", sample, downsampled)
        self.add_lifecycle_event(
            "prepare_vocab",
            msg=f"downsampling leaves estimated {left} word corpus "
            f"({100 * left / max(chosen.retained_total, 1):.1f}% of prior {chosen.retained_total})",
        )

    def make_cum_table(self, domain: int = 2**31 - 1) -> None:
        """Set ``cum_table``, the cumulative noise distribution scaled to ``domain``."""
        self.cum_table = noise_cumulative(np.asarray(self.wv.expandos["count"]), self.ns_exponent, domain)

    def create_binary_tree(self) -> None:
        """Give every word its Huffman path from the words' counts: the vectors' attributes ``point`` and ``code``."""
        paths = huffman_paths(np.asarray(self.wv.expandos["count"]))
        self.wv.expandos["point"], self.wv.expandos["code"] = paths.split()

    def estimate_memory(self, vocab_size: int | None = None, report: dict[str, int] | None = None) -> dict[str, int]:
        """Estimate the bytes that the model takes, by part, for ``vocab_size`` words (default: the vocabulary's)."""
        words = len(self.wv) if vocab_size is None else vocab_size
        report = {} if report is None else report
        report["vocab"] = words * (700 if self.hs else 500)
        report["vectors"] = words * self.vector_size * 4
        if self.hs:
            report["syn1"] = words * self.layer1_size * 4
        if self.negative:
            report["syn1neg"] = words * self.layer1_size * 4
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
        self.wv.vectors = np.zeros((0, self.vector_size), np.float32)
        self.wv.resize_vectors(seed=self.seed)
        if self.hs:
            self.syn1 = np.zeros((len(self.wv), self.layer1_size), np.float32)
        if self.negative:
            self.syn1neg = np.zeros((len(self.wv), self.layer1_size), np.float32)

    def update_weights(self) -> None:
        """Add rows for the words that joined the vocabulary; the others keep theirs."""
        self._check_update(True)
        self.wv.resize_vectors(seed=self.seed)
        if self.hs:
            self.syn1 = self._grown(self.syn1)
        if self.negative:
            self.syn1neg = self._grown(self.syn1neg)
        lockf = self.wv.vectors_lockf
        if len(lockf) > 1:  # a factor a word, not one for all
            self.wv.vectors_lockf = np.concatenate([lockf, np.ones(len(self.wv) - len(lockf), lockf.dtype)])

    def _grown(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Output weights with rows of zeros for the words that joined."""
        new = np.zeros((len(self.wv) - len(weights), self.layer1_size), np.float32)
        return np.concatenate([weights, new])

    def reset_from(self, other_model: VocabularyModel) -> None:
        """Share the vocabulary of ``other_model`` and start the weights afresh.

        Raises
        ------
        AttributeError
            That is no model. This one stays as it was.
        """
        if not (hasattr(other_model, "wv") and hasattr(other_model, "cum_table")):
            raise AttributeError(f"expected a model to share the vocabulary of, got {described(other_model)}")
        with self._all_or_nothing():
            self.wv = KeyedVectors(self.vector_size)
            self.wv.vectors_lockf = np.ones(1, np.float32)
            self.wv.index_to_key, self.wv.key_to_index = other_model.wv.index_to_key, other_model.wv.key_to_index
            self.wv.expandos = other_model.wv.expandos
            self.cum_table, self.corpus_count = other_model.cum_table, other_model.corpus_count
            self.init_weights()

    def _check_corpus(self, sentences: Corpus | None, corpus_file: PathLike | None, passes: int) -> None:
        """Raise if there is not exactly one usable corpus, with gensim's exception types."""
        open_corpus(sentences, corpus_file)
        if sentences is not None:
            check_reiterable(sentences, passes)
        elif corpus_file is not None:
            if not os.path.isfile(corpus_file):
                raise TypeError(f"corpus_file must be the path of a file, got {corpus_file!r}")
            if os.path.splitext(corpus_file)[1].lower() in COMPRESSED:
                raise TypeError(
                    f"corpus_file must be plain text, got {corpus_file!r}: decompress it, or give "
                    f"LineSentence({os.fspath(corpus_file)!r}) as the corpus"
                )

    def _drop_scan(self) -> None:
        if self._scan is not None:
            self._scan[0].close()
            self._scan = None


def open_corpus(corpus_iterable: Corpus | None, corpus_file: PathLike | None) -> Corpus:
    """Return the corpus of the two arguments, of which one is given.

    Raises
    ------
    TypeError
        None or both are.
    """
    if corpus_file is not None and corpus_iterable is None:
        return LineSentence(corpus_file)
    if corpus_iterable is not None and corpus_file is None:
        return corpus_iterable
    given = "both" if corpus_file is not None else "neither"
    raise TypeError(f"give either an iterable of lists of words or corpus_file; got {given}")
