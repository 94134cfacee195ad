"""Words in blocks of bytes: where blocks are cut, where their words are, and a cache that knows words by their bytes.

NumPy is all that this imports: processes that help to read a text start with it (`npw2v.corpus.stretches`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

#: Gives the ids of words, in order.
Lookup: TypeAlias = Callable[[Iterable[Any]], Iterable[int]]

Ids: TypeAlias = NDArray[np.int32]
Places: TypeAlias = NDArray[np.int64]
Keys: TypeAlias = NDArray[np.uint64]

#: str.split() splits at these besides the ASCII ones.
UNICODE_SPACES = [
    chr(code).encode() for code in (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
]
#: Of the control characters up to the space, str.split() splits at these.
IS_SPACE = np.isin(np.arange(33), [9, 10, 11, 12, 13, 28, 29, 30, 31, 32])


class CutError(ValueError):
    """A file cannot be cut where it was to be."""


def whole_words(stream: IO[bytes], size: int, begin: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """Read a file in blocks: each ends with the last space or newline before a multiple of `size`.

    Parameters
    ----------
    stream : binary file
        At `begin`.
    size : int
        Bytes that are read at once.
    begin : int
        Where a block begins.
    stop : int, optional
        A multiple of `size`, to read up to. Bytes before it that no white space follows are left out. By default the
        file is read to its end, and a newline put after it.

    Raises
    ------
    CutError
        The file ends before `stop`.
    """
    parts: list[bytes] = []
    position, wanted = begin, size - begin % size
    while stop is None or position < stop:
        block = stream.read(wanted)
        if not block:
            if stop is not None:
                raise CutError(f"the file ends at byte {position}, before byte {stop}")
            yield b"".join([*parts, b"\n"])
            return
        position, wanted = position + len(block), size
        end = last_space(block)
        if end:
            yield b"".join([*parts, block[:end]])
            parts = []
        parts.append(block[end:])


def last_space(block: bytes) -> int:
    """Return where the bytes after the last space or newline begin; 0 if there is none."""
    return max(block.rfind(b" "), block.rfind(b"\n")) + 1


def ascii_spaces(data: bytes) -> bytes:
    """Replace the white space that is not ASCII.

    Raises
    ------
    UnicodeDecodeError
        The bytes are not UTF-8.
    """
    if not data.isascii():
        data.decode("utf-8")
        for space in UNICODE_SPACES:
            data = data.replace(space, b" ")
    return data


def split(data: bytes) -> tuple[Places, Places, Places]:
    """Return where words start and end, and for each newline how many words end before it.

    `data` ends in white space, and all white space in it is ASCII.
    """
    characters = np.frombuffer(data, np.uint8)
    spaces = np.flatnonzero(characters <= 32)
    separators = characters.take(spaces)
    splits = IS_SPACE.take(separators)
    if not splits.all():
        spaces, separators = spaces[splits], separators[splits]
    starts = np.empty_like(spaces)
    starts[:1] = 0
    np.add(spaces[:-1], 1, out=starts[1:])
    ends, words = spaces, spaces > starts
    if not words.all():
        starts, ends = starts[words], ends[words]
    return starts, ends, np.searchsorted(ends, spaces[separators == ord("\n")], side="right")


class Found(NamedTuple):
    """The words of a block, of which some are still to be looked up: see `WordCache.find`."""

    ids: Ids
    missing: Places  # which of them the cache does not have; and of each of these ...
    words: list[str]
    slots: Places  # ... where it belongs
    keys: Keys


class WordCache:
    """A direct-mapped cache in front of the look-up of words, keyed by their UTF-8 bytes.

    A word of up to 15 bytes has a key of two 64-bit numbers: its first eight bytes, and the rest with its length in the
    top byte (so that no word has the key of an empty slot, which is zero). The key's hash picks a slot; the slot holds
    the word, or another one, or nothing, and in the last two cases the word is looked up as a str. The first word to
    use a slot keeps it: in text, frequent words come early, and in 100 MB of Wikipedia 97% of words are found.

    Parameters
    ----------
    lookup : callable
        Gives the ids of an iterable of str, in order, the same each time.
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
        self._keys = np.zeros((slots, 2), np.uint64)  # side by side, as both are looked at
        self._ids = np.zeros(slots, np.int32)

    def ids(self, data: bytes, starts: Places, ends: Places) -> Ids:
        """Return the ids of the words ``data[starts[i]:ends[i]]``, none of them empty, as int32."""
        return self.settle(self.find(data, starts, ends))

    def find(self, data: bytes, starts: Places, ends: Places) -> Found:
        """Find the words that the cache has. This changes nothing, so blocks may be looked at in any order."""
        heads, rests = self._keys_of(data, starts, ends - starts)
        mixed = heads * self._MIX_HEAD
        mixed ^= rests * self._MIX_REST
        mixed >>= self._shift
        slots = mixed.view(np.int64)
        keys = self._keys.take(slots, axis=0)
        differ = keys[:, 0] != heads
        differ |= keys[:, 1] != rests
        missing = np.flatnonzero(differ)
        keys = np.stack([heads[missing], rests[missing]], axis=1)
        words = words_at(data, starts[missing], ends[missing])
        return Found(self._ids.take(slots), missing, words, slots[missing], keys)

    def settle(self, found: Found) -> Ids:
        """Look up the words that were missing, put them into the cache, and return all ids."""
        if not found.words:
            return found.ids
        ids = np.fromiter(self._lookup(found.words), np.int32, len(found.words))
        found.ids[found.missing] = ids
        # Of several words for one slot, the last is assigned, the same in both tables.
        short = found.keys[:, 1] >> np.uint64(56) <= self.LONGEST
        new = np.flatnonzero(short & (self._keys[found.slots, 1] == 0))
        slots = found.slots[new]
        self._keys[slots], self._ids[slots] = found.keys[new], ids[new]
        return found.ids

    def _keys_of(self, data: bytes, starts: Places, lengths: Places) -> tuple[Keys, Keys]:
        """Return the keys of words; those of words too long for the cache are in no slot."""
        padded = np.frombuffer(data + bytes(16), np.uint8)
        eight_bytes: Keys = np.ndarray(len(data) + 9, "<u8", padded, strides=(1,))  # those from every position on
        heads = eight_bytes[starts]
        heads &= self._FIRST_BYTES.take(np.minimum(lengths, 8))
        rests = np.minimum(lengths, self.LONGEST + 1).astype(np.uint64)
        rests <<= np.uint64(56)
        long = np.flatnonzero(lengths > 8)
        rests[long] |= eight_bytes[starts[long] + 8] & self._FIRST_BYTES.take(np.minimum(lengths[long] - 8, 7))
        return heads, rests


def words_at(data: bytes, starts: Places, ends: Places) -> list[str]:
    """Return the words ``data[starts[i]:ends[i]]``, all decoded at once."""
    if len(starts) == 0:
        return []
    lengths = ends - starts + 1
    stops = lengths.cumsum()
    places = np.arange(stops[-1]) + np.repeat(starts - stops + lengths, lengths)
    joined = np.frombuffer(data, np.uint8).take(places)
    joined[stops - 1] = ord("\n")
    return str(joined, "utf-8").split("\n")[:-1]
