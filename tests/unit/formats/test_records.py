"""Words and numbers, read in chunks of any size; what is wrong with a record is said."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.errors import FormatError, TruncatedError
from tests.support.word2vec_files import BINARY, ROWS, TEXT, WORD2VEC_C, read


@pytest.mark.parametrize("content", [BINARY, WORD2VEC_C, b"2 3\n\n\nthe " + BINARY[8:]])
@pytest.mark.parametrize("chunk_bytes", [1, 5, 16, 4096])
def test_reads_binary_in_any_chunks(content, chunk_bytes):
    found, vectors, count = read(content, binary=True, chunk_bytes=chunk_bytes)
    assert found == ["the", "naïve"]
    assert count == 2
    assert vectors.tobytes() == ROWS.tobytes()
    assert vectors.flags.writeable


@pytest.mark.parametrize("chunk_bytes", [1, 5, 4096])
def test_reads_text(chunk_bytes):
    found, vectors, count = read(TEXT, chunk_bytes=chunk_bytes)
    assert (found, count) == (["the", "naïve"], 2)
    np.testing.assert_array_equal(vectors, ROWS)


@pytest.mark.parametrize(
    "content, binary, message",
    [
        (b"3" + TEXT[1:], False, r"ends at record 3 of 3: expected a word and 3 numbers"),
        (b"3" + BINARY[1:], True, r"ends at record 3 of 3: expected a word, a space and 12 bytes, got 0 bytes"),
        (BINARY[:-1], True, r"ends at record 2 of 2: expected .* got 18 bytes"),
    ],
)
def test_truncated(content, binary, message):
    for kind in (TruncatedError, FormatError, EOFError, ValueError):
        with pytest.raises(kind, match=message):
            read(content, binary=binary)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"2 2\na 1 2\nb 1\n", r"record 2: expected a word and 2 numbers.*got 1 after b'b'"),
        (b"2 2\na 1 2\nb 1 2 3\n", r"record 2: .* got 3 after b'b'"),
        (b"2 2\na 1 2\n\nb 1 2\n", r"record 2: .* got an empty line"),
        (b"1 2\nnew york 1 2\n", r"record 1: .* got 3 after b'new'"),
        (b"1 2\na 1 two\n", r"record 1: .* got b'two' after b'a'"),
        (b"1 2\na 1\t2\n", r"record 1: .* got 1 after"),
        (b"1 3\na 1  3\n", r"record 1: .* got b'' after"),
        (b"1 2\na\t1 2\n", r"record 1: .* got 1 after b'a\\t1'"),
        (b"1 3\na 1-2  3\n", r"record 1: .* got b'1-2' after"),
        (BINARY, r"record 1: .*this looks like binary data: pass binary=True"),
    ],
)
def test_malformed_text(content, message):
    with pytest.raises(FormatError, match=message):
        read(content)


def test_malformed_binary():
    with pytest.raises(FormatError, match="the records are text, not binary; pass binary=False"):
        read(TEXT, binary=True)
    with pytest.raises(FormatError, match="record 1: expected a word and a space, got no space in"):
        read(b"2 3\n" + b"x" * 3_000_000, binary=True)
