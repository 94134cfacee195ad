"""Where the workers of a job run: what the training loop asks of a backend, and of the barrier where workers meet.

:mod:`~npw2v.training.backends.local` is this process alone, :mod:`~npw2v.training.backends.processes` processes around
one memory map (:mod:`~npw2v.training.backends.memory`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from numpy.typing import NDArray

from npw2v.corpus.ids import FileIds, Ids
from npw2v.kernels.blocks import Layout
from npw2v.training.job import Job


class Barrier(Protocol):
    """Where workers wait for one another."""

    def arrive(self) -> None:
        """Say that this worker has come this far."""

    def wait(self, workers: int | None = None) -> None:
        """Wait until every worker has, or the first so many."""

    def rest(self) -> None:
        """Wait until every worker has, which will take long."""

    def skip(self, meetings: int) -> None:
        """Leave out so many meetings, for which the others do not wait."""


class NoWorkersError(Exception):
    """Why there can be no other workers than that of this process."""


class Backend(Protocol):
    """Where the workers of a job run; the first of them always in this process."""

    def open(
        self, job: Job, given: Mapping[str, NDArray[Any]], room: Layout, ids: Ids | FileIds
    ) -> tuple[dict[str, NDArray[Any]], Ids | FileIds, Barrier]:
        """Start a job's other workers, which then wait at the barrier.

        Parameters
        ----------
        job : Job
        given : mapping of str to array
            What the job begins with.
        room : Layout
            Further arrays, zeros at first.
        ids : int32 array or FileIds
            The encoded corpus.

        Returns
        -------
        arrays : dict of str to array
            The arrays, where all workers see them.
        ids : int32 array or FileIds
            The encoded corpus, likewise.
        barrier : Barrier
            Where the worker of this process meets the others.

        Raises
        ------
        NoWorkersError
            None can be started, or there is no memory that they could share.
        """

    def end(self) -> None:
        """End the other workers."""
