"""What is wrong with a file of vectors, all of it looked at, and a copy without what can be mended."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from npw2v.errors import FormatError, TruncatedError
from npw2v.formats.detection import open_detected, peek
from npw2v.formats.opening import bounded, is_plain, label, open_for_reading, open_for_writing
from npw2v.formats.reading import read_vector_state
from npw2v.formats.records import LONGEST_WORD
from npw2v.formats.safetensors import read_safetensors
from npw2v.formats.salvage import Salvaged, salvage, write_salvaged
from npw2v.formats.sniff import describe
from npw2v.formats.state import VectorState

Array = NDArray[Any]

_WORD2VEC = ("word2vec text", "word2vec binary", "GloVe text")
_STORED = ("npw2v archive", "pickle", "safetensors")

_CHUNK = 1 << 20
_ROWS = 1000  # checked at a time
_SHOWN = 1000  # findings of a kind that are kept
_PRINTED = 20

_SAMPLE = 20  # records by which a wrong number of dimensions is told
_MOST_DIMENSIONS = 4096  # that are tried for a binary file
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_LONGEST_PLAUSIBLE = 200
_LONGEST_LINE, _LONGEST_VECTOR = 1 << 26, 1 << 26  # bytes of a record
_LONGEST_NUMBER = 64


@dataclass(frozen=True)
class Finding:
    """Something that is wrong.

    Attributes
    ----------
    kind : str
        ``"wrong count"``, ``"wrong dimensions"``, ``"duplicate word"``, ``"empty word"``, ``"undecodable word"``,
        ``"zero row"``, ``"nan"``, ``"infinite"``, ``"ragged row"``, ``"truncated"``, ``"trailing bytes"`` or
        ``"damaged"``.
    message : str
        What was expected and what is there.
    record : int, optional
        The record, counted from 1.
    offset : int, optional
        The byte at which it begins, in the decompressed file.
    """

    kind: str
    message: str
    record: int | None = None
    offset: int | None = None

    def __str__(self) -> str:
        where = "" if self.record is None else f"record {self.record:,}"
        where += "" if self.offset is None else f"{', ' if where else ''}byte {self.offset:,}"
        return f"{where}: {self.message}" if where else self.message


@dataclass
class Diagnosis:
    """What `doctor` says of a file.

    Attributes
    ----------
    path : str
        The file.
    format : str
        As `npw2v.inspect` names it.
    records : int
        How many whole records it has.
    dimensions : int, optional
        Of the vectors, as the records have them.
    promised : int, optional
        How many records its header promises.
    findings : list of Finding
        What is wrong: of each kind the first 1,000. What is about the whole file comes first, the rest by record.
    counts : dict of str to int
        How often each kind was found.
    repaired : str, optional
        The copy that was written.
    kept : int, optional
        How many records that has.
    """

    path: str
    format: str
    records: int = 0
    dimensions: int | None = None
    promised: int | None = None
    findings: list[Finding] = field(default_factory=list, repr=False)
    counts: dict[str, int] = field(default_factory=dict)
    repaired: str | None = None
    kept: int | None = None

    @property
    def healthy(self) -> bool:
        """Whether nothing was found."""
        return not self.counts

    def add(self, kind: str, message: str, record: int | None = None, offset: int | None = None) -> None:
        """Count a finding, and keep it unless there are many of its kind."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.counts[kind] <= _SHOWN:
            self.findings.append(Finding(kind, message, record, offset))

    def __str__(self) -> str:
        of = "" if self.dimensions is None else f" of {self.dimensions} dimensions"
        lines = [f"{self.path}: {self.format}, {self.records:,} records{of}"]
        lines += [f"  {count:,} x {kind}" for kind, count in self.counts.items()] or ["  nothing is wrong"]
        lines += [f"  - {finding}" for finding in self.findings[:_PRINTED]]
        if sum(self.counts.values()) > _PRINTED:
            lines.append(f"  - ... {sum(self.counts.values()) - _PRINTED:,} more")
        if self.repaired is not None:
            lines.append(f"  {self.kept:,} records written to {self.repaired}")
        return "\n".join(lines)


def doctor(path: str | os.PathLike[str], repair: str | os.PathLike[str] | None = None) -> Diagnosis:
    r"""Read all of a file of vectors and say what is wrong with it.

    Vectors are looked at in blocks. The words are kept in memory, to find those that come twice.

    Parameters
    ----------
    path : path or URL
        A file of word2vec's formats or GloVe's, compressed or not; npw2v's archive, safetensors, or gensim's
        ``save()``. It is never changed.
    repair : path, optional
        Write a repaired copy here, in the same format. Of a word that comes twice, it has the first record. Zeros, NaN
        and infinite numbers stay: nobody knows what they should be. The copy appears when it is complete; an extension
        such as ``.gz`` compresses it.

        Of word2vec's files and GloVe's: undecodable bytes of words are replaced by U+FFFD, the header is as the records
        are. What is left out: records without a word, with too few or too many numbers or with something else than
        numbers, cut off, or behind the last record.

        Of npw2v's archive and safetensors: the arrays that are there, where the file is cut off or some of them are
        damaged. A model whose output weights are lost, or a key of which comes twice, becomes the `KeyedVectors` of
        its vectors. Nothing is repaired where vectors or keys are lost, or their checksum differs.

    Returns
    -------
    Diagnosis
        Every finding with its record and byte; ``print`` shows them.

    Raises
    ------
    FormatError
        The file is of another kind; the message says which. A damaged file of a known kind is a finding.
    ValueError
        `repair` is the file itself, the file is a pickle, or nothing can be repaired; the message says why.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "vectors.txt")
    ...     _ = path.write_text("3 2\ncat 1 2\ncat 3 4\n")
    ...     found = doctor(path, repair=Path(folder, "repaired.txt"))
    ...     repaired = Path(folder, "repaired.txt").read_text()
    >>> for finding in found.findings:
    ...     print(finding)
    byte 0: the header promises 3 records, the file has 2
    record 2, byte 12: the word 'cat' is that of record 1, too
    >>> repaired
    '1 2\ncat 1 2\n'
    """
    name = os.fspath(path)
    found, kept = Diagnosis(name, ""), 0
    try:
        with open_for_reading(path) as file, open_detected(bounded(path, file), name) as (content, found.format):
            if found.format not in (*_WORD2VEC, *_STORED):
                _, head = peek(content)
                raise FormatError(f"{name} is no file of vectors that can be looked at: {describe(head)}")
            if found.format in _WORD2VEC:
                layout = _layout(content, found)
                kept = sum(len(block) for block in _records(content, layout, found))
    except FormatError as error:
        if found.dimensions is None or repair is not None:
            raise
        found.add("truncated" if isinstance(error, TruncatedError) else "damaged", str(error))
    if found.format in _STORED:
        _check_stored(path, repair, found)
    elif repair is not None:
        _write_repaired(path, repair, layout, kept)
        found.repaired, found.kept = os.fspath(repair), kept
    found.findings.sort(key=lambda finding: (finding.record or 0, finding.offset or 0))
    return found


@dataclass(frozen=True)
class _Layout:
    """Where the records begin, and of how many numbers they are."""

    binary: bool
    start: int
    size: int
    promised: int | None


@dataclass(frozen=True)
class _Record:
    """A record as it lies in the file: its word, and its numbers as text or as float32."""

    number: int
    offset: int
    word: bytes
    numbers: bytes


def _check_target(path: str | os.PathLike[str], repair: str | os.PathLike[str]) -> None:
    if os.path.realpath(path) == os.path.realpath(repair):
        raise ValueError(f"repair={os.fspath(repair)!r} is the file itself; give the copy another name")


def _write_repaired(
    path: str | os.PathLike[str], repair: str | os.PathLike[str], layout: _Layout, expected: int
) -> None:
    _check_target(path, repair)
    if not expected:
        raise ValueError(f"{os.fspath(path)} has no record that could be kept: there is nothing to repair")
    written = 0
    with open_for_reading(path) as file, open_detected(bounded(path, file), os.fspath(path)) as (content, _):
        content.read(layout.start)
        with open_for_writing(repair) as target:
            if layout.promised is not None:
                target.write(f"{expected} {layout.size}\n".encode())
            end = b"" if layout.binary else b"\n"
            for block in _records(content, layout, Diagnosis("", "")):
                target.write(b"".join(b"%b %b%b" % (word, numbers, end) for word, numbers in block))
                written += len(block)
            if written != expected:
                raise FormatError(f"{label(path)} changed while it was read: nothing was written")


# ---- word2vec's files


def _layout(file: IO[bytes], found: Diagnosis) -> _Layout:
    """Read the header and compare it with the first records."""
    binary = found.format == "word2vec binary"
    start, promised, size = 0, None, None
    if found.format != "GloVe text":
        header = file.readline()
        start = len(header)
        promised, size = map(int, header.split())
        found.promised = promised
    _, head = peek(file) if file.seekable() else (file, b"")
    observed = _observed_size(head, size, binary)
    if observed is not None and observed != size:
        if size is not None:
            message = f"the header promises {size} dimensions, the records have {observed}"
            found.add("wrong dimensions", message, None, 0)
        size = observed
    if size is not None and 4 * size > _LONGEST_VECTOR:
        raise FormatError(f"{found.path}: the header promises {size:,} dimensions; is this the header?")
    found.dimensions = size
    return _Layout(binary, start, size or 0, promised)


def _observed_size(head: bytes, size: int | None, binary: bool) -> int | None:
    """Tell by the first records how many numbers they have; `size` if they leave it open."""
    if not binary:
        lines = head.split(b"\n")[:100]
        lengths = Counter(len(line.rstrip().split(b" ")) - 1 for line in (lines[:-1] or lines) if line.strip())
        common = lengths.most_common(1)
        return common[0][0] if common and lengths[size or 0] < common[0][1] else size
    if size is None or _plausible_records(head, size) is not False:
        return size
    for other in range(1, _MOST_DIMENSIONS + 1):
        if _plausible_records(head, other):
            return other
    return size


def _plausible_records(head: bytes, size: int) -> bool | None:
    """Tell whether words stand where they must with vectors of `size`; None if there is only one record."""
    at = 0
    for number in range(_SAMPLE):
        space = head.find(b" ", at)
        if space < 0:
            return False if number and len(head) - at > _LONGEST_PLAUSIBLE else (None if number < 2 else True)
        if not _is_plausible(head[at:space].lstrip(b"\n")):
            return False
        at = space + 1 + 4 * size
        if at >= len(head):
            return True if at == len(head) and number else None if number < 2 else True
    return True


def _is_plausible(word: bytes) -> bool:
    return 0 < len(word) <= _LONGEST_PLAUSIBLE and not _CONTROL.search(word)


def _records(file: IO[bytes], layout: _Layout, found: Diagnosis) -> Iterator[list[tuple[bytes, bytes]]]:
    """Yield blocks of words and numbers that a repaired copy has; what is wrong goes to `found`."""
    seen: dict[bytes, int] = {}
    read = _binary_records if layout.binary else _text_records
    for block in read(file, layout, found):
        found.records += len(block)
        refused = _refused(block, layout, found)
        kept = []
        for record in block:
            number, offset = record.number, record.offset
            word = _checked_word(record, found)
            if word in seen:
                message = f"the word {_shown(word.decode())} is that of record {seen[word]:,}, too"
                found.add("duplicate word", message, number, offset)
            elif word and number not in refused:
                kept.append((word, record.numbers))
            if word:
                seen.setdefault(word, number)
        yield kept


def _checked_word(record: _Record, found: Diagnosis) -> bytes:
    """Return the word as it is repaired."""
    if not record.word:
        found.add("empty word", "the record has no word", record.number, record.offset)
    try:
        record.word.decode("utf8")
    except UnicodeDecodeError as error:
        message = f"the word {record.word[:60]!r} is not UTF-8 ({error.reason} at its byte {error.start})"
        found.add("undecodable word", message, record.number, record.offset)
        return record.word.decode("utf8", "replace").encode()
    return record.word


def _refused(block: Sequence[_Record], layout: _Layout, found: Diagnosis) -> set[int]:
    """Check the numbers of some records; return which records cannot be kept."""
    refused: set[int] = set()
    if not block:
        return refused
    if layout.binary:
        values: Array = np.frombuffer(b"".join(record.numbers for record in block), "<f4").reshape(len(block), -1)
    else:
        fields = [record.numbers.split(b" ") for record in block]
        try:
            values = _parsed(fields)
        except ValueError:
            values = np.ones((len(block), layout.size))
            for row, record in enumerate(block):
                try:
                    values[row] = list(map(float, fields[row]))
                except ValueError:
                    message = f"expected {layout.size} numbers, got {record.numbers[:60]!r}: not all are numbers"
                    found.add("ragged row", message, record.number, record.offset)
                    refused.add(record.number)
    words = [record.word.decode("utf8", "replace") for record in block]
    _check_rows(values, words, [record.number for record in block], [record.offset for record in block], found)
    return refused


def _parsed(rows: Sequence[Sequence[bytes]]) -> Array:
    """Parse rows of numbers all at once; ValueError if they must be parsed one by one."""
    fields = [field for row in rows for field in row]
    if len(max(fields, key=len, default=b"")) > _LONGEST_NUMBER:  # each would take as much memory
        raise ValueError("a number is too long")
    parsed: Array = np.array(fields).astype(np.float64).reshape(len(rows), -1)
    return parsed


def _check_rows(
    values: Array, words: Sequence[Any], numbers: Sequence[int], offsets: Sequence[int | None], found: Diagnosis
) -> None:
    """Find rows of zeros, NaN and infinite numbers."""
    if values.size == 0:
        return
    finite: Array = np.asarray(np.isfinite(values).all(axis=1))
    for row in np.flatnonzero(~values.any(axis=1) | ~finite).tolist():
        word = _shown(words[row])
        if finite[row]:
            found.add("zero row", f"all numbers of {word} are 0", numbers[row], offsets[row])
            continue
        for kind, test in (("nan", np.isnan), ("infinite", np.isinf)):
            if columns := np.flatnonzero(test(values[row])).tolist():
                message = f"{len(columns)} numbers of {word} are {kind}, the first is number {columns[0] + 1}"
                found.add(kind, message, numbers[row], offsets[row])


def _shown(key: Any) -> str:
    shown = repr(key)
    return shown if len(shown) <= 60 else shown[:60] + "..."


def _text_records(file: IO[bytes], layout: _Layout, found: Diagnosis) -> Iterator[list[_Record]]:
    """Yield the well-formed records of a text file in blocks."""
    number, block, cut = 0, list[_Record](), False
    empty, empty_from = 0, 0
    for begin, line in _lines(file, layout):
        if not line.strip():
            empty, empty_from = empty + 1, empty_from if empty else begin
            continue
        if empty:
            found.add("ragged row", f"{empty:,} empty lines stand between the records", number + 1, empty_from)
            number, empty = number + empty, 0
        word, _, numbers = line.rstrip().partition(b" ")
        length = numbers.count(b" ") + 1 if numbers else 0
        cut = not line.endswith(b"\n") and length < layout.size
        number += not cut
        if length == layout.size:
            block.append(_Record(number, begin, word, numbers))
        elif cut:
            found.add("truncated", f"the file ends after {length} of {layout.size} numbers", number + 1, begin)
        else:
            message = f"expected a word and {layout.size} numbers, separated by single spaces"
            found.add("ragged row", f"{message}, got {length} after {word[:40]!r}", number, begin)
        if len(block) == _ROWS:
            yield block
            block = []
    yield block
    if empty:
        found.add("trailing bytes", f"{empty:,} empty lines follow the last record", None, empty_from)
    if not cut:
        _check_count(number, layout.promised, found)


def _lines(file: IO[bytes], layout: _Layout) -> Iterator[tuple[int, bytes]]:
    """Yield lines and where they begin. Of one that is too long for a record, only the beginning is there."""
    offset, longest = layout.start, min(LONGEST_WORD + 64 * layout.size, _LONGEST_LINE)
    while line := file.readline(longest):
        begin, offset, more = offset, offset + len(line), line
        while more and not more.endswith(b"\n") and len(more) == longest:
            more = file.readline(longest)
            offset += len(more)
        yield begin, line if more is line else line[: longest - 1] + b"\n"


def _check_count(number: int, promised: int | None, found: Diagnosis) -> None:
    if promised is not None and number != promised:
        found.add("wrong count", f"the header promises {promised:,} records, the file has {number:,}", None, 0)


def _binary_records(file: IO[bytes], layout: _Layout, found: Diagnosis) -> Iterator[list[_Record]]:
    """Yield the whole records of a binary file in blocks."""
    width, promised = 4 * layout.size, layout.promised or 0
    number, offset, pending = 0, layout.start, b""
    while fresh := file.read(_CHUNK):
        pending += fresh
        block, at = _split(pending, width, number, offset, promised)
        yield block
        number, offset, pending = number + len(block), offset + at, pending[at:]
        if len(pending) > LONGEST_WORD + width:  # there is no record in so many bytes
            break
    size, rest = len(pending), pending.strip(b"\n")
    while more := file.read(_CHUNK):
        size, rest = size + len(more), rest or more.strip(b"\n")
    if rest and number < promised:
        message = f"expected {promised:,} records of a word, a space and {width:,} bytes, got {size:,} bytes"
        found.add("truncated", message, number + 1, offset)
        return
    if rest:
        found.add("trailing bytes", f"{size:,} bytes follow the last record", None, offset)
    _check_count(number, layout.promised, found)


def _split(pending: bytes, width: int, number: int, offset: int, promised: int) -> tuple[list[_Record], int]:
    """Return the whole records that some bytes begin with, and where the last one ends.

    Past the promised ones only what looks like a word begins a record.
    """
    at, block = 0, list[_Record]()
    while True:
        space = pending.find(b" ", at)
        end = space + 1 + width
        if space < 0 or end > len(pending):
            return block, at
        word = pending[at:space].lstrip(b"\n")
        if number >= promised and not _is_plausible(word):
            return block, at
        number += 1
        block.append(_Record(number, offset + at, word, pending[space + 1 : end]))
        at = end


# ---- npw2v's archive, safetensors, gensim's pickles


def _check_stored(path: str | os.PathLike[str], repair: str | os.PathLike[str] | None, found: Diagnosis) -> None:
    """Check each array by itself, then the vectors, then how all lies in the file; write a copy."""
    if found.format == "pickle":
        if repair is not None:
            raise ValueError(f"{found.path} is a pickle: npw2v writes none. Load it, and save it with save()")
        _whole(path, found)
        return
    try:
        salvaged = salvage(path, found.format)
    except FormatError as error:
        if repair is not None:
            raise
        _add_error(error, found)
        return
    if not salvaged.has_vectors:
        raise FormatError(f"{found.path} holds no vectors but {str(salvaged.metadata.get('kind'))[:60]!r}")
    _check_parts(path, salvaged, found)
    try:
        state = salvaged.state()
    except FormatError as error:
        if repair is not None:
            raise
        if not found.counts:
            _add_error(error, found)
        return
    begin = next((part.offset for part in salvaged.parts if part.array is state.vectors), None)
    rows = _check_state(state, begin, found)
    if repair is not None:
        _check_target(path, repair)
        write_salvaged(repair, salvaged, state, rows)
        found.repaired, found.kept = os.fspath(repair), len(rows)


def _whole(path: str | os.PathLike[str], found: Diagnosis) -> None:
    try:
        _check_state(read_vector_state(path), None, found)
    except FormatError as error:
        _add_error(error, found)


def _check_parts(path: str | os.PathLike[str], salvaged: Salvaged, found: Diagnosis) -> None:
    """Say which arrays are lost; if none is, see whether the file as a whole is read: its directory, its end."""
    for part in salvaged.parts:
        if part.problem is not None:
            kind = "truncated" if part.array is None else "damaged"
            found.add(kind, f"array {part.name!r}: {part.problem}", None, part.offset)
    if salvaged.trailing:
        found.add("trailing bytes", f"{salvaged.trailing:,} bytes follow the last tensor", None, salvaged.end)
    elif all(part.array is not None for part in salvaged.parts):
        try:
            with open_for_reading(path) as file:
                mmap = "r" if is_plain(file) else None
            read_safetensors(path, mmap) if found.format == "safetensors" else read_vector_state(path, mmap)
        except FormatError as error:
            _add_error(error, found)


def _add_error(error: FormatError, found: Diagnosis) -> None:
    size = os.path.getsize(found.path) if os.path.exists(found.path) else None
    is_cut = isinstance(error, TruncatedError)
    found.add("truncated" if is_cut else "damaged", str(error), None, size if is_cut else 0)


def _check_state(state: VectorState, begin: int | None, found: Diagnosis) -> list[int]:
    """Find keys that come twice and rows that are no vectors; return the rows of a repaired copy."""
    vectors, kept = state.vectors, list[int]()
    found.records, found.dimensions = len(vectors), state.vector_size
    width = vectors.itemsize * state.vector_size
    seen: dict[Any, int] = {}
    for start in range(0, len(vectors), _ROWS):
        keys = state.index_to_key[start : start + _ROWS]
        rows = [row for row, key in enumerate(keys, start) if key is not None]
        offsets = [None if begin is None else begin + row * width for row in rows]
        for row, offset in zip(rows, offsets, strict=True):
            key = state.index_to_key[row]
            if key in seen:
                message = f"the key {_shown(key)} is that of record {seen[key]:,}, too"
                found.add("duplicate word", message, row + 1, offset)
            seen.setdefault(key, row + 1)
        kept += [row for row, key in enumerate(keys, start) if key is None or seen[key] == row + 1]
        values = np.asarray(vectors[start : start + _ROWS])[[row - start for row in rows]]
        _check_rows(values, [state.index_to_key[row] for row in rows], [row + 1 for row in rows], offsets, found)
    return kept
