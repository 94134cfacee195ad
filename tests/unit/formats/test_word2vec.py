"""word2vec's text and binary files: exact bytes, round trips of nasty words and numbers, and every way to be wrong."""

from __future__ import annotations

import bz2
import gzip
import io
import os
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from npw2v.errors import FormatError, TruncatedError
from npw2v.formats.floattext import format_rows
from npw2v.formats.word2vec import read_vocabulary, read_word2vec, write_vocabulary, write_word2vec

WORDS = ["the", "naïve", "日本", "a\u00a0b", "x\u2028y", "🙂", '"q"', "tab\there", "cr\rhere", "\x0bvt", "w" * 70_000]
TEXT = "2 3\nthe 0.1 -2.0 1e-05\nnaïve 0.33333334 0.0 nan\n".encode()
ROWS = np.array([[0.1, -2.0, 1e-5], [0.33333333, 0.0, np.nan]], dtype=np.float32)
BINARY = b"2 3\nthe " + ROWS[0].tobytes() + "naïve ".encode() + ROWS[1].tobytes()
WORD2VEC_C = b"2 3\nthe " + ROWS[0].tobytes() + b"\n" + "naïve ".encode() + ROWS[1].tobytes() + b"\n"

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


def written(words, vectors, **how):
    file = io.BytesIO()
    write_word2vec(file, words, vectors, **how)
    return file.getvalue()


def read(content, **how):
    rows, vectors, count = read_word2vec(io.BytesIO(content), **how)
    assert list(rows.values()) == list(range(len(vectors)))
    return list(rows), vectors, count


# ---- bytes


def test_text_bytes():
    assert written(["the", "naïve"], ROWS) == TEXT


def test_binary_bytes():
    assert written(["the", "naïve"], ROWS, binary=True) == BINARY


def test_writing_options():
    assert written(["a"], ROWS[:1], write_header=False, prefix="*") == b"*a 0.1 -2.0 1e-05\n"
    assert written(["a"], ROWS[:1], total_vec=7).startswith(b"7 3\n")
    assert written([3, "a"], ROWS, rows=np.array([1, 0])) == b"2 3\n3 0.33333334 0.0 nan\na 0.1 -2.0 1e-05\n"


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


@settings(max_examples=300, deadline=None)
@given(npst.arrays(np.float32, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.floats(width=32)))
def test_text_of_floats_is_that_of_str(matrix):
    assert format_rows(matrix) == [" ".join(map(str, row)).encode() for row in matrix]


@pytest.mark.parametrize("power", [-4, -3, -2, -1, 0, 1])
def test_text_of_floats_near_powers_of_ten_and_two(power):
    around = [np.float32(10.0**power), np.float32(2.0**power), np.float32(4.0 * 10.0**power)]
    matrix = np.concatenate([(centre.view(np.int32) + np.arange(-400, 400, dtype=np.int32)) for centre in around])
    matrix = matrix.astype(np.int32).view(np.float32).reshape(-1, 4)
    assert format_rows(matrix) == [" ".join(map(str, row)).encode() for row in matrix]


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


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_compression_is_recognised_by_content(tmp_path, pack):
    path = tmp_path / "vectors.bin"
    path.write_bytes(pack(BINARY))
    assert list(read_word2vec(path, binary=True)[0]) == ["the", "naïve"]
    path.write_bytes(pack(BINARY)[:-12])
    with pytest.raises(FormatError, match=r"vectors\.bin.*(truncated|damaged)"):
        read_word2vec(path, binary=True)


@pytest.mark.parametrize("extension", ["gz", "bz2"])
def test_extension_compresses(tmp_path, extension):
    path = tmp_path / f"v.txt.{extension}"
    write_word2vec(path, ["the", "naïve"], ROWS)
    assert path.read_bytes()[:2] in (b"\x1f\x8b", b"BZ")
    assert list(read_word2vec(str(path))[0]) == ["the", "naïve"]
    path.write_bytes(TEXT)  # a wrong extension does not matter
    assert list(read_word2vec(path)[0]) == ["the", "naïve"]


# ---- errors


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


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "it is empty"),
        (b"the 0.1 0.2 0.3\n", "without a header, as GloVe writes; pass no_header=True"),
        (struct.pack("<ii", 793712314, 12) + bytes(90), r"fastText \.bin model"),
        (
            b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c",
            r"Python pickle, as gensim's save\(\) writes.*Word2Vec.load",
        ),
        (b"PK\x03\x04" + bytes(26) + b"metadata.json{}", r"npw2v archive; open it with KeyedVectors\.load"),
        (b"PK\x03\x04" + bytes(26) + b"word/document.xml", "zip archive that npw2v did not write"),
        (b"\x93NUMPY\x01\x00", r"\.npy file; read it with numpy\.load"),
        (b"hello world\nfoo", "it looks like text"),
        (b"\x00\x01\x02\x03\n", "it looks like binary data"),
    ],
)
@pytest.mark.parametrize("binary", [False, True])
def test_header_says_what_the_file_is(content, message, binary):
    with pytest.raises(FormatError, match=rf"expected a header '<count> <dimensions>', got .*{message}"):
        read(content, binary=binary)


def test_impossible_headers():
    with pytest.raises(FormatError, match="promises -1 words of 3 dimensions"):
        read(b"-1 3\n")
    with pytest.raises(FormatError, match="promises 1 words of 0 dimensions"):
        read(b"1 0\n")
    with pytest.raises(FormatError, match="do not fit in memory"):
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


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(b"old")

    class Failing(np.ndarray):
        def __getitem__(self, index):
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_word2vec(path, ["a"], ROWS[:1].view(Failing))
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["v.txt"]


def test_replacing_keeps_links_and_permissions(tmp_path):
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_word2vec(link, ["the", "naïve"], ROWS)
    assert link.is_symlink()
    assert real.read_bytes() == TEXT
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"missing/v\.txt'"):
        write_word2vec(tmp_path / "missing" / "v.txt", ["a"], ROWS[:1])


def test_text_file_objects_are_refused():
    with pytest.raises(TypeError, match="open it in binary mode"):
        write_word2vec(io.StringIO(), ["a"], ROWS[:1])


def test_vocabulary_round_trip(tmp_path):
    path = tmp_path / "vocab"
    write_vocabulary(path, WORDS, range(len(WORDS)), prefix="p")
    assert read_vocabulary(path) == {f"p{word}": count for count, word in enumerate(WORDS)}
    path.write_bytes(b"a 1\nb x\n")
    with pytest.raises(FormatError, match=r"line 2: expected '<word> <count>', got b'b x"):
        read_vocabulary(path)
