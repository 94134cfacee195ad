"""The records of word2vec's two formats: bytes in, blocks of words and vectors out."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from npw2v.errors import FormatError, NotTextError, TruncatedError
from npw2v.formats.opening import bytes_left
from npw2v.formats.sniff import is_text_row, looks_like_text
from npw2v.logs import logger_of

logger = logger_of(__name__)

Array = NDArray[Any]
#: n words and the array (n, dimensions) of their vectors.
Block: TypeAlias = "tuple[list[str], Array]"

#: Bytes without a space that prove that a file is no word2vec file.
LONGEST_WORD = 1 << 20

#: Bytes that a number as text can need: 1e308 with all its digits, and more.
_LONGEST_NUMBER = 400

_OTHER_SPACES = (b"\t", b"\r", b"\v", b"\f", b"  ")


@dataclass
class RecordReader:
    """Reads the records that follow the header of `file`.

    Attributes
    ----------
    file : binary file
        The file, after its header.
    name : str
        What to call it in messages.
    count : int
        How many records to read.
    vector_size : int
        Numbers in each record.
    encoding, unicode_errors : str
        How a word's bytes become a `str`.
    datatype : numpy.dtype
        Floating dtype of the blocks of `text`.
    chunk_bytes : int
        How much to read at a time.
    first_lines : sequence of bytes
        Text lines already taken from the file, to be read again.
    fewer : bool
        Whether `count` is only a limit: text that ends before it is no error.
    complete : bool
        Whether nothing should follow those records.
    numbers : bool
        Whether to read the numbers; without, the blocks have the words and arrays of no columns.
    """

    file: IO[bytes]
    name: str
    count: int
    vector_size: int
    encoding: str
    unicode_errors: str
    datatype: np.dtype[Any]
    chunk_bytes: int
    first_lines: Sequence[bytes] = ()
    fewer: bool = False
    complete: bool = False
    numbers: bool = True

    def binary(self) -> Iterator[Block]:
        """Yield blocks of binary records, float32 whatever `datatype` says.

        A regular expression takes a chunk's words, a third of the time of a search for each; the vectors are then
        gathered by one fancy index into a view of the chunk whose items are whole vectors, one starting at every byte.
        """
        size = 4 * self.vector_size
        vector = np.dtype((np.void, size))
        # What is left at the end is taken at once, rather than searched for a record from every byte on.
        record = re.compile(rb"([^ ]*) .{%d}|.+" % size, re.DOTALL)
        done, pending = 0, b""
        while done < self.count:
            fresh = self.file.read(max(self.chunk_bytes, len(pending)))  # so that a long record is not copied often
            if not fresh:
                raise self._truncated(done, f"a word, a space and {size} bytes, got {len(pending)} bytes")
            chunk = pending + fresh
            if not done:
                self._refuse_text(chunk)
            words, starts = _split(chunk, record, size, self.count - done)
            if words:
                vectors = np.empty((len(words), 0), "<f4")
                if self.numbers:
                    every_vector = np.ndarray(len(chunk) - size + 1, vector, chunk, strides=(1,))
                    vectors = every_vector[starts].view("<f4").reshape(-1, self.vector_size)
                if b"\n" in b"".join(words):
                    words = [word.lstrip(b"\n") for word in words]
                yield self._decoded(words, done), vectors
                done += len(words)
                pending = chunk[starts[-1] + size :]
            else:
                pending = chunk
            if len(pending) > LONGEST_WORD + size and b" " not in pending[:LONGEST_WORD]:
                raise self._malformed(done, "a word and a space", f"no space in {LONGEST_WORD} bytes")
        self._warn_of_more(pending)

    def text(self) -> Iterator[Block]:
        """Yield blocks of text records, of dtype `datatype`."""
        done = 0
        more: list[bytes] = []
        lines = list(self.first_lines)
        fresh_lines = self._lines()
        while done < self.count:
            lines += next(fresh_lines, [])
            if not lines:
                if self.fewer:
                    return
                raise self._truncated(done, f"a word and {self.vector_size} numbers")
            more = lines[self.count - done :]
            del lines[self.count - done :]
            rows = [line.rstrip().partition(b" ") for line in lines]
            numbers = [row[2] for row in rows]
            vectors = self._parsed(numbers) if self.numbers else np.empty((len(rows), 0), self.datatype)
            if vectors is None:
                closer = [self._parsed_alone(row, index) for index, row in enumerate(rows, done)]
                with np.errstate(over="ignore"):
                    vectors = np.array(closer, self.datatype)
            yield self._decoded([row[0] for row in rows], done), vectors
            done += len(lines)
            lines = []
        self._warn_of_more(b"".join(more))

    def _lines(self) -> Iterator[list[bytes]]:
        """Yield the lines that follow, some at a time.

        A line that does not end is given up before it takes more memory than the longest word and as many numbers.
        """
        longest = LONGEST_WORD + _LONGEST_NUMBER * self.vector_size
        pending = b""
        while fresh := self.file.read(max(self.chunk_bytes, len(pending))):
            lines = (pending + fresh).split(b"\n")
            pending = lines.pop()
            if lines:
                yield lines
            if len(pending) > longest:
                raise FormatError(f"{self.name}: a line of more than {longest} bytes is no word and its numbers")
        if pending:
            logger.warning("%s ends within a line: the last number of its last record may be cut off", self.name)
            yield [pending]

    def _parsed(self, numbers: list[bytes]) -> Array | None:
        """Parse all rows in one go; None if any of them needs a closer look."""
        spaces = self.vector_size - 1
        if any(row.count(b" ") != spaces for row in numbers):
            return None
        joined = b" ".join(numbers)
        if joined.startswith(b" ") or any(space in joined for space in _OTHER_SPACES):
            return None
        # float16 goes through float64, as float() does; NumPy parses float32 through float64 itself
        parsed_as = np.float32 if self.datatype == np.float32 else np.float64
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # older NumPy only warns of what is not a number
                values = np.fromstring(joined, parsed_as, sep=" ")
        except (ValueError, DeprecationWarning):
            return None
        if len(values) != len(numbers) * self.vector_size:
            return None
        with np.errstate(over="ignore"):  # too large for float16: infinite
            parsed: Array = values.reshape(-1, self.vector_size).astype(self.datatype, copy=False)
        return parsed

    def _parsed_alone(self, row: tuple[bytes, bytes, bytes], index: int) -> list[float]:
        """Parse one row as `float` does, or say what is wrong with it."""
        word, _, numbers = row
        fields = numbers.split(b" ") if numbers else []
        expected = f"a word and {self.vector_size} numbers, separated by single spaces"
        if not word and not fields:
            raise self._malformed(index, expected, "an empty line")
        if len(fields) != self.vector_size:
            hint, is_text = "", looks_like_text(word + numbers)
            if not is_text:
                hint = "; this looks like binary data: pass binary=True"
            elif self.fewer and index == 1:
                hint = "; if the first line is a header, do not pass no_header=True"
            raise self._malformed(
                index, expected, f"{len(fields)} after {word[:40]!r}{hint}", FormatError if is_text else NotTextError
            )
        values = []
        for field in fields:
            try:
                values.append(float(field.decode("utf8")))
            except ValueError:
                raise self._malformed(index, expected, f"{field[:40]!r} after {word[:40]!r}") from None
        return values

    def _decoded(self, words: list[bytes], first: int) -> list[str]:
        try:
            return [word.decode(self.encoding, self.unicode_errors) for word in words]
        except UnicodeDecodeError:
            for index, word in enumerate(words, first + 1):
                try:
                    word.decode(self.encoding, self.unicode_errors)
                except UnicodeDecodeError as error:
                    error.reason += f" (word {index} of {self.name}, {word[:40]!r}; see encoding= and unicode_errors=)"
                    raise
            raise

    def _refuse_text(self, chunk: bytes) -> None:
        line = chunk.split(b"\n", 1)[0]
        if self.vector_size > 1 and is_text_row(line, self.vector_size):
            raise FormatError(f"{self.name}: the records are text, not binary; pass binary=False")

    def _warn_of_more(self, rest: bytes) -> None:
        """Say so if more than a newline follows the last record: `rest`, or what has not been read yet."""
        if self.complete and (rest.strip() or (bytes_left(self.file) or 0) > 1):
            logger.warning("%s goes on after the %d records that its header promises", self.name, self.count)

    def _malformed(self, index: int, expected: str, found: str, kind: type[FormatError] = FormatError) -> FormatError:
        return kind(f"{self.name}: record {index + 1}: expected {expected}, got {found}")

    def _truncated(self, done: int, expected: str) -> TruncatedError:
        return TruncatedError(
            f"{self.name}: the file ends at record {done + 1} of {self.count}: expected {expected}. "
            "The file is truncated, or the count in its header is wrong"
        )


def _split(chunk: bytes, record: re.Pattern[bytes], size: int, most: int) -> tuple[list[bytes], Array]:
    """Find up to `most` whole records of `size` bytes a vector: their words, and where their vectors start."""
    words = record.findall(chunk)
    starts = np.cumsum(np.fromiter(map(len, words), np.intp, len(words)) + (1 + size)) - size
    if words and (starts[-1] + size > len(chunk) or chunk[starts[-1] - 1] != ord(" ")):  # not a whole record
        words.pop()
    del words[most:]
    return words, starts[: len(words)]
