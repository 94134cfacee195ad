"""gensim's random stream and order, one update after the other: with ``kernel="replay"`` a model gets gensim's numbers.

The same corpus, parameters and seed give the vectors, output weights and loss that gensim 4 gives with ``workers=1``.
The arithmetic is that of :mod:`npw2v.kernels.reference`, in float32; this module adds what else decides gensim's
numbers: which random numbers are drawn, from what, in which order, the table that stands for the logistic function,
and the limit of 10,000 words a batch, beyond which gensim drops words. It trains tens of times slower than the
kernels in blocks: it is for comparing, not for working.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from npw2v.corpus.sentences import MAX_WORDS_IN_BATCH, PathLike
from npw2v.kernels import reference
from npw2v.kernels.reference import SATURATED, Objective
from npw2v.training.replay.dot import gensim_dot
from npw2v.training.replay.reports import BatchReport, Words
from npw2v.training.schedule import Schedule
from npw2v.training.settings import Settings
from npw2v.training.weights import Weights

TABLE_SIZE = 1000

#: Table entries for a unit of the dot product: gensim divides 1000 by 12 in integers, so that it reads up to 5 entries
#: below the right one, and sees σ(0) as 0.494.
TABLE_STEP = TABLE_SIZE // 6 // 2


def _sigmoids() -> Iterator[np.float32]:
    for i in range(TABLE_SIZE):
        power = np.float32(math.exp((float(np.float32(i) / np.float32(TABLE_SIZE)) * 2 - 1) * SATURATED))
        yield np.float32(float(power) / (float(power) + 1))


#: σ(x) for x from −6 to 6, as float32.
SIGMOIDS = tuple(_sigmoids())

#: label − σ(x) for the labels 0 and 1, rounded to float32.
RESIDUALS = tuple(tuple(float(np.float32(label) - value) for value in SIGMOIDS) for label in (0, 1))

#: −log σ(x), rounded to float32.
LOSSES = tuple(-float(np.float32(math.log(value))) for value in SIGMOIDS)


def pair(dot: float, label: int) -> tuple[float, float]:
    """Look up one pair's residual and loss, as :func:`npw2v.kernels.reference.pair` computes them.

    A saturated pair (or one that is not a number) has no loss here.

    Examples
    --------
    >>> residual, loss = pair(0.0, 1)
    >>> round(residual, 4), round(loss, 4)
    (0.506, 0.7052)
    """
    if not -SATURATED < dot < SATURATED:
        return 0.0, 0.0
    margin = dot if label else -dot
    return RESIDUALS[label][int((dot + SATURATED) * TABLE_STEP)], LOSSES[int((margin + SATURATED) * TABLE_STEP)]


DOT = gensim_dot()


class Stream:
    """gensim's fast random numbers: the 48-bit linear congruential generator of Java, seeded from NumPy's.

    Parameters
    ----------
    random : numpy.random.RandomState
        Two numbers are drawn from it.
    """

    def __init__(self, random: Any) -> None:
        high, low = (int(random.randint(0, 2**24)) for _ in range(2))
        self._state = high * 2**24 + low

    def draw(self) -> int:
        """Return 32 random bits."""
        bits = self._state >> 16
        self._state = (self._state * 25214903917 + 11) & (2**48 - 1)
        return bits


class Trainer:
    """Trains batches of sentences as gensim does.

    Parameters
    ----------
    settings : Settings
    weights : Weights
        Mutated by each batch. Tables that are not whole, writable float32 rows are replaced in it by copies that are,
        as BLAS updates them in place.
    rows : mapping
        Word to row.
    random : numpy.random.RandomState
        What all random numbers come from.
    thresholds : sequence of int or None
        gensim's ``sample_int`` of each row; None keeps every word.
    cumulative : sequence of int
        gensim's ``cum_table``; empty without negative sampling.
    paths : tuple of two sequences of arrays, or None
        gensim's ``point`` and ``code`` of each row, for hierarchical softmax.
    """

    def __init__(
        self,
        settings: Settings,
        weights: Weights,
        rows: Mapping[Any, int],
        random: Any,
        thresholds: Sequence[int] | None,
        cumulative: Sequence[int],
        paths: tuple[Any, Any] | None,
    ) -> None:
        for name, table in weights.tables().items():
            setattr(weights, name, np.require(table, np.float32, ["C", "W"]))
        self.settings, self.weights, self.rows, self.random = settings, weights, rows, random
        self._locks = np.asarray(weights.locks, np.float32).tolist()
        self._keep, self._cumulative, self._paths = thresholds, cumulative, paths

    def stream(self) -> Stream | None:
        """Seed the random numbers of a batch, if it needs any; gensim draws none otherwise."""
        return Stream(self.random) if self.settings.negative or self.settings.sample else None

    def batch(self, sentences: Iterable[Sequence[Any]], alpha: float) -> BatchReport:
        """Train one batch of sentences with one learning rate."""
        stream, sentences = self.stream(), iter(sentences)
        words = self.look_up(sentences, stream)
        words = self.left_out(words, sentences)  # gensim counts them as read
        window = self.settings.window
        reach = [window] * len(words.ids)
        if self.settings.shrink_windows:
            reach = (window - self.random.randint(0, window, len(words.ids))).tolist()
        return self.train(words, reach, alpha, stream)

    def file_epoch(
        self,
        path: PathLike,
        epoch: int,
        schedule: Schedule,
        total_examples: int | None,
        total_words: int,
    ) -> Iterator[tuple[BatchReport, float]]:
        """Train one epoch of a file, as gensim does for ``corpus_file``: one stream for the epoch, windows included.

        Without negative sampling and subsampling gensim draws the windows from memory that it never set; here the
        stream is seeded as otherwise.

        Parameters
        ----------
        path : str or path
            The file.
        epoch : int
            From 0.
        schedule : Schedule
            Followed in float32, by batches.
        total_examples, total_words : int
            Sentences (or else words) that make an epoch of the schedule. After ``total_words`` words gensim stops,
            whatever is left.

        Yields
        ------
        report : BatchReport
        alpha : float
            Its learning rate.
        """
        stream, window = Stream(self.random), self.settings.window
        followed = schedule.alpha, schedule.min_alpha, epoch, schedule.epochs
        start, end, number, count = (np.float32(value) for value in followed)
        alpha = start - (start - end) * number / count
        examples = read = 0
        for batch in file_batches(path):
            if read > total_words:
                return
            words = self.look_up(batch, stream)
            reach = [window] * len(words.ids)
            if self.settings.shrink_windows:
                reach = [window - stream.draw() % window for _ in words.ids]
            yield self.train(words, reach, float(alpha), stream), float(alpha)
            examples, read = examples + len(batch), read + words.read
            done, total = (examples, total_examples) if total_examples else (read, total_words)
            alpha = max(end, start - (start - end) * ((number + np.float32(done) / np.float32(total)) / count))

    def look_up(self, sentences: Iterable[Sequence[Any]], stream: Stream | None) -> Words:
        """Subsample sentences and look their words up, up to gensim's limit of words a batch.

        What is left of the sentence in which that is reached is looked up, too, but not trained.
        """
        ids: list[int] = []
        ends: list[int] = []
        read = known = unknown = 0
        rows, keep = self.rows, self._keep
        for sentence in sentences:
            if isinstance(sentence, str | bytes):
                raise TypeError(f"a sentence must be a list of words, got {sentence!r}: split it with .split()")
            read += len(sentence)
            words = iter(sentence)
            for word in words:
                row = rows.get(word)
                if row is None:
                    unknown += 1
                    continue
                known += 1
                if keep is not None and stream is not None and keep[row] < stream.draw():
                    continue
                ids.append(row)
                if len(ids) == MAX_WORDS_IN_BATCH:
                    return self.left_out(Words(ids, [*ends, len(ids)], read, known, unknown), [list(words)], read=False)
            ends.append(len(ids))
        return Words(ids, ends, read, known, unknown)

    def left_out(self, words: Words, sentences: Iterable[Sequence[Any]], read: bool = True) -> Words:
        """Count words of a batch that are not trained: as known or unknown, and, if they are not yet, as read."""
        rest = [word for sentence in sentences for word in sentence]
        known = sum(word in self.rows for word in rest)
        return replace(
            words,
            read=words.read + len(rest) * read,
            known=words.known + known,
            unknown=words.unknown + len(rest) - known,
        )

    def train(self, words: Words, reach: Sequence[int], alpha: float, stream: Stream | None) -> BatchReport:
        """Train the words of a batch, each center with its own reach."""
        settings, losses, predictions, start = self.settings, [], 0, 0
        objectives = self._objectives(float(np.float32(alpha)), stream)
        for end in words.ends:
            sentence, windows = words.ids[start:end], reach[start:end]
            if settings.sg:
                some, count = reference.skipgram(self.weights.inputs, sentence, windows, objectives, self._locks)
            else:
                mean, exact = bool(settings.cbow_mean), bool(settings.cbow_exact)
                some, count = reference.cbow(
                    self.weights.inputs, sentence, windows, objectives, self._locks, mean, exact
                )
            losses += some
            predictions, start = predictions + count, end
        return BatchReport(words.read, len(words.ids), words, losses if settings.compute_loss else [], predictions)

    def _objectives(self, alpha: float, stream: Stream | None) -> list[Objective]:
        """Say what each input is to predict: by hierarchical softmax first, then by negative sampling."""
        objectives = []
        if self._paths is not None:
            objectives.append(reference.hierarchical_softmax(self.weights["nodes"], *self._paths, alpha, pair, DOT))
        if self.settings.negative and stream is not None:
            table, draws, draw = self._cumulative, range(self.settings.negative), stream.draw

            def noise(center: int) -> list[int]:
                return [bisect_left(table, draw() % table[-1]) for _ in draws]

            objectives.append(reference.negative_sampling(self.weights["outputs"], noise, alpha, pair, DOT))
        return objectives


def file_batches(path: PathLike) -> Iterator[list[list[str]]]:
    """Yield the lines of a file in the batches that gensim makes of them.

    A batch ends with the line that takes it beyond 10,000 words. A longer line is cut into sentences of that many, of
    which those that begin beyond the batch's limit wait for the next one, and are dropped if the file ends here.
    """
    lines = deque(Path(path).read_bytes().split(b"\n"))
    waiting: list[list[str]] = []
    while lines:
        batch, size = waiting, sum(map(len, waiting))
        while lines and size <= MAX_WORDS_IN_BATCH:
            words = [word.decode("utf-8", "surrogateescape") for word in lines.popleft().split()]
            batch += [words[i : i + MAX_WORDS_IN_BATCH] for i in range(0, max(len(words), 1), MAX_WORDS_IN_BATCH)]
            size += len(words)
        last = len(batch)
        while size > MAX_WORDS_IN_BATCH and size - len(batch[last - 1]) > MAX_WORDS_IN_BATCH:
            last -= 1
            size -= len(batch[last])
        batch, waiting = batch[:last], batch[last:]
        yield batch
