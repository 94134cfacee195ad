"""One worker, in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.ids import FileIds, Ids
from npw2v.kernels.blocks import Layout
from npw2v.training.backends import Barrier
from npw2v.training.job import Job


class OpenBarrier:
    """The barrier of a worker that is alone."""

    def arrive(self) -> None:
        """Nobody to tell."""

    def wait(self, workers: int | None = None) -> None:
        """Nobody to wait for."""

    def rest(self) -> None:
        """Nobody to wait for."""

    def skip(self, meetings: int) -> None:
        """Nobody who would wait."""


class Local:
    """A backend of this process alone: it trains the given arrays themselves. See `Backend`."""

    def open(
        self, job: Job, given: Mapping[str, NDArray[Any]], room: Layout, ids: Ids | FileIds
    ) -> tuple[dict[str, NDArray[Any]], Ids | FileIds, Barrier]:
        """Make the further arrays."""
        return {**given, **{name: np.zeros(*spec) for name, spec in room.items()}}, ids, OpenBarrier()

    def end(self) -> None:
        """Nobody to end."""
