"""word2vec's text and binary files: exact bytes, round trips of nasty words and numbers, and every way to be wrong."""

from __future__ import annotations

import io
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from npw2v.errors import FormatError, TruncatedError
from npw2v.formats.word2vec import read_vocabulary, read_word2vec, write_vocabulary, write_word2vec
from tests.support.word2vec_files import BINARY, ROWS, TEXT, read, written

WORDS = ["the", "naïve", "日本", "a\u00a0b", "x\u2028y", "🙂", '"q"', "tab\there", "cr\rhere", "\x0bvt", "w" * 70_000]

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" \n"), min_size=1, max_size=12)
floats = npst.arrays(
    np.float32,
    st.tuples(st.integers(0, 6), st.integers(1, 5)),
    elements=st.one_of(
        st.floats(width=32),
        st.floats(-2, 2, width=32),
        st.integers(-99_999, 99_999).map(lambda number: float(np.float32(number / 1000))),
    ),
)


# ---- bytes


def test_text_bytes():
    assert written(["the", "naïve"], ROWS) == TEXT


def test_binary_bytes():
    assert written(["the", "naïve"], ROWS, binary=True) == BINARY


def test_writing_options():
    assert written(["a"], ROWS[:1], write_header=False, prefix="*") == b"*a 0.1 -2.0 1e-05\n"
    assert written(["a"], ROWS[:1], total_vec=7).startswith(b"7 3\n")
    assert written([3, "a"], ROWS, rows=np.array([1, 0])) == b"2 3\n3 0.33333334 0.0 nan\na 0.1 -2.0 1e-05\n"


@pytest.mark.parametrize("binary", [False, True])
def test_nasty_words_come_back(binary):
    vectors = np.random.default_rng(0).standard_normal((len(WORDS), 7)).astype(np.float32)
    found, read_back, _ = read(written(WORDS, vectors, binary=binary), binary=binary)
    assert found == WORDS
    assert read_back.tobytes() == vectors.tobytes()


@settings(max_examples=150, deadline=None)
@given(st.data(), floats, st.booleans(), st.sampled_from([3, 100, 1 << 20]))
def test_any_words_and_floats_come_back(data, vectors, binary, chunk_bytes):
    keys = data.draw(st.lists(words, min_size=len(vectors), max_size=len(vectors), unique=True))
    found, read_back, _ = read(written(keys, vectors, binary=binary), binary=binary, chunk_bytes=chunk_bytes)
    assert found == keys
    assert read_back.shape == vectors.shape
    if binary:
        assert read_back.tobytes() == vectors.tobytes()
    else:
        np.testing.assert_array_equal(read_back, vectors)
        np.testing.assert_array_equal(np.signbit(read_back[vectors == 0]), np.signbit(vectors[vectors == 0]))


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_other_precisions_come_back_from_text(dtype):
    vectors = np.random.default_rng(0).standard_normal((5, 3)).astype(dtype)
    content = written(list("abcde"), vectors)
    assert content.split(b"\n")[1] == b"a " + " ".join(map(str, vectors[0])).encode()
    found = read(content, datatype=dtype)[1]
    assert found.dtype == dtype
    assert found.tobytes() == vectors.tobytes()
    assert read(written(list("abcde"), vectors, binary=True), binary=True, datatype=dtype)[1].dtype == dtype


# ---- reading options


def test_limit():
    assert read(TEXT, limit=1)[0] == ["the"]
    assert read(BINARY, binary=True, limit=1)[0] == ["the"]
    assert read(TEXT, limit=0)[2] == 2
    assert read(TEXT, limit=99)[2] == 2
    assert read(BINARY[:30], binary=True, limit=1)[2] == 1  # what comes after does not matter
    with pytest.raises(ValueError, match="limit must be None or at least 0, got -1"):
        read(TEXT, limit=-1)


@pytest.mark.parametrize("chunk_bytes", [5, 4096])
def test_no_header(chunk_bytes):
    content = TEXT.split(b"\n", 1)[1]
    found, vectors, count = read(content, no_header=True, chunk_bytes=chunk_bytes)
    assert (found, count) == (["the", "naïve"], 2)
    np.testing.assert_array_equal(vectors, ROWS)
    assert read(content, no_header=True, limit=1, chunk_bytes=chunk_bytes)[0] == ["the"]
    assert read(content, no_header=True, limit=9)[2] == 2
    with pytest.raises(NotImplementedError, match="text format only"):
        read(content, no_header=True, binary=True)


def test_first_of_repeated_words_stays(caplog):
    content = b"4 1\na 1\nb 2\na 3\nc 4\n"
    found, vectors, count = read(content)
    assert (found, vectors.tolist(), count) == (["a", "b", "c"], [[1], [2], [4]], 4)
    assert "duplicate word 'a' in" in caplog.text


def test_lenient_as_gensim():
    assert read(b"1 2\r\na 1 2\r\nmore lines\n")[1].tolist() == [[1, 2]]
    assert read(b"1 2\na 1 2   \n")[1].tolist() == [[1, 2]]
    assert read(b"1 2\na 1_0 infinity\n")[1].tolist() == [[10, np.inf]]
    assert read(b"1 2\na 1e39 1e-50\n")[1].tolist() == [[np.inf, 0]]


def test_encodings():
    content = "1 1\nnaïve 1\n".encode("latin1")
    assert read(content, encoding="latin1")[0] == ["naïve"]
    assert read(content, unicode_errors="ignore")[0] == ["nave"]
    assert read(content, unicode_errors="replace")[0] == ["na\ufffdve"]
    with pytest.raises(UnicodeDecodeError, match="word 1 of .*see encoding="):
        read(content)


def test_impossible_headers():
    with pytest.raises(FormatError, match="promises -1 words of 3 dimensions"):
        read(b"-1 3\n")
    with pytest.raises(FormatError, match="promises 1 words of 0 dimensions"):
        read(b"1 0\n")
    with pytest.raises(FormatError, match="do not fit in the 2 bytes that follow"):
        read(b"999999999999999999 999\nx\n")


def test_no_header_on_a_file_with_header():
    with pytest.raises(FormatError, match="record 2: .*if the first line is a header, do not pass no_header=True"):
        read(TEXT, no_header=True)
    with pytest.raises(FormatError, match="record 1: expected a word and its numbers"):
        read(b"", no_header=True)


@pytest.mark.parametrize("key", ["new york", "line\nbreak", ""])
@pytest.mark.parametrize("binary", [False, True])
def test_keys_that_cannot_come_back_are_refused_before_writing(tmp_path, key, binary):
    path = tmp_path / "v"
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match="cannot be saved in word2vec's format"):
        write_word2vec(path, ["a", key], ROWS, binary=binary)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["v"]


def test_words_and_vectors_must_be_equally_many():
    with pytest.raises(ValueError, match="1 words need as many vectors, got 2"):
        written(["a"], ROWS)


def test_empty():
    for binary in (False, True):
        content = written([], np.zeros((0, 4), np.float32), binary=binary)
        assert content == b"0 4\n"
        found, vectors, count = read(content, binary=binary)
        assert (found, vectors.shape, count) == ([], (0, 4), 0)


# ---- files


def test_append_and_total(tmp_path):
    path = tmp_path / "v.bin"
    write_word2vec(path, ["the"], ROWS[:1], binary=True, total_vec=2)
    write_word2vec(path, ["naïve"], ROWS[1:], binary=True, append=True, write_header=False)
    assert path.read_bytes() == BINARY


def test_vocabulary_round_trip(tmp_path):
    path = tmp_path / "vocab"
    write_vocabulary(path, WORDS, range(len(WORDS)), prefix="p")
    assert read_vocabulary(path) == {f"p{word}": count for count, word in enumerate(WORDS)}
    path.write_bytes(b"a 1\nb x\n")
    with pytest.raises(FormatError, match=r"line 2: expected '<word> <count>', got b'b x"):
        read_vocabulary(path)
    path.write_bytes(b"a 1\n\xff 1\n")
    with pytest.raises(UnicodeDecodeError, match=r"\(line 2 of .*vocab; see encoding= and unicode_errors=\)"):
        read_vocabulary(path)


def test_other_white_space_belongs_to_the_words_of_a_vocabulary():
    words = {"\ttab": 3, "vt\x0b": 2, "\r": 1, "\u00a0": 0}
    file = io.BytesIO()
    write_vocabulary(file, list(words), words.values())
    assert read_vocabulary(io.BytesIO(file.getvalue())) == words
    assert read_vocabulary(io.BytesIO(b" the\t 5\r\nof 4\r\n")) == {"the": 5, "of": 4}  # as other programs write it


@pytest.mark.parametrize("binary", [False, True])
def test_what_follows_the_promised_records_is_said(tmp_path, caplog, binary):
    for chunk_bytes in (10, 1 << 20):
        for rest, said in (
            (b"", 0),
            (b"\n", 0),
            (b"\n" + written(["x"], ROWS[:1], binary=binary, write_header=False), 1),
        ):
            (tmp_path / "v").write_bytes(written(["the", "naïve"], ROWS, binary=binary) + rest)
            caplog.clear()
            for limit in (None, 1):
                read_word2vec(tmp_path / "v", binary=binary, limit=limit, chunk_bytes=chunk_bytes)
            assert [record.getMessage().endswith("goes on after the 2 records that its header promises")
                    for record in caplog.records] == [True] * said  # fmt: skip


def test_a_last_line_that_does_not_end_is_said(caplog):
    assert read(TEXT[:-1])[0] == ["the", "naïve"]
    assert "ends within a line: the last number of its last record may be cut off" in caplog.text


@pytest.mark.parametrize("binary", [False, True])
def test_what_would_come_back_as_something_else_is_refused_before_writing(tmp_path, binary):
    refused = [
        ([7, "7"], np.eye(2), r"the keys 7 and '7' cannot both be saved .* both are '7': rename one"),
        (["a", "\ud800"], np.eye(2), "surrogates not allowed: key 2 of 2; rename it, or use save"),
        (["a"], np.ones((1, 0)), "vectors of 0 dimensions cannot be saved"),
    ]
    if binary:
        refused.append((["a", "é"], np.array([[1, 2], [np.inf, -1e39]]), "a number of 'é' is too large for the binary"))
    for words, vectors, message in refused:
        with pytest.raises(ValueError, match=message):
            write_word2vec(tmp_path / "v", words, vectors, binary=binary)
        assert os.listdir(tmp_path) == []
    assert b"inf" in written(["a"], np.array([[np.inf]]))


def test_a_header_that_promises_more_than_the_file_is_refused_before_anything_is_allocated(tmp_path):
    for binary in (False, True):
        with pytest.raises(TruncatedError, match="promises 1000000000000 words of 300 dimensions.*3 bytes that follow"):
            read(b"1000000000000 300\na 1", binary=binary)
    with pytest.raises(FormatError, match="at most 16777216 are read"):
        read(b"1 16777217\n")


def test_counts_that_are_no_numbers_of_a_machine(tmp_path):
    for count in (b"9" * 30, b"1" * 5000):
        with pytest.raises(FormatError, match="line 1: expected '<word> <count>'"):
            read_vocabulary(io.BytesIO(b"word " + count + b"\n"))
