"""Worker processes: started on this module, sharing one memory map, meeting at a barrier.

A worker is a child process (:mod:`npw2v.kernels.children`) that runs :func:`main`. It reads its job from its standard
input as JSON, and takes the end of that input, however it comes about, as the end of its parent.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.ids import FileIds, Ids
from npw2v.errors import TrainingError
from npw2v.kernels import children
from npw2v.kernels.blocks import Layout
from npw2v.kernels.threads import available_cores
from npw2v.logs import logger_of
from npw2v.training.backends import Barrier, NoWorkersError
from npw2v.training.backends.memory import Files, SharedArrays, attach, close_files, open_files
from npw2v.training.job import Job
from npw2v.training.lanes import worker_of

if TYPE_CHECKING:
    import subprocess

logger = logger_of(__name__)

#: int64 words between two workers' tickets: a cache line each.
STRIDE = 8

#: Looks at a ticket before giving up the processor, and before sleeping; and where there are more workers than cores,
#: each of which takes time from the one that is waited for.
SPINS, YIELDS = 2_000, 20_000
CROWDED_SPINS, CROWDED_YIELDS = 10, 30

#: Seconds of sleep between looks after that, and between looks at the other workers' health.
NAP, CHECKUP = 0.0005, 0.05

#: Bytes of what a worker says that are kept, the last ones: more than its traceback takes.
LAST_WORDS = 1 << 14

#: What a worker runs.
START = children.start_of("npw2v.training.backends.processes")

_fence = threading.Lock()


def fence() -> None:
    """Order this process's writes and reads of shared memory before and after.

    x86 keeps them in order by itself, ARM does not. A lock's acquire and release are one-way barriers; two in a row
    let nothing pass in either direction.
    """
    with _fence:
        pass
    with _fence:
        pass


class SpinBarrier:
    """Where workers meet: each counts its arrivals in shared memory and watches the counts of the others.

    Parameters
    ----------
    tickets : int64 array (workers·STRIDE,)
        Shared, zero at first.
    index : int
        This worker's number.
    check : callable
        Called now and then while waiting; raises if waiting is in vain.
    """

    def __init__(self, tickets: NDArray[np.int64], index: int, check: Callable[[], None]) -> None:
        self._tickets = tickets.data
        self._index, self._others = index, [i for i in range(len(tickets) // STRIDE) if i != index]
        self._check, self._ticket = check, 0
        crowded = len(self._others) >= available_cores()
        self._spins, self._yields = (CROWDED_SPINS, CROWDED_YIELDS) if crowded else (SPINS, YIELDS)

    def arrive(self) -> None:
        """Say that this worker has come this far."""
        fence()
        self._ticket += 1
        self._tickets[self._index * STRIDE] = self._ticket

    def wait(self, workers: int | None = None) -> None:
        """Wait until every worker has, or the first so many: by looking, then by yielding, then by sleeping."""
        self._wait(self._others if workers is None else [other for other in self._others if other < workers])

    def rest(self) -> None:
        """Wait until every worker has, sleeping between looks."""
        self._wait(self._others, self._yields)

    def skip(self, meetings: int) -> None:
        """Leave out so many meetings, for which the others do not wait."""
        self._ticket += meetings

    def _wait(self, others: list[int], looked: int = 0) -> None:
        """Wait for some workers as if they had been looked for so often already."""
        for other in others:
            looks, checked = looked, 0.0
            while self._tickets[other * STRIDE] < self._ticket:
                looks += 1
                if looks > self._yields:
                    time.sleep(NAP)
                    if time.monotonic() - checked > CHECKUP:
                        self._check()
                        checked = time.monotonic()
                elif looks > self._spins:
                    time.sleep(0)
        fence()


class Output:
    """What a process prints: read as it comes, since a pipe that nobody reads is full at 64 KB and stops the process.

    Parameters
    ----------
    pipe : binary file
    """

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe, self._last, self._skipped = pipe, b"", 0
        self._reader = threading.Thread(target=self._read, name="npw2v-worker-output", daemon=True)
        try:
            self._reader.start()
        except RuntimeError as error:  # where threads are counted as processes are, there may be no more of them
            pipe.close()
            raise OSError(f"no thread can be started that reads what a worker says: {error}") from error

    def _read(self) -> None:
        while fresh := os.read(self._pipe.fileno(), 1 << 16):
            said = self._last + fresh
            self._last = said[-LAST_WORDS:]
            self._skipped += len(said) - len(self._last)

    def close(self) -> None:
        """Read what is left of a process that has ended, and close the pipe."""
        self._reader.join(1.0)  # longer only if the process has handed the pipe on to one that still runs
        if not self._reader.is_alive():
            self._pipe.close()

    def words(self) -> str:
        """Return the end of what a process said that has ended."""
        self._reader.join(1.0)
        skipped = f"({self._skipped:,} bytes more, and then:)\n" if self._skipped else ""
        return skipped + (self._last.decode(errors="replace").strip() or "(nothing)")


class WorkerProcesses:
    """A backend of processes, and a context that ends them. See `Backend`.

    A process takes about 0.1 s to import what it needs. Started before there is a job, it does so while the corpus is
    read. What its memory will be is not known then: it inherits files that are still empty.

    Parameters
    ----------
    count : int
        Processes to start at once; :meth:`open` starts what else it needs.
    """

    def __init__(self, count: int = 0) -> None:
        self.files: Files = {}
        self.children: list[subprocess.Popen[bytes]] = []
        self._outputs: list[Output] = []
        self._first, self._working = count, 0

    def __enter__(self) -> WorkerProcesses:
        try:
            self.grow(self._first)
        except OSError as error:
            logger.debug("no process was started in advance: %s", error)  # `open` will say so, if one is needed
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.end()

    def open(
        self, job: Job, given: Mapping[str, NDArray[Any]], room: Layout, ids: Ids | FileIds
    ) -> tuple[dict[str, NDArray[Any]], Ids | FileIds, Barrier]:
        """Put the arrays into memory that all workers share, and hand the others their tasks."""
        given = dict(given) if isinstance(ids, FileIds) else {**given, "ids": ids}
        layout = {
            **{name: (array.shape, array.dtype) for name, array in given.items()},
            **room,
            "tickets": ((job.workers * STRIDE,), np.int64),
        }
        try:
            self.grow(job.workers - 1)
            shared = SharedArrays(layout, self.files)
        except OSError as error:
            self.end()
            raise NoWorkersError(str(error)) from error
        self._working = job.workers - 1
        for name, array in given.items():
            shared.arrays[name][...] = array
        task = {
            "job": job.as_dict(),
            "address": shared.address(),
            "ids": {"path": ids.path, "length": len(ids)} if isinstance(ids, FileIds) else None,
        }
        for index, child in enumerate(self.children[: self._working], start=1):
            _send(child, {**task, "index": index})
        arrays = shared.arrays
        return arrays, arrays.get("ids", ids), SpinBarrier(arrays["tickets"], 0, self._check)

    def _check(self) -> None:
        """Raise the error of a worker that has ended before its time."""
        for index, child in enumerate(self.children[: self._working], start=1):
            if child.poll() is not None:
                raise TrainingError(
                    f"worker {index} (process {child.pid}) ended with exit code {child.returncode} in the middle of "
                    f"training; the vectors hold what was trained so far. It said:\n{self._outputs[index - 1].words()}"
                )

    def grow(self, count: int) -> None:
        """Start processes until there are ``count``; raise OSError if the system has none."""
        if not self.files and len(self.children) < count:
            self.files = open_files()
        while len(self.children) < count:
            child = self._start()
            self.children.append(child)
            if child.stdout is not None:
                self._outputs.append(Output(child.stdout))

    def _start(self) -> subprocess.Popen[bytes]:
        files = [file.fileno() for file in self.files.values() if not isinstance(file, OSError)]
        return children.start(START, with_errors=True, inherited=files)

    def end(self) -> None:
        """End every process and wait for it; all that is to be done is done, also if some of it is interrupted."""
        with ExitStack() as tasks:
            tasks.callback(close_files, self.files)
            for output in self._outputs:
                tasks.callback(output.close)
            tasks.callback(children.end, self.children)


def _send(child: subprocess.Popen[bytes], task: dict[str, Any]) -> None:
    """Hand a worker its task."""
    if child.stdin is None:
        raise TrainingError(f"worker {task['index']} was started without a standard input")
    try:
        child.stdin.write(json.dumps(task).encode() + b"\n")
        child.stdin.flush()
    except OSError:
        logger.debug("worker %i did not read its job; the first meeting will say why", task["index"])


def main() -> None:
    """Do a worker's share of the job that stands on standard input."""
    task = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        with np.errstate(all="ignore"):
            job, arrays = Job.from_dict(task["job"]), attach(task["address"])
            ids = arrays["ids"] if task["ids"] is None else FileIds(**task["ids"])
            barrier = SpinBarrier(arrays["tickets"], task["index"], lambda: None)
            worker = worker_of(job, arrays, ids, task["index"], barrier)
            for epoch in job.epochs:
                for _ in worker.epoch(epoch):
                    pass
        threading.Event().wait()  # the parent ends its workers: it still looks at them in its last steps
    except BaseException:
        traceback.print_exc(file=sys.stdout)
        sys.stdout.flush()
        os._exit(1)


def _end_with_parent() -> None:
    """End this process when its standard input does: the parent closed it, or died."""
    while os.read(0, 1):
        pass
    os._exit(0)
