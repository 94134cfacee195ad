"""Training in rounds: lanes train by themselves, then what they have changed is put together.

In a round every lane trains its next part, from the same weights and in the ordinary steps. Then the changes of all
lanes are summed up row by row, in the order of the lanes and always in the same tree, and the weights move by the
damped rule, with momentum (:func:`npw2v.kernels.combining.move_rows`). Where a lane is trained is of no matter to the
bytes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.ids import EncodedCorpus, Extent
from npw2v.kernels.combining import RowChanges, move_rows, summed
from npw2v.kernels.threads import single_threaded
from npw2v.training import plan
from npw2v.training.arrays import JobArrays
from npw2v.training.backends.local import Local
from npw2v.training.checkpoint import Begun, Sums, last_named
from npw2v.training.excerpts import Excerpt
from npw2v.training.job import Job
from npw2v.training.parts import cut
from npw2v.training.planning import most_paths, plan_job
from npw2v.training.reports import EpochReport, PartReport, diverged
from npw2v.training.schedule import Schedule
from npw2v.training.session import epoch_report
from npw2v.training.settings import Settings
from npw2v.training.weights import Weights
from npw2v.training.worker import Worker
from npw2v.vocabulary.huffman import cut_tree
from npw2v.vocabulary.tables import VocabularyTables

Item = TypeVar("Item")


@dataclass(frozen=True)
class RoundsJob:
    """What every lane must know besides its share of the corpus and the weights.

    Attributes
    ----------
    job : Job
        For one worker. Its seed is completed by the number of the lane, and its sizes are of the whole corpus.
    vocabulary : VocabularyTables
    locks : float32 array (V,) or (1,), or None
        Factors of the updates of the input rows.
    """

    job: Job
    vocabulary: VocabularyTables
    locks: NDArray[np.float32] | None


def plan_rounds(
    settings: Settings,
    vocabulary: VocabularyTables,
    corpus: Extent,
    schedule: Schedule,
    seed: tuple[int, ...],
    lanes: int,
    rounds: int | None = None,
) -> Job:
    """Choose block sizes and rounds.

    Parameters
    ----------
    settings, vocabulary, corpus, schedule, seed
        As for :func:`npw2v.training.planning.plan_job`; of the whole corpus.
    lanes : int
        Into how many it is divided.
    rounds : int, optional
        Rounds an epoch; None to choose them.
    """
    job, _ = plan_job(replace(settings, lanes=1), vocabulary, corpus, schedule, seed, 1, 0)
    if rounds is None:
        rounds = plan.rounds_an_epoch(corpus.known, lanes, schedule.epochs)
    share = corpus.known // (lanes * rounds)
    return replace(job, rounds=rounds, piece_words=min(job.piece_words, max(plan.LEAST_PIECE_WORDS, share // 4)))


@dataclass(frozen=True)
class Changes:
    """What some lanes have changed in a round, and what there is to say of it.

    Attributes
    ----------
    tables : dict of str to RowChanges
        By the names of the tables.
    report : PartReport
    """

    tables: dict[str, RowChanges]
    report: PartReport


@dataclass
class Moving:
    """The weights between two rounds: as they are, and how they have come there.

    Attributes
    ----------
    weights : Weights
    last : Weights
        What each of their rows was last moved by.
    """

    weights: Weights
    last: Weights

    @classmethod
    def at_rest(cls, weights: Weights) -> Moving:
        """Return weights that no round has moved."""
        return cls(weights, Weights(**{name: np.zeros_like(table) for name, table in weights.tables().items()}))

    def take(self, other: Moving) -> None:
        """Become what another one is; its numbers are copied."""
        for mine, its in ((self.weights, other.weights), (self.last, other.last)):
            for name, table in its.tables().items():
                np.copyto(mine[name], table)

    def copied(self) -> Moving:
        """Copy the tables."""
        return Moving(Weights(**self.weights.copied().tables()), self.last.copied())

    def move(self, *several: Changes) -> None:
        """Move the weights after a round, given the changes of all lanes, or those of the two halves of their tree."""
        for name, table in self.weights.tables().items():
            move_rows(table, self.last[name], *(each.tables[name] for each in several))


def joined(first: Changes, second: Changes) -> Changes:
    """Sum up the changes of two groups of lanes."""
    tables = {name: summed(each, second.tables[name]) for name, each in first.tables.items()}
    return Changes(tables, report_of(first, second))


def report_of(*several: Changes) -> PartReport:
    """Sum up the reports of some groups of lanes."""
    reports = [each.report for each in several]
    return PartReport(
        read=sum(each.read for each in reports),
        trained=sum(each.trained for each in reports),
        loss=sum(each.loss for each in reports),
        pairs=sum(each.pairs for each in reports),
        alpha=min(each.alpha for each in reports),
    )


def in_a_tree(items: Sequence[Item], join: Callable[[Item, Item], Item]) -> Item:
    """Join neighbours, then what they became, and so on: always in the same order.

    Examples
    --------
    >>> in_a_tree("abcde", lambda a, b: f"({a}{b})")
    '(((ab)(cd))e)'
    """
    level = list(items)
    while len(level) > 1:
        pairs = [join(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
        level = pairs + level[2 * len(pairs) :]
    return level[0]


class Replica:
    """A copy of the weights from which lanes are trained, one after the other.

    Parameters
    ----------
    rounds : RoundsJob
    moving : Moving
        Copied.

    Attributes
    ----------
    moving : Moving
        As it is before the round.
    """

    def __init__(self, rounds: RoundsJob, moving: Moving) -> None:
        self.rounds, self.moving = rounds, moving.copied()
        self._lanes: dict[int, Worker] = {}
        paths, job = rounds.vocabulary.paths, rounds.job
        tree = None if paths is None or job.paths is None else cut_tree(paths, job.paths.top)
        self._excerpt = Excerpt(replace(self.moving.weights, locks=rounds.locks), tree)

    def train(self, lane: int, corpus: EncodedCorpus, epoch: int, number: int) -> Changes:
        """Train a lane's part of a round.

        Parameters
        ----------
        lane : int
            Its number.
        corpus : EncodedCorpus
            Its share.
        epoch, number : int
            Of the round in its epoch.

        Raises
        ------
        TrainingError
            The weights diverged.
        """
        worker = self._worker(lane, corpus)
        bounds, part = worker.sampler.order(epoch).cuts, worker.slots[0]
        if bounds[number] == bounds[number + 1]:
            schedule, done = worker.job.schedule, number / (len(bounds) - 1)
            return self._nothing(PartReport(0, 0, 0.0, 0.0, schedule.alpha_at(epoch, done)))
        with single_threaded(), np.errstate(all="ignore"):
            worker.sampler.fill(epoch, number, part)
            if not part.sizes[0]:  # all its words are subsampled
                return self._nothing(worker.part(epoch, number))
            worker.tables.weights = self._excerpt.take(part, worker.job.shape)
            pulls = worker.pulls(epoch, number)
            report = worker.part(epoch, number)
            tables = {name: self._excerpt.changes(name, its) for name, its in pulls.items()}
            return Changes(tables, report)

    def _nothing(self, report: PartReport) -> Changes:
        """Return the changes of a lane that has trained no word in a round."""
        rows, none = np.zeros(0, np.int32), np.zeros(0, np.float32)
        tables = {
            name: RowChanges(rows, np.zeros((0, table.shape[1]), np.float32), none, none)
            for name, table in self.moving.weights.tables().items()
        }
        return Changes(tables, report)

    def _worker(self, lane: int, corpus: EncodedCorpus) -> Worker:
        """Return what trains a lane; it is made when it is first needed."""
        if lane not in self._lanes:
            job = self.rounds.job
            cuts = cut(corpus.offsets, job.piece_words)
            most = -(-int(cuts[-1]) // max(1, job.rounds or 1)) + job.piece_words
            job = replace(job, seed=(*job.seed, lane), part_words=most)
            weights, tree = self._excerpt.weights, self._excerpt.tree
            paths = most_paths(job, tree, corpus, cuts)
            room = JobArrays.layout(job, max(1, corpus.known), paths, weights.inputs.shape[1])
            given = JobArrays.given(weights, self.rounds.vocabulary, corpus.offsets, cuts, tree)
            named, ids, barrier = Local().open(job, given, room, corpus.ids)
            self._lanes[lane] = Worker(job, JobArrays.of(job, named), ids, 0, barrier)
        return self._lanes[lane]


class RoundSession:
    """A session that is trained in rounds. See :class:`npw2v.training.session.Session`.

    Parameters
    ----------
    job : Job
        As :func:`plan_rounds` gives it.
    moving : Moving
        Mutated by the rounds.
    corpus : Extent
        The whole corpus.
    printed : dict of str to object
        Its fingerprint.
    rounds : callable
        Given an epoch and the first round of it to train, trains some at a time and yields their reports, when the
        weights are those after them.
    begun : Begun, optional
        Where to go on.
    """

    resumable = True

    def __init__(
        self,
        job: Job,
        moving: Moving,
        corpus: Extent,
        printed: dict[str, Any],
        rounds: Callable[[int, int], Iterator[Sequence[PartReport]]],
        begun: Begun | None = None,
    ) -> None:
        self.job, self._moving, self._corpus, self._printed, self._rounds = job, moving, corpus, printed, rounds
        self.sums = Sums() if begun is None else replace(begun.sums)
        self.words = corpus.known

    def begun(self) -> Begun:
        """See :class:`npw2v.training.session.Session`."""
        return Begun(self._printed, self.job, self.sums, last_named(self._moving.last))

    def epoch(self, number: int, on_part: Callable[[PartReport], None]) -> EpochReport:
        """See :class:`npw2v.training.session.Session`."""
        start_alpha = self.job.schedule.alpha_at(number, 0)
        if not self.sums.parts:
            self.sums = Sums(alpha=start_alpha)
        sums, started = self.sums, time.perf_counter() - self.sums.seconds
        for reports in self._rounds(number, sums.parts):
            for report in reports:
                sums.add(report)
            sums.seconds = time.perf_counter() - started
            for report in reports:  # a checkpoint that is written now has all of them
                on_part(report)
        if not self._moving.weights.finite():
            raise diverged(sums.alpha)
        self.sums = Sums()
        seconds, raw_words = time.perf_counter() - started, self._corpus.raw_words
        return epoch_report(number, start_alpha, sums, raw_words, self.job.with_loss, seconds)
