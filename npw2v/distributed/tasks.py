"""What Dask's workers do in a round: lanes trained from a replica of the weights.

A replica is a cache. A flight of rounds begins with the whole weights; after each round only what it has changed
travels, and is added to the replica of every worker. A worker that does not have the replica it would need says so
(`StaleError`), and the client begins another flight.
"""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from npw2v.corpus.ids import EncodedCorpus
from npw2v.training.checkpoint import versions
from npw2v.training.rounds import Changes, Moving, Replica, RoundsJob, joined

#: Where a replica is: the number of the flight, and the rounds that it has seen of it.
Moment: TypeAlias = tuple[int, int]

#: A lane, or two groups of lanes whose changes are summed up.
Tree: TypeAlias = "int | tuple[Tree, Tree]"


class StaleError(Exception):
    """The worker does not have the weights that a lane is to be trained from."""


@dataclass(frozen=True)
class Setup:
    """What every worker is told once.

    Attributes
    ----------
    token : str
        Names this training.
    rounds : RoundsJob
    versions : dict of str to str
        Of the client's packages.
    """

    token: str
    rounds: RoundsJob
    versions: dict[str, str]


class _Place:
    """Where this process keeps the replica of one training; lanes are trained one after the other."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.replica: Replica | None = None
        self.at: Moment | None = None

    def moved(self, setup: Setup, at: Moment, given: Moving | Sequence[Changes]) -> Replica:
        """Return the replica as it is at a moment, given its weights or what the round before has changed.

        Raises
        ------
        StaleError
            It cannot be moved there.
        """
        if self.at == at and self.replica is not None:
            return self.replica
        if isinstance(given, Moving):
            if self.replica is None:
                self.replica = Replica(setup.rounds, given)
            else:
                self.replica.moving.take(given)
        elif self.replica is not None and self.at == (at[0], at[1] - 1):
            self.replica.moving.move(*given)
        else:
            raise StaleError(f"no replica at {at}, but at {self.at}")
        self.at = at
        return self.replica


_places: dict[str, _Place] = {}
_making = threading.Lock()

#: Most trainings of which a process keeps replicas: those that were not ended, as their client died, are forgotten.
MOST_REPLICAS = 4


def _place(token: str) -> _Place:
    with _making:
        place = _places.pop(token, None) or _Place()
        _places[token] = place
        while len(_places) > MOST_REPLICAS:
            del _places[next(iter(_places))]
        return place


def forget(token: str) -> None:
    """Let go of the replica of a training."""
    _places.pop(token, None)


def leaves_of(tree: Tree) -> list[int]:
    """Return the lanes of a tree, in order.

    Examples
    --------
    >>> leaves_of(((0, 1), 2))
    [0, 1, 2]
    """
    return [tree] if isinstance(tree, int) else [lane for branch in tree for lane in leaves_of(branch)]


def train_lanes(
    setup: Setup,
    tree: Tree,
    corpora: Sequence[EncodedCorpus],
    epoch: int,
    number: int,
    at: Moment,
    given: Moving | Sequence[Changes],
    *after: object,
) -> Changes:
    """Train some lanes' parts of a round, one after the other, and sum up what they change.

    Parameters
    ----------
    setup : Setup
    tree : Tree
        The lanes, in the tree in which their changes are summed up.
    corpora : sequence of EncodedCorpus
        Their shares.
    epoch, number : int
        As for :meth:`npw2v.training.rounds.Replica.train`.
    at : tuple of two int
        The moment of the weights.
    given : Moving, or sequence of Changes
        The weights of the moment, or what the halves of the tree have changed in the round before.
    *after : object
        What has to be done before.

    Raises
    ------
    StaleError
        This process does not have the weights of the moment before.
    ValueError
        It has other versions.
    """
    if versions() != setup.versions:
        raise ValueError(
            f"the worker in process {os.getpid()} of {platform.node()} has {_said(versions())}, the client "
            f"{_said(setup.versions)}: install the same there"
        )
    place, shares = _place(setup.token), dict(zip(leaves_of(tree), corpora, strict=True))
    with place.lock:
        replica = place.moved(setup, at, given)

        def changes_of(branch: Tree) -> Changes:
            if isinstance(branch, int):
                return replica.train(branch, shares[branch], epoch, number)
            return joined(changes_of(branch[0]), changes_of(branch[1]))

        try:
            return changes_of(tree)
        except BaseException:  # a lane may be half trained
            place.at = None
            raise


def weights_at(setup: Setup, at: Moment, given: Sequence[Changes]) -> Moving:
    """Return the weights of a moment, given what the round before it has changed.

    Raises
    ------
    StaleError
        This process does not have the weights of the moment before.
    """
    place = _place(setup.token)
    with place.lock:
        return place.moved(setup, at, given).moving.copied()


def _said(found: dict[str, str]) -> str:
    return ", ".join(map(" ".join, found.items()))


def combine(first: Changes, second: Changes) -> Changes:
    """Sum up the changes of two groups of lanes."""
    return joined(first, second)
