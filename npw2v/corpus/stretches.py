"""Stretches of a text file, and the process that helps to read it by encoding some of them.

A file is cut into *stretches* of some blocks each, at places that depend on the file alone. A helping process is given
one after the other, numbers words as it meets them, in its own way, and says of each block the numbers of its words,
and which words were new to it. `npw2v.corpus.sharing` makes ids of that.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import IO, NamedTuple

import numpy as np

from npw2v.corpus.wordbytes import CutError, Ids, Places, WordCache, ascii_spaces, last_space, split, whole_words

#: What a process says first, when all that it needs is imported; anything before it is somebody else's.
READY = b"npw2v reads\n"

#: How a stretch ends: it was read, or it could not be.
END, GAVE_UP = 0, -1


class Stretch(NamedTuple):
    """A part of a file.

    Attributes
    ----------
    path : str
        The file.
    identity : list of int
        Says whether it is the one that was cut, see `identity_of`.
    size : int
        Of a block, in bytes.
    start, stop : int
        Multiples of the size; without a stop it goes on to the end of the file.
    """

    path: str
    identity: list[int]
    size: int
    start: int
    stop: int | None

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes of its blocks, cut where reading the file from its beginning would cut them.

        Raises
        ------
        CutError
            The file has changed, or there is no white space near the start.
        OSError
            It cannot be read.
        """
        with open(self.path, "rb") as file:
            if identity_of(os.fstat(file.fileno())) != self.identity:
                raise CutError(f"{self.path} has changed")
            begin = 0
            if self.start:
                file.seek(self.start - self.size)
                end = last_space(file.read(self.size))
                if not end:
                    raise CutError(f"there is no white space in the {self.size:,} bytes before byte {self.start:,}")
                begin = self.start - self.size + end
            file.seek(begin)
            yield from whole_words(file, self.size, begin, self.stop)


def identity_of(status: os.stat_result) -> list[int]:
    """Return numbers that are others when a file was replaced, or has grown or shrunk."""
    return [status.st_dev, status.st_ino, status.st_size]


class Message(NamedTuple):
    """What a process has found in a block.

    Attributes
    ----------
    size : int
        Bytes of the block in its file; or END or GAVE_UP, and then there is nothing else.
    numbers : int32 array
        Of its words.
    lines : int64 array
        For each newline, how many words end before it.
    words : bytes
        Those that got the next numbers, each with a newline after it.
    """

    size: int
    numbers: Ids
    lines: Places
    words: bytes

    def write(self, file: IO[bytes]) -> None:
        """Write what `read_message` reads."""
        sizes = np.array([self.size, self.numbers.nbytes, self.lines.nbytes, len(self.words)], np.int64)
        file.write(b"".join([sizes.data, self.numbers.data, self.lines.data, self.words]))
        file.flush()


def read_message(file: IO[bytes]) -> Message | None:
    """Read a message; None where the file ends."""
    header = file.read(32)
    if len(header) < 32:
        return None
    size, *lengths = np.frombuffer(header, np.int64).tolist()
    numbers, lines, words = (file.read(length) for length in lengths)
    if len(words) < lengths[-1]:
        return None
    return Message(size, np.frombuffer(numbers, np.int32), np.frombuffer(lines, np.int64), words)


def answers(stretch: Stretch, cache: WordCache, numbers: dict[str, int]) -> Iterator[Message]:
    """Say what is in a stretch.

    Parameters
    ----------
    stretch : Stretch
    cache : WordCache
        In front of `numbers`.
    numbers : dict
        The words so far, in order; new ones are added.
    """
    nothing = np.zeros(0, np.int32), np.zeros(0, np.int64), b""
    try:
        for data in stretch.blocks():
            known, text = len(numbers), ascii_spaces(data)
            starts, ends, lines = split(text)
            ids = cache.ids(text, starts, ends)
            new = "".join(f"{word}\n" for word in list(islice(reversed(numbers), len(numbers) - known))[::-1])
            yield Message(len(data), ids, lines, new.encode())
    except (OSError, ValueError):  # the parent finds the same, and says so
        yield Message(GAVE_UP, *nothing)
    else:
        yield Message(END, *nothing)


def main() -> None:
    """Encode the stretches that standard input names, until it ends."""
    encode(sys.stdin.buffer, sys.stdout.buffer)


def encode(stretches: IO[bytes], output: IO[bytes]) -> None:
    """Encode the stretches that a file names, as JSON, a line each, and write what `read_message` reads."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)  # gives a new word the next without leaving C

    def number(words: Iterable[str]) -> Iterable[int]:
        return map(numbers.__getitem__, words)

    cache = WordCache(number)
    output.write(b"\n" + READY)
    output.flush()
    for line in stretches:
        for message in answers(Stretch(*json.loads(line)), cache, numbers):
            message.write(output)
