"""Rounds on a cluster: their tasks, where they are run, and beginning again when a worker is lost.

A *flight* is some rounds in a row whose lanes stay on the same workers. It begins with the whole weights, which the
client has; later rounds get what the one before has changed, and the next round is on its way before the last one has
ended. Now and then, and at the end of an epoch, the client takes the weights from a worker. When workers come or go, it
begins another flight from those that it has by then: what has to be trained again after a loss are some seconds.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from npw2v.distributed.cluster import import_distributed, key_of
from npw2v.distributed.tasks import (
    StaleError,
    Tree,
    combine,
    leaves_of,
    train_lanes,
    weights_at,
)
from npw2v.errors import TrainingError
from npw2v.logs import logger_of
from npw2v.training.reports import PartReport
from npw2v.training.rounds import Moving, in_a_tree, report_of
from npw2v.training.weights import Weights

logger = logger_of(__name__)

#: Rounds that are on their way at once: the next one waits at the workers while this one ends.
AHEAD = 3

#: Seconds after which to look whether workers have come or gone.
LOOK = 2.0

#: Seconds in which a result must come, once it is there.
FETCH = 60.0

#: Seconds after which the client takes the weights from a worker, at least, and the share of the time that it may take.
WAIT, SHARE = 2.0, 0.05

#: Flights in a row that may be lost in the same round.
MOST_LOST = 8


class LostError(Exception):
    """A flight cannot go on: a worker has gone, or has come."""


class Flights:
    """Trains lanes in rounds on a cluster; see `npw2v.training.rounds.RoundSession`.

    Parameters
    ----------
    client : distributed.Client
    token : str
        Names this training.
    setup : Future of Setup
    shares : sequence of Futures of EncodedCorpus
        The lanes' shares of the corpus.
    moving : Moving
        That of the client, mutated.
    rounds : int
        Of an epoch.
    """

    def __init__(self, client: Any, token: str, setup: Any, shares: Sequence[Any], moving: Moving, rounds: int) -> None:
        self._client, self._token, self._setup, self._shares = client, token, setup, shares
        self._moving, self._count = moving, rounds
        lanes: list[Tree] = list(range(len(shares)))
        self._tree: Tree = in_a_tree(lanes, lambda first, second: (first, second))
        self._flight, self._looked, self._wait, self._distributed = 0, 0.0, WAIT, import_distributed()

    def rounds(self, epoch: int, first: int) -> Iterator[Sequence[PartReport]]:
        """Train the rounds of an epoch from one on; yield the reports of some when the weights are those after them.

        Raises
        ------
        TrainingError
            The weights diverged, or workers are lost again and again.
        """
        number, lost = first, 0
        while number < self._count:
            try:
                for reports in self._fly(epoch, number):
                    yield reports
                    number, lost = number + len(reports), 0
            except LostError as error:
                lost += 1
                logger.info("round %i of epoch %i begins again: %s", number, epoch, error)
                if lost > MOST_LOST:
                    raise TrainingError(f"workers of the cluster were lost {lost} times in a row: {error}") from error

    def _fly(self, epoch: int, first: int) -> Iterator[Sequence[PartReport]]:
        """Train rounds until the end of the epoch, or until a worker is lost."""
        self._flight += 1
        places = self._places()
        whole = Moving(Weights(**self._moving.weights.tables()), self._moving.last)  # without the factors of its rows
        [given] = self._client.scatter([whole], hash=False)
        on_their_way: deque[tuple[Any, list[Any]]] = deque()
        reports: list[PartReport] = []
        number, fetched, self._looked = first, list[Any](), time.monotonic()
        due = self._looked + self._wait
        while number < self._count or on_their_way:
            while number < self._count and len(on_their_way) < AHEAD:
                moment = self._flight, number - first
                given = self._submit(epoch, number, moment, given, places, fetched)
                number += 1
                fetched = []
                if number == self._count or time.monotonic() >= due:
                    fetched, due = [self._fetch(number, moment, given, places)], time.monotonic() + self._wait
                on_their_way.append((self._report(number, given, places), fetched))
            report, weights = on_their_way[0]
            reports.append(self._result(report, places))
            for future in weights:
                self._take(future, places)
                yield reports
                reports = []
            on_their_way.popleft()

    def _take(self, future: Any, places: Sequence[str]) -> None:
        """Make the client's weights those that a worker has."""
        started = time.monotonic()
        self._moving.take(self._result(future, places))
        self._wait = max(WAIT, (time.monotonic() - started) / SHARE)

    def _fetch(self, number: int, moment: tuple[int, int], given: Any, places: Sequence[str]) -> Any:
        """Let a worker give its weights after the round of a moment, before it goes on from them."""
        after = moment[0], moment[1] + 1
        key = key_of("weights", f"round {number}-{self._token}-{moment}")
        return self._client.submit(weights_at, self._setup, after, given, key=key, workers=[places[0]], pure=False)

    def _report(self, number: int, changed: Sequence[Any], places: Sequence[str]) -> Any:
        """Let the report of a round be told, given what it has changed."""
        key = key_of("report", f"round {number}-{changed[0].key}")
        return self._client.submit(report_of, *changed, key=key, workers=[places[0]], pure=False)

    def _submit(
        self,
        epoch: int,
        number: int,
        at: tuple[int, int],
        given: Any,
        places: Sequence[str],
        before: Sequence[Any],
    ) -> list[Any]:
        """Let a round be trained, after something else; return what the two halves of the tree will have changed.

        Lanes of one worker that are next to each other in the tree are one task. The halves are summed up where the
        weights are moved, by every worker: so their changes are on the way once, and not back again as a sum.
        """
        token, client = f"{self._token}-{self._flight}-{epoch}-{number}", self._client

        def submit(name: str, function: Any, tree: Tree, *given: Any) -> Any:
            lanes = leaves_of(tree)
            key = key_of(name, f"round {number} lanes {lanes[0]} to {lanes[-1]}-{token}")
            return client.submit(function, *given, key=key, workers=[places[lanes[0]]], pure=False)

        def changes_of(tree: Tree) -> Any:
            lanes = leaves_of(tree)
            if isinstance(tree, int) or len({places[lane] for lane in lanes}) == 1:
                shares, after = [self._shares[lane] for lane in lanes], before if lanes[0] == 0 else ()
                return submit("train", train_lanes, tree, self._setup, tree, shares, epoch, number, at, given, *after)
            return submit("combine", combine, tree, *map(changes_of, tree))

        halves = self._tree if isinstance(self._tree, tuple) and len(set(places)) > 1 else (self._tree,)
        return [changes_of(half) for half in halves]

    def _result(self, future: Any, places: Sequence[str]) -> Any:
        """Wait for the result of a task, and return it.

        Raises
        ------
        LostError
            It will not be, or lanes should be elsewhere.
        """
        while True:
            self._look(places)
            try:
                error = future.exception(timeout=LOOK)  # which does not fetch the result
                if isinstance(error, (StaleError, self._distributed.KilledWorker)):
                    raise LostError(str(error)) from error
                return future.result(timeout=FETCH)
            except self._distributed.TimeoutError:
                continue
            except (asyncio.CancelledError, concurrent.futures.CancelledError) as error:
                raise LostError("what a worker had computed has gone with it") from error

    def _look(self, places: Sequence[str]) -> None:
        """Now and then, raise LostError if lanes should be elsewhere."""
        if time.monotonic() - self._looked > LOOK:
            self._looked = time.monotonic()
            if self._places() != places:
                raise LostError("workers have come or gone")

    def _places(self) -> list[str]:
        """Return the worker of each lane: neighbours are together, as their changes are combined first."""
        workers = sorted(self._client.nthreads())
        if not workers:
            return self._wait_for_workers()
        lanes = len(self._shares)
        return [workers[lane * len(workers) // lanes] for lane in range(lanes)]

    def _wait_for_workers(self) -> list[str]:
        try:
            self._client.wait_for_workers(1, timeout=60)
        except self._distributed.TimeoutError as error:
            raise TrainingError("the cluster has no worker any more, and none has come for a minute") from error
        return self._places()
