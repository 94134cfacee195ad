"""Words by their bytes."""

import io
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npw2v.corpus.wordbytes import (
    IS_SPACE,
    UNICODE_SPACES,
    CutError,
    WordCache,
    ascii_spaces,
    split,
    whole_words,
    words_at,
)


def test_white_space_is_that_of_str():
    spaces = {code for code in range(sys.maxunicode + 1) if chr(code).isspace()}
    assert spaces == {int(code) for code in np.flatnonzero(IS_SPACE)} | {
        ord(space.decode()) for space in UNICODE_SPACES
    }


def test_words_whose_bytes_are_alike_stay_apart():
    alike = ["a", "a\0", "\0", "\0\0", "a" * 8, "a" * 8 + "\0", "a" * 9, "a" * 15, "a" * 16, "a" * 17, "a" * 15 + "b"]
    data = " ".join(alike).encode() + b" "
    ends = np.array([at for at, byte in enumerate(data) if byte == 32])
    starts = np.concatenate([[0], ends[:-1] + 1])
    numbers = {}
    cache = WordCache(lambda words: [numbers.setdefault(word, len(numbers)) for word in words], slots=2)
    for _ in range(3):
        assert cache.ids(data, starts, ends).tolist() == list(range(len(alike)))
    assert list(numbers) == alike


def test_known_words_are_not_looked_up_again():
    asked = []

    def lookup(words):
        words = list(words)
        asked.extend(words)
        return [len(word) for word in words]

    cache, data = WordCache(lookup), b"one three "
    for _ in range(3):
        assert cache.ids(data, np.array([0, 4]), np.array([3, 9])).tolist() == [3, 5]
    assert asked == ["one", "three"]


def test_words_that_were_found_are_settled_in_any_later_order():
    """Blocks may be looked at before the words of earlier ones are known, if their turn comes in order."""
    numbers = {}
    cache = WordCache(lambda words: [numbers.setdefault(word, len(numbers)) for word in words], slots=4)
    blocks = [b"to be or ", b"not to be ", b"that is the question "]
    found = [cache.find(data, *split(data)[:2]) for data in blocks]
    assert [cache.settle(each).tolist() for each in found] == [[0, 1, 2], [3, 0, 1], [4, 5, 6, 7]]
    assert cache.ids(blocks[1], *split(blocks[1])[:2]).tolist() == [3, 0, 1]


def test_newlines_are_counted_in_words():
    starts, ends, lines = split(b"\none two\n\nthree \x1f four\n")
    assert words_at(b"\none two\n\nthree \x1f four\n", starts, ends) == ["one", "two", "three", "four"]
    assert lines.tolist() == [0, 2, 2, 4]


def test_no_words():
    assert words_at(b"  ", np.zeros(0, np.int64), np.zeros(0, np.int64)) == []


@given(st.binary(max_size=60).map(lambda data: data.translate(bytes(b"ab \n"[byte % 4] for byte in range(256)))))
def test_blocks_that_begin_anywhere_are_those_of_the_whole_file(data):
    whole = list(whole_words(io.BytesIO(data), 5))
    assert b"".join(whole) == data + b"\n"
    begins = np.cumsum([0, *map(len, whole[:-1])]).tolist()
    for number, begin in enumerate(begins):
        stream = io.BytesIO(data)
        stream.seek(begin)
        assert list(whole_words(stream, 5, begin)) == whole[number:]


def test_a_stop_leaves_out_what_no_space_ends():
    assert list(whole_words(io.BytesIO(b"ab cd ef gh"), 4, stop=8)) == [b"ab ", b"cd "]
    with pytest.raises(CutError, match="the file ends at byte 11, before byte 12"):
        list(whole_words(io.BytesIO(b"ab cd ef gh"), 4, stop=12))


def test_white_space_becomes_ascii():
    assert ascii_spaces("a\u00a0b\u3000c é".encode()).decode() == "a b c é"
    with pytest.raises(UnicodeDecodeError):
        ascii_spaces(b"caf\xe9 ")
