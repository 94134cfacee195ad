"""Text files straight to ids, without making a str of every word.

Splitting text into str objects and hashing them takes most of the time of a pass over a corpus. Here a block of bytes
is split by finding its white space with NumPy, and its words are looked up in a cache keyed by their bytes; only the
words that are not in it become str objects. The result is the same as that of iterating the corpus.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.chunks import Lookup
from npw2v.corpus.ids import Ids, Lengths
from npw2v.corpus.sentences import TextFiles
from npw2v.corpus.textfiles import BLOCK_SIZE, not_utf8, open_text

Words: TypeAlias = NDArray[np.uint64]

#: str.split() splits at these besides the ASCII ones.
UNICODE_SPACES = [
    chr(code).encode() for code in (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
]
#: Of the control characters up to the space, str.split() splits at these.
IS_SPACE = np.isin(np.arange(33), [9, 10, 11, 12, 13, 28, 29, 30, 31, 32])


def encode_text(files: TextFiles, lookup: Lookup) -> Iterator[tuple[Ids, Lengths]]:
    """Yield the words of text files as ids, with the lengths of the sentences, a block at a time.

    Parameters
    ----------
    files : TextFiles
        What to read.
    lookup : callable
        Gives the ids of an iterable of str, in order. It is asked for every word at least once, in order of first
        appearance, and must answer the same each time.

    Yields
    ------
    ids : int32 array
        The ids of the words in this block.
    lengths : int64 array
        Of the sentences that end in this block, none of them empty; a sentence may have begun in an earlier one.

    Raises
    ------
    UnicodeDecodeError
        The text is not UTF-8.
    """
    cache = WordCache(lookup)
    for path in files.paths:
        open_words = 0  # in the sentence that goes on in the next block
        with open_text(path) as stream:
            for data in _utf8_blocks(stream, files.limit):
                starts, ends, newlines = _split(data)
                if files.by_line:
                    counts = np.diff(np.searchsorted(ends, newlines, side="right"), prepend=-open_words)
                    open_words += len(ends) - int(counts.sum())
                else:
                    counts = np.zeros(0, np.int64)
                    open_words += len(ends)
                yield cache.ids(data, starts, ends), _cut(counts, files.max_sentence_length)
        yield np.zeros(0, np.int32), _cut(np.array([open_words]), files.max_sentence_length)


def _utf8_blocks(stream: IO[bytes], limit: int | None) -> Iterator[bytes]:
    """Yield the first `limit` lines of a file in blocks that end in white space and have only ASCII white space."""
    position = 0
    blocks = _whole_words(stream)
    for data in blocks if limit is None else _first_lines(blocks, limit):
        yield _ascii_spaces(data, position, stream)
        position += len(data)


def _first_lines(blocks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    for data in blocks:
        lines = data.count(b"\n")
        if lines >= limit:
            newlines = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
            yield data[: newlines[limit - 1] + 1] if limit else b"\n"
            return
        yield data
        limit -= lines


def _whole_words(stream: IO[bytes]) -> Iterator[bytes]:
    parts: list[bytes] = []
    while block := stream.read(BLOCK_SIZE):
        end = max(block.rfind(b" "), block.rfind(b"\n")) + 1
        if end:
            yield b"".join([*parts, block[:end]])
            parts = []
        parts.append(block[end:])
    yield b"".join([*parts, b"\n"])


def _ascii_spaces(data: bytes, position: int, stream: IO[bytes]) -> bytes:
    if data.isascii():
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_utf8(error, position, stream) from None
    for space in UNICODE_SPACES:
        data = data.replace(space, b" ")
    return data


def _split(data: bytes) -> tuple[Lengths, Lengths, Lengths]:
    """Return where words start and end, and where the newlines are; `data` ends in white space."""
    characters = np.frombuffer(data, np.uint8)
    spaces = np.flatnonzero(characters <= 32)
    separators = characters[spaces]
    splits = IS_SPACE[separators]
    if not splits.all():
        spaces, separators = spaces[splits], separators[splits]
    starts = np.zeros_like(spaces)
    starts[1:] = spaces[:-1] + 1
    ends, words = spaces, spaces > starts
    if not words.all():
        starts, ends = starts[words], ends[words]
    return starts, ends, spaces[separators == ord("\n")]


def _cut(counts: Lengths, longest: int) -> Lengths:
    """Return the lengths of sentences with these numbers of words, cut into pieces of at most `longest`; none empty."""
    pieces = -(-counts // longest)
    lengths = np.full(pieces.sum(), longest, np.int64)
    some = pieces > 0
    lengths[np.cumsum(pieces[some]) - 1] = (counts - (pieces - 1) * longest)[some]
    return lengths


class WordCache:
    """A direct-mapped cache in front of the look-up of words, keyed by their UTF-8 bytes.

    A word of up to 15 bytes has a key of two 64-bit numbers: its first eight bytes, and the rest with its length in the
    top byte (so that no word has the key of an empty slot, which is zero). The key's hash picks a slot; the slot holds
    the word, or another one, or nothing, and in the last two cases the word is looked up as a str. The first word to
    use a slot keeps it: in text, frequent words come early, and in 100 MB of Wikipedia 97% of words are found.

    Parameters
    ----------
    lookup : callable
        As for `encode_text`.
    slots : int
        A power of 2. The default takes 10 MB.
    """

    LONGEST = 15
    # Entry k keeps the first k of 8 bytes, read as a little-endian number.
    _FIRST_BYTES = np.array([2 ** (8 * k) - 1 for k in range(9)], np.uint64)
    # Odd numbers without structure (the golden ratio's and a prime): multiplying mixes into the top bits.
    _MIX_HEAD, _MIX_REST = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)

    def __init__(self, lookup: Lookup, slots: int = 2**19) -> None:
        self._lookup = lookup
        self._shift = np.uint64(65 - slots.bit_length())
        self._heads = np.zeros(slots, np.uint64)
        self._rests = np.zeros(slots, np.uint64)
        self._ids = np.zeros(slots, np.int32)

    def ids(self, data: bytes, starts: Lengths, ends: Lengths) -> Ids:
        """Return the ids of the words ``data[starts[i]:ends[i]]``, none of them empty, as int32."""
        heads, rests = self._keys(data, starts, ends - starts)
        slots = ((heads * self._MIX_HEAD ^ rests * self._MIX_REST) >> self._shift).view(np.int64)
        ids: Ids = self._ids[slots]
        missing = np.flatnonzero((self._heads[slots] != heads) | (self._rests[slots] != rests))
        if len(missing) == 0:
            return ids
        spans = zip(starts[missing].tolist(), ends[missing].tolist(), strict=True)
        ids[missing] = found = np.fromiter(
            self._lookup(str(data[start:end], "utf-8") for start, end in spans), np.int32, len(missing)
        )
        # Of several words for one slot, the last is assigned, the same in all three tables.
        new = (self._rests[slots[missing]] == 0) & (ends[missing] - starts[missing] <= self.LONGEST)
        entries, slots = missing[new], slots[missing[new]]
        self._heads[slots], self._rests[slots], self._ids[slots] = heads[entries], rests[entries], found[new]
        return ids

    def _keys(self, data: bytes, starts: Lengths, lengths: Lengths) -> tuple[Words, Words]:
        """Return the keys of words; those of words too long for the cache are in no slot."""
        padded = np.frombuffer(data + bytes(16), np.uint8)
        eight_bytes: Words = np.ndarray(len(data) + 9, "<u8", padded, strides=(1,))  # those from every position on
        heads = eight_bytes[starts] & self._FIRST_BYTES[np.minimum(lengths, 8)]
        rests = np.minimum(lengths, self.LONGEST + 1).astype(np.uint64) << np.uint64(56)
        long = np.flatnonzero(lengths > 8)
        rests[long] |= eight_bytes[starts[long] + 8] & self._FIRST_BYTES[np.minimum(lengths[long] - 8, 7)]
        return heads, rests
