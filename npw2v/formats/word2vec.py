r"""word2vec's two file formats, read and written bit for bit as word2vec.c and gensim do.

Text
----
::

    <count> <dimensions>\n
    <word> <number> <number> ... <number>\n      one line a word

Numbers are the shortest decimals that read back as the same float. GloVe's files are the same without the first line.

Binary
------
::

    <count> <dimensions>\n
    <word><space><dimensions x float32, little-endian>[\n]      one record a word, nothing between records

word2vec.c ends each record with the newline, gensim and npw2v do not; reading drops newlines before a word.

Words
-----
UTF-8. Neither format can hold an empty word, nor one with a space or a newline in it: it would read back as other
words, so it is refused, and so are surrogates, which UTF-8 does not have. Other white space, such as U+00A0, is part of
the word. What is no `str`, such as an int, is written as `str` has it and reads back as a `str`; two keys that are
written alike, such as 7 and ``"7"``, are refused.

A vocabulary file, as ``-save-vocab`` of word2vec.c writes, has a line ``<word> <count>\n`` for each word.

Numbers
-------
Text keeps every number of float16, float32 and float64, read at that precision; of NaN it keeps that it is one. Binary
is float32: other precisions are rounded, and a number that would become infinite is refused.

Source: the programs word2vec.c (T. Mikolov, 2013) and gensim 4.4, models/keyedvectors.py.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import IO, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from npw2v.errors import FormatError, NotTextError, TruncatedError
from npw2v.formats.detection import open_detected
from npw2v.formats.floattext import format_rows
from npw2v.formats.opening import Source, bounded, bytes_left, label, open_for_reading, open_for_writing, read_lines
from npw2v.formats.records import LONGEST_WORD, Block, RecordReader
from npw2v.formats.rows import Rows, rows_of_array
from npw2v.formats.sniff import describe, looks_like_text
from npw2v.logs import logger_of

logger = logger_of(__name__)

Array = NDArray[Any]

CHUNK_BYTES = 1 << 20  # stays in the cache from reading to copying: a tenth faster than four times as much
_LONGEST_HEADER = 1000
_LONGEST_FIRST_LINE = 1 << 26  # of a file without a header, whose first line tells the dimensions
_MOST_DIMENSIONS = 1 << 24
_SUSPICIOUS = 1 << 26  # bytes of vectors beyond which a header is held against the length of the file
_GROWTH = 1.25
_VOCABULARY_LINE = re.compile(rb"([^ ]+) (\d+)\r?\n?")  # other white space belongs to the word
_DIGITS = 1000  # of a count, leading zeros among them: Python would take long over more, or refuse them


@contextmanager
def open_word2vec(
    source: Source,
    *,
    binary: bool | None = False,
    encoding: str = "utf8",
    unicode_errors: str = "strict",
    limit: int | None = None,
    datatype: DTypeLike = np.float32,
    no_header: bool = False,
    chunk_bytes: int = CHUNK_BYTES,
    numbers: bool = True,
) -> Iterator[tuple[int | None, int, Iterator[Block]]]:
    """Open a file and read its header; the vectors come a block at a time.

    Parameters and errors are those of `read_word2vec`; without `numbers`, these are passed over, and the arrays have no
    columns.

    Yields
    ------
    count : int or None
        How many records will come; None without a header.
    vector_size : int
        Dimensions of the vectors.
    blocks : iterator of (list of str, numpy.ndarray)
        Some words and the array (words, dimensions) of their vectors. A repeated word comes each time.
    """
    if binary and no_header:
        raise NotImplementedError("no_header works with the text format only: binary records need the dimensions")
    if limit is not None and limit < 0:
        raise ValueError(f"limit must be None or at least 0, got {limit}")
    name = label(source)
    logger.info("loading projection weights from %s", name)
    with open_for_reading(source) as opened, _open_content(bounded(source, opened), name, binary) as (file, kind):
        if binary is None:
            binary, no_header = kind == "word2vec binary" and not no_header, no_header or kind == "GloVe text"
        first_lines: list[bytes] = []
        if no_header:
            first_lines, count = [next(read_lines(file, _LONGEST_FIRST_LINE, name), b"")], None
            size = len(first_lines[0].rstrip().split(b" ")) - 1
            if size < 1:
                error = FormatError if looks_like_text(first_lines[0]) else NotTextError
                raise error(f"{name}: record 1: expected a word and its numbers, got {first_lines[0][:60]!r}")
        else:
            count, size = _read_header(file, name)
        promised = count
        if limit and count is not None:
            count = min(count, limit)
        if count is not None:
            _check_promise(count, size, binary, bytes_left(file), name)
        most = count if count is not None else limit or sys.maxsize
        reader = RecordReader(
            file=file,
            name=name,
            count=most,
            vector_size=size,
            encoding=encoding,
            unicode_errors=unicode_errors,
            datatype=np.dtype(datatype),
            chunk_bytes=chunk_bytes,
            first_lines=first_lines,
            fewer=no_header,
            complete=most == promised,
            numbers=numbers,
        )
        yield count, size, reader.binary() if binary else reader.text()


def _open_content(file: IO[bytes], name: str, binary: bool | None) -> AbstractContextManager[tuple[IO[bytes], str]]:
    """Look at what is in the file, unless the caller knows."""
    return open_detected(file, name) if binary is None else nullcontext((file, ""))


def _read_header(file: IO[bytes], name: str) -> tuple[int, int]:
    head = file.readline(_LONGEST_HEADER)
    try:
        count, size = (int(field) for field in head.split())
    except ValueError:
        head += file.read(_LONGEST_HEADER)
        kind = FormatError if looks_like_text(head) else NotTextError
        raise kind(f"{name}: expected a header '<count> <dimensions>', got {head[:60]!r}: {describe(head)}") from None
    if count < 0 or size < 1:
        raise FormatError(f"{name}: the header promises {count} words of {size} dimensions")
    if size > _MOST_DIMENSIONS:
        raise FormatError(f"{name}: the header promises {size} dimensions; at most {_MOST_DIMENSIONS} are read")
    return count, size


def _check_promise(count: int, size: int, binary: bool, left: int | None, name: str) -> None:
    """Raise if a header promises much that the rest of the file, of `left` bytes, cannot hold."""
    least = count * (1 + 4 * size if binary else 2 * size)  # without a word: a space before each number, and a digit
    if left is not None and least > max(left, _SUSPICIOUS):
        raise TruncatedError(
            f"{name}: the header promises {count} words of {size} dimensions, which do not fit in the "
            f"{left} bytes that follow: they take at least {least}. The file is truncated, or the header is wrong"
        )


def read_word2vec(source: Source, *, datatype: DTypeLike = np.float32, **how: Any) -> tuple[dict[str, int], Array, int]:
    """Read words and vectors. Of a word that comes twice, the first vector stays.

    Parameters
    ----------
    source : path, URL or binary file
        Compressed files are recognised.
    binary : bool, optional
        The format. Default: text. None: text or binary, with a header or without, in a zip or not, as the content of
        the file says.
    encoding, unicode_errors : str
        How the bytes of a word become a `str`, as for `bytes.decode`. Default: ``"utf8"``, ``"strict"``.
    limit : int, optional
        Read the first `limit` words only; None and 0 mean all.
    datatype : numpy.dtype
        Floating dtype of the vectors. Text is read at its precision; binary is float32, then cast.
    no_header : bool
        The text begins with the first word. With a limit, a shorter file is no error.
    chunk_bytes : int
        How much of the file to hold in memory beside the result.

    Returns
    -------
    rows : dict of str to int
        The row of each word, in order.
    vectors : numpy.ndarray of shape (len(rows), dimensions)
        The vectors, one a row.
    count : int
        How many words the file has (up to the limit), repeated ones included.

    Raises
    ------
    FormatError
        The file is not what the arguments say, or is truncated (`TruncatedError`, also an `EOFError`) or ragged.
    UnicodeDecodeError
        A word is not `encoding`; the message counts words from 1.
    NotImplementedError
        ``no_header`` with ``binary``.
    """
    with open_word2vec(source, datatype=datatype, **how) as (promised, size, blocks):
        words: list[str] = []
        vectors = _allocated(promised, size, datatype, label(source))
        for block_words, block in blocks:
            needed = len(words) + len(block_words)
            if needed > len(vectors):
                vectors.resize((max(needed, int(len(vectors) * _GROWTH)), size), refcheck=False)
            vectors[len(words) : needed] = block
            words += block_words
    vectors.resize((len(words), size), refcheck=False)
    # Not by the block, whose vectors would evict the dict from the cache.
    rows = dict(zip(words, range(len(words)), strict=True))
    if len(rows) < len(words):
        first = first_occurrences(words, label(source))
        rows, vectors = {words[index]: row for row, index in enumerate(first)}, vectors[first]
    return rows, vectors, len(words)


def _allocated(rows: int | None, columns: int, dtype: DTypeLike, name: str) -> Array:
    try:
        return np.empty((rows or 0, columns), dtype)
    except (MemoryError, ValueError, OverflowError) as error:
        raise FormatError(
            f"{name}: {rows} words of {columns} dimensions do not fit in memory; is this the header?"
        ) from error


def first_occurrences(words: Iterable[str], name: str) -> list[int]:
    """Return where each word comes first; those that come again are told to the log."""
    seen: set[str] = set()
    first = []
    for index, word in enumerate(words):
        if word in seen:
            logger.warning(
                "duplicate word %r in word2vec file, ignoring all but first (%s, record %d)", word, name, index + 1
            )
        else:
            seen.add(word)
            first.append(index)
    return first


def read_rows(path: str, limit: int | None = None) -> tuple[list[str], int, Rows]:
    """Read the words of a file in word2vec's or GloVe's format; its vectors are read when they are asked for.

    Parameters
    ----------
    path : str
        The file, which is read once for the words and once for the vectors.
    limit : int, optional
        Read only the first so many words.

    Returns
    -------
    words : list of str
        Each once: of a word that comes twice, the first vector stays.
    count : int
        How many words the file has (up to the limit), repeated ones included.
    rows : Rows
        The vectors of the words, float32.

    Raises
    ------
    FormatError
        As of `npw2v.formats.word2vec.read_word2vec`; what is wrong with numbers shows when the vectors are read.
    """
    words: list[str] = []
    with open_word2vec(path, binary=None, limit=limit, numbers=False) as (_, size, blocks):
        for block_words, _ in blocks:
            words += block_words
    count, kept = len(words), None
    if len(set(words)) < count:
        kept = np.array(first_occurrences(words, label(path)), np.intp)
        words = [words[row] for row in kept.tolist()]

    def vectors() -> Iterator[Array]:
        done = 0
        with open_word2vec(path, binary=None, limit=limit) as (_, _, blocks):
            for block_words, block in blocks:
                if kept is None:
                    yield block
                else:
                    first, last = np.searchsorted(kept, [done, done + len(block)])
                    yield block[kept[first:last] - done]
                done += len(block_words)
        if done != count:
            raise FormatError(f"{path} changed while it was read: it had {count} words, and then {done}")

    return words, count, Rows((len(words), size), np.dtype(np.float32), vectors)


def write_word2vec(
    target: Source,
    words: Sequence[Any],
    vectors: Array | Rows,
    *,
    rows: Array | None = None,
    binary: bool = False,
    total_vec: int | None = None,
    write_header: bool = True,
    prefix: str = "",
    append: bool = False,
) -> None:
    """Write words and vectors. A local file is replaced only once all is written.

    Parameters
    ----------
    target : path, URL or binary file
        An extension such as ``.gz`` compresses.
    words : sequence of object
        What `str` makes of each is written.
    vectors : numpy.ndarray or Rows of shape (n, dimensions)
        The binary format casts to float32.
    rows : int array (len(words),), optional
        Which row of an array each word has. Default: its own.
    binary : bool
        The format. Default: text.
    total_vec : int, optional
        Count for the header, where more records will be appended later. Default: ``len(words)``.
    write_header : bool
        Write the line ``<count> <dimensions>``.
    prefix : str
        Put this before every word.
    append : bool
        Add to the end of the file.

    Raises
    ------
    ValueError
        A word, with the prefix, could not be read back (it is empty, has a space, a newline or a surrogate in it, or is
        written as another one is), words and vectors are not equally many, the vectors have no dimensions, or a number
        is too large for the binary format.
    """
    matrix = vectors if isinstance(vectors, Rows) else rows_of_array(vectors, rows)
    if len(words) != len(matrix):
        raise ValueError(f"{len(words)} words need as many vectors, got {len(matrix)}")
    if not matrix.shape[1]:
        raise ValueError("vectors of 0 dimensions cannot be saved in word2vec's format: use save()")
    encoded = _encoded(words, prefix)
    count = len(encoded) if total_vec is None else total_vec
    logger.info("storing %sx%s projection weights into %s", count, matrix.shape[1], label(target))
    with open_for_writing(target, append=append) as file:
        if write_header:
            file.write(f"{count} {matrix.shape[1]}\n".encode())
        done = 0
        for block in matrix:
            chosen = encoded[done : done + len(block)]
            file.write((_binary_records if binary else _text_records)(chosen, block))
            done += len(block)


def _binary_records(words: list[bytes], block: Array) -> bytearray:
    """Join words and vectors: the words with room for a vector after each, then all vectors at once."""
    size = 4 * block.shape[1]
    room = bytes(size)
    records = bytearray(room).join([*words, b""])
    ends = np.cumsum(np.fromiter(map(len, words), np.intp, len(words)) + size)
    vector = np.dtype((np.void, size))
    every_vector = np.ndarray(len(records) - size + 1, vector, records, strides=(1,))
    try:
        with np.errstate(over="raise"):
            every_vector[ends - size] = np.ascontiguousarray(block, "<f4").view(vector)[:, 0]
    except FloatingPointError:
        with np.errstate(over="ignore"):
            lost = np.isinf(block.astype("<f4")) & np.isfinite(block)
        word = words[int(np.flatnonzero(lost.any(axis=1))[0])].decode().rstrip(" ")
        raise ValueError(
            f"a number of {word!r} is too large for the binary format, which is float32: write text, or use save()"
        ) from None
    return records


def _text_records(words: list[bytes], block: Array) -> bytes:
    numbers = format_rows(block)
    parts = [b"\n"] * (3 * len(numbers))
    parts[0::3], parts[1::3] = words, numbers
    return b"".join(parts)


def _encoded(words: Sequence[Any], prefix: str) -> list[bytes]:
    """Return the words as UTF-8 with a space after each, having checked that they can be read back."""
    texts = [f"{prefix}{word}" for word in words] if prefix else list(map(str, words))
    lines = " \n".join([*texts, ""])  # checked and encoded all at once, in a third of the time
    if not (lines.count(" ") == lines.count("\n") == len(texts)) or lines.startswith(" ") or "\n " in lines:
        index = next(index for index, text in enumerate(texts) if not text or " " in text or "\n" in text)
        raise ValueError(
            f"key {words[index]!r} cannot be saved in word2vec's format, where no word is empty or has a space "
            "or a newline in it: rename the key, or use save()"
        )
    _check_distinct(words, texts)
    try:
        return lines.encode().split(b"\n")[:-1]
    except UnicodeEncodeError as error:
        error.reason += f": key {lines[: error.start].count(chr(10)) + 1} of {len(texts)}; rename it, or use save()"
        raise


def _check_distinct(words: Sequence[Any], texts: list[str]) -> None:
    """Raise if words that differ are written alike, as only words that are no `str` can be."""
    if set(map(type, words)) <= {str} or len(set(texts)) == len(texts):
        return
    seen: dict[str, Any] = {}
    for word, text in zip(words, texts, strict=True):
        if text in seen and seen[text] != word:
            raise ValueError(
                f"the keys {seen[text]!r} and {word!r} cannot both be saved in word2vec's format, where both are "
                f"{text!r}: rename one, or use save()"
            )
        seen[text] = word


def read_vocabulary(source: Source, *, encoding: str = "utf8", unicode_errors: str = "strict") -> dict[str, int]:
    """Read the counts of words from a vocabulary file, lines of ``<word> <count>``.

    Parameters
    ----------
    source : path, URL or binary file
        The file.
    encoding, unicode_errors : str
        How the bytes of a word become a `str`, as for `bytes.decode`.

    Returns
    -------
    dict of str to int
        The counts by word, in the order of the file.

    Raises
    ------
    FormatError
        A line is something else.
    UnicodeDecodeError
        A word is not `encoding`; the message has its line.
    """
    counts: dict[str, int] = {}
    logger.info("loading word counts from %s", label(source))
    with open_for_reading(source) as file:
        for number, line in enumerate(read_lines(file, LONGEST_WORD, label(source)), 1):
            exact = _VOCABULARY_LINE.fullmatch(line)
            fields = list(exact.groups()) if exact else line.strip().rsplit(None, 1)
            if len(fields) != 2 or not fields[1].isdigit() or len(fields[1]) > _DIGITS or int(fields[1]) >= 1 << 63:
                raise FormatError(f"{label(source)}: line {number}: expected '<word> <count>', got {line[:60]!r}")
            try:
                counts[fields[0].decode(encoding, unicode_errors)] = int(fields[1])
            except UnicodeDecodeError as error:
                error.reason += f" (line {number} of {label(source)}; see encoding= and unicode_errors=)"
                raise
    return counts


def write_vocabulary(
    target: Source, words: Sequence[Any], counts: Iterable[Any], *, prefix: str = "", append: bool = False
) -> None:
    """Write a vocabulary file; the parameters are those of `write_word2vec`."""
    encoded = _encoded(words, prefix)
    logger.info("storing vocabulary in %s", label(target))
    with open_for_writing(target, append=append) as file:
        file.writelines(word + f"{count}\n".encode() for word, count in zip(encoded, counts, strict=True))
