"""Text files straight to ids, without making a str of every word.

Splitting text into str objects and hashing them takes most of the time of a pass over a corpus. Here a block of bytes
is split by finding its white space with NumPy, and its words are looked up in a cache keyed by their bytes; only the
words that are not in it become str objects. The result is the same as that of iterating the corpus, whether one process
reads the files or several share them.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import IO

import numpy as np

from npw2v.corpus.ids import Ids, Lengths
from npw2v.corpus.sentences import TextFiles, text_files
from npw2v.corpus.sharing import Block, Place, Sharing
from npw2v.corpus.textfiles import BLOCK_SIZE, is_plain, not_utf8, open_text
from npw2v.corpus.wordbytes import Lookup, WordCache, ascii_spaces, split, whole_words

#: Where reading begins.
START = Place(0, 0)


def encode_text(files: TextFiles, lookup: Lookup, processes: int = 1) -> Generator[tuple[Ids, Lengths], None, None]:
    """Yield the words of text files as ids, with the lengths of the sentences, a block at a time.

    Parameters
    ----------
    files : TextFiles
        What to read.
    lookup : callable
        Gives the ids of an iterable of str, in order. It is asked for every word at least once, in order of first
        appearance, and must answer the same each time.
    processes : int
        Processes that share the reading, this one among them; what they yield is the same for any number.

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
    shared = processes > 1 and files.limit is None  # whose lines have to be counted from the first on
    with closing(_shared(files, cache, lookup, processes - 1) if shared else _alone(files, cache)) as blocks:
        open_words = 0  # in the sentence that goes on in the next block
        for block in blocks:
            if block is None:
                yield np.zeros(0, np.int32), _cut(np.array([open_words]), files.max_sentence_length)
                open_words = 0
                continue
            counts = np.zeros(0, np.int64)
            if files.by_line:
                counts = block.lines.copy()
                counts[1:] -= block.lines[:-1]
                counts[:1] += open_words
            open_words += len(block.ids) - int(counts.sum())
            yield block.ids, _cut(counts, files.max_sentence_length)


def shareable_bytes(corpus: object) -> int:
    """Count the bytes of a corpus that several processes can read: what it has in plain files, without a limit.

    Examples
    --------
    >>> shareable_bytes([["a", "list"]])
    0
    """
    files = text_files(corpus)
    if files is None or files.limit is not None:
        return 0
    return sum(os.path.getsize(path) for path in files.paths if is_plain(path))


def _shared(files: TextFiles, cache: WordCache, lookup: Lookup, helpers: int) -> Generator[Block | None, None, None]:
    """Yield the blocks of files, and None at the end of each, with the help of other processes as far as it goes."""
    with Sharing(helpers, cache, lookup) as sharing:
        rest = yield from sharing.blocks(files.paths)
    if rest is not None:
        yield from _alone(files, cache, rest)


def _alone(files: TextFiles, cache: WordCache, begin: Place = START) -> Generator[Block | None, None, None]:
    """Yield the blocks of files, and None at the end of each."""
    position = begin.position
    for path in files.paths[begin.file :]:
        with open_text(path) as stream:
            if position:
                stream.seek(position)
            for data in _utf8_blocks(stream, files.limit, position):
                starts, ends, lines = split(data)
                yield Block(cache.ids(data, starts, ends), lines)
        yield None
        position = 0


def _utf8_blocks(stream: IO[bytes], limit: int | None, position: int) -> Iterator[bytes]:
    """Yield the first `limit` lines of a file in blocks that end in white space and have only ASCII white space."""
    blocks = whole_words(stream, BLOCK_SIZE, position)
    for data in blocks if limit is None else _first_lines(blocks, limit):
        try:
            yield ascii_spaces(data)
        except UnicodeDecodeError as error:
            raise not_utf8(error, position, stream) from None
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


def _cut(counts: Lengths, longest: int) -> Lengths:
    """Return the lengths of sentences with these numbers of words, cut into pieces of at most `longest`; none empty."""
    pieces = -(-counts // longest)
    lengths = np.full(pieces.sum(), longest, np.int64)
    some = pieces > 0
    lengths[np.cumsum(pieces[some]) - 1] = (counts - (pieces - 1) * longest)[some]
    return lengths
