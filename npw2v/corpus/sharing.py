"""A text that several processes read: each encodes stretches of its files, and all is put together in order.

This process hands out stretches, encodes those that nobody else has, and puts the results together. What it gets from
another process are that one's own numbers and the words that were new to it, in order of first appearance: only these
are looked up here, and a table makes ids of all the others. So words are looked up in the order of the text, whoever
read it, and the ids are those of one process that reads alone.

Where anything is not as it was planned (a file has changed, is not UTF-8, or has words longer than a block; a process
has ended), sharing ends, and who asked for it reads on alone from there: so errors have one place to come from.
"""

from __future__ import annotations

import json
import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from npw2v.corpus.ids import Ids, Lengths
from npw2v.corpus.stretches import END, GAVE_UP, READY, Message, Stretch, identity_of, read_message
from npw2v.corpus.textfiles import BLOCK_SIZE, is_plain
from npw2v.corpus.wordbytes import Lookup, WordCache, ascii_spaces, split
from npw2v.kernels import children
from npw2v.logs import logger_of
from npw2v.watch import tell

if TYPE_CHECKING:
    import subprocess

logger = logger_of(__name__)

#: Blocks in a stretch: some, since each is asked for; few, as the last ones are waited for, and memory holds those that
#: are ready too early.
STRETCH_BLOCKS = 4

#: Stretches that a process has before it: the next one must be there when it has done one.
GIVEN = 2

#: Stretches for each process that are handed out and not put together yet.
AHEAD = 4

#: What a process runs.
START = children.start_of("npw2v.corpus.stretches")


class Block(NamedTuple):
    """A block of text, in its turn.

    Attributes
    ----------
    ids : int32 array
        Of its words.
    lines : int64 array
        For each newline, how many of them end before it.
    """

    ids: Ids
    lines: Lengths


class Place(NamedTuple):
    """Where reading is to go on: the number of a file, and a byte."""

    file: int
    position: int


class _Result(NamedTuple):
    """A block that is encoded; and what makes ids of it when its turn has come."""

    size: int  # or END, GAVE_UP
    lines: Lengths
    ids: Callable[[], Ids]


def _nothing() -> Ids:
    return np.zeros(0, np.int32)


class _Helper:
    """Another process that encodes stretches.

    Parameters
    ----------
    lookup : callable
        As for `Sharing`.
    """

    def __init__(self, child: subprocess.Popen[bytes], lookup: Lookup) -> None:
        self.ready, self.given, self.done = threading.Event(), 0, 0
        self._input, self._output = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
        self._lookup = lookup
        self._ids, self._known = np.zeros(1 << 12, np.int32), 0  # of its numbers
        children.widen(self._output)
        self._messages: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, name="npw2v-reading", daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        """Take messages as they come, since a pipe that nobody reads is soon full."""
        try:
            with self._output as pipe:
                for line in pipe:
                    if line == READY:
                        self.ready.set()
                        break
                while (message := read_message(pipe)) is not None:
                    self._messages.put(message)
                    self.done += message.size in (END, GAVE_UP)
        finally:
            self._messages.put(None)

    def close(self) -> None:
        """Wait for the end of the messages of a process that has ended."""
        self._listener.join(1.0)

    def give(self, stretch: Stretch) -> None:
        """Let the process encode a stretch."""
        self.given += 1
        try:
            self._input.write(json.dumps(stretch).encode() + b"\n")
            self._input.flush()
        except OSError:  # it has ended, which the end of its messages says, too
            self.ready.clear()

    @property
    def waits(self) -> bool:
        """Whether a stretch can be given to the process."""
        return self.ready.is_set() and self.given - self.done < GIVEN

    @property
    def has_result(self) -> bool:
        """Whether the next block is there."""
        return not self._messages.empty()

    def result(self) -> _Result:
        """Return the next block, and wait for it if need be."""
        message = self._messages.get()
        if message is None:
            logger.warning("a process that helped to read the corpus has ended before its time: reading on without it")
            return _Result(GAVE_UP, np.zeros(0, np.int64), _nothing)
        return _Result(message.size, message.lines, partial(self._translate, message))

    def _translate(self, message: Message) -> Ids:
        words = message.words.decode().split("\n")[:-1]
        known = self._known + len(words)
        if known > len(self._ids):
            self._ids = np.concatenate([self._ids, np.zeros(max(known, len(self._ids)), np.int32)])
        self._ids[self._known : known] = np.fromiter(self._lookup(words), np.int32, len(words))
        self._known = known
        return self._ids.take(message.numbers)


class _Own:
    """What this process encodes itself, ahead of its turn if others are behind."""

    def __init__(self, cache: WordCache) -> None:
        self._cache = cache
        self._results: deque[_Result] = deque()
        self._blocks: deque[Iterator[_Result]] = deque()

    def give(self, stretch: Stretch) -> None:
        """Take a stretch."""
        self._blocks.append(_encoded(stretch, self._cache))

    def step(self) -> bool:
        """Encode a block; tell whether there was one."""
        while self._blocks:
            for result in self._blocks[0]:
                self._results.append(result)
                return True
            self._blocks.popleft()
        return False

    has_result = True

    def result(self) -> _Result:
        """Return the next block."""
        if not self._results:
            self.step()
        return self._results.popleft()


def _encoded(stretch: Stretch, cache: WordCache) -> Iterator[_Result]:
    ending = END
    try:
        for data in stretch.blocks():
            text = ascii_spaces(data)
            starts, ends, lines = split(text)
            yield _Result(len(data), lines, partial(cache.settle, cache.find(text, starts, ends)))
    except (OSError, ValueError):  # who reads on finds the same
        ending = GAVE_UP
    yield _Result(ending, np.zeros(0, np.int64), _nothing)


class Sharing(AbstractContextManager["Sharing"]):
    """Processes that help to read, and a context that ends them.

    Parameters
    ----------
    helpers : int
        Processes to start; there are fewer if the system starts no more.
    cache : WordCache
        For what this process reads itself.
    lookup : callable
        What the cache looks words up with.
    """

    def __init__(self, helpers: int, cache: WordCache, lookup: Lookup) -> None:
        self._wanted, self._lookup = helpers, lookup
        self._children: list[subprocess.Popen[bytes]] = []
        self._helpers: list[_Helper] = []
        self._own = _Own(cache)

    def __enter__(self) -> Sharing:
        try:
            for _ in range(self._wanted):
                self._children.append(children.start(START, with_errors=False))
                self._helpers.append(_Helper(self._children[-1], self._lookup))
        except (OSError, RuntimeError) as error:  # no process, or no thread
            logger.debug("%i processes help to read the corpus, and no more: %s", len(self._helpers), error)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        with ExitStack() as tasks:
            for helper in self._helpers:
                tasks.callback(helper.close)
            tasks.callback(children.end, self._children)

    def blocks(self, paths: Sequence[Any]) -> Generator[Block | None, None, Place | None]:
        """Yield the blocks of files in order, and None at the end of each file.

        Returns
        -------
        Place or None
            Where the first block begins that could not be had in this way.
        """
        planned = stretches(paths)
        taken: deque[tuple[Stretch, _Helper | _Own]] = deque()
        file = position = 0
        while self._hand_out(planned, taken) or self._take(planned, taken):
            stretch, encoder = taken.popleft()
            while True:
                while not encoder.has_result and self._work_ahead(planned, taken):
                    self._hand_out(planned, taken)
                result = encoder.result()
                self._hand_out(planned, taken)
                if result.size == GAVE_UP:
                    return Place(file, position)
                if result.size == END:
                    break
                position += result.size
                tell("bytes", result.size)
                yield Block(result.ids(), result.lines)
            if stretch.stop is None:
                file, position = file + 1, 0
                yield None
        return None if file == len(paths) else Place(file, 0)

    def _work_ahead(self, planned: Iterator[Stretch], taken: deque[tuple[Stretch, _Helper | _Own]]) -> bool:
        """Encode a block whose turn has not come; tell whether there was one."""
        return self._own.step() or (self._may_take(taken) and self._take(planned, taken))

    def _may_take(self, taken: Sequence[Any]) -> bool:
        return len(taken) < AHEAD * (len(self._helpers) + 1)

    def _take(self, planned: Iterator[Stretch], taken: deque[tuple[Stretch, _Helper | _Own]]) -> bool:
        """Let this process encode the next stretch; tell whether there was one."""
        for stretch in planned:
            self._own.give(stretch)
            taken.append((stretch, self._own))
            return True
        return False

    def _hand_out(self, planned: Iterator[Stretch], taken: deque[tuple[Stretch, _Helper | _Own]]) -> bool:
        """Give stretches to the processes that wait for one; tell whether any are on the way."""
        for helper in self._helpers:
            while helper.waits and self._may_take(taken):
                stretch = next(planned, None)
                if stretch is None:
                    break
                helper.give(stretch)
                taken.append((stretch, helper))
        return bool(taken)


def stretches(paths: Sequence[Any]) -> Iterator[Stretch]:
    """Cut files into stretches, up to the first that is no plain file."""
    length = STRETCH_BLOCKS * BLOCK_SIZE
    for path in paths:
        if not is_plain(path):
            return
        name = os.path.abspath(os.fsdecode(path))
        try:
            identity = identity_of(os.stat(name))
        except OSError:
            return
        starts = range(0, max(identity[-1], 1), length)
        for start in starts:
            stop = None if start == starts[-1] else start + length
            yield Stretch(name, identity, BLOCK_SIZE, start, stop)
