"""The reader of a word2vec file is chosen by its content."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile

import numpy as np
import pytest

from npw2v.errors import FormatError
from npw2v.formats.detection import open_detected, peek
from npw2v.formats.word2vec import read_word2vec
from npw2v.vectors.keyedvectors import KeyedVectors
from tests.support.word2vec_files import BINARY, ROWS, TEXT, WORD2VEC_C, written

GLOVE = TEXT.split(b"\n", 1)[1]


def zipped(content, names=("glove/vectors.txt",)):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("glove/", b"")
        archive.writestr("__MACOSX/._vectors.txt", b"\0")
        for name in names:
            archive.writestr(name, content)
    return file.getvalue()


class Stream(io.RawIOBase):
    """A file that cannot seek, and gives little at a time."""

    def __init__(self, content):
        self.file = io.BytesIO(content)

    def readable(self):
        return True

    def read(self, size=-1):
        return self.file.read(min(size, 5) if size > 0 else size)


@pytest.mark.parametrize("content", [TEXT, BINARY, WORD2VEC_C, GLOVE])
@pytest.mark.parametrize("packed", [bytes, gzip.compress, bz2.compress, lzma.compress, zipped])
def test_every_kind_is_recognised(tmp_path, content, packed):
    (tmp_path / "v").write_bytes(packed(content))
    vectors = KeyedVectors.load_word2vec_format(tmp_path / "v")
    assert vectors.index_to_key == ["the", "naïve"]
    np.testing.assert_array_equal(vectors.vectors, ROWS)


@pytest.mark.parametrize("content", [TEXT, BINARY, GLOVE, zipped(BINARY)])
def test_open_files_and_streams_are_recognised(content):
    for file in (io.BytesIO(content), Stream(content)):
        if isinstance(file, Stream) and content.startswith(b"PK"):
            continue  # a zip is read from its end
        assert list(read_word2vec(file, binary=None)[0]) == ["the", "naïve"]


@pytest.mark.parametrize("vector_size", [1, 2, 300, 5000])
@pytest.mark.parametrize("binary", [False, True])
def test_any_size_is_recognised(vector_size, binary):
    vectors = np.random.default_rng(1).normal(size=(3, vector_size)).astype(np.float32)
    content = written(["a", "b\u00a0c", "7"], vectors, binary=binary)
    np.testing.assert_array_equal(read_word2vec(io.BytesIO(content), binary=None)[1], vectors)


def test_words_that_look_like_binary_data_do_not_hide_text():
    content = b"2 3\nta\tb\x01 1 2 3\n\xff 4 5 6\n"
    rows, vectors, _ = read_word2vec(io.BytesIO(content), binary=None, encoding="latin1")
    assert list(rows) == ["ta\tb\x01", "ÿ"]
    assert vectors.tolist() == [[1, 2, 3], [4, 5, 6]]


def test_what_is_passed_holds(tmp_path):
    (tmp_path / "binary").write_bytes(BINARY)
    (tmp_path / "text").write_bytes(TEXT)
    with pytest.raises(FormatError, match="this looks like binary data: pass binary=True"):
        KeyedVectors.load_word2vec_format(tmp_path / "binary", binary=False)
    with pytest.raises(FormatError, match="the records are text, not binary; pass binary=False"):
        KeyedVectors.load_word2vec_format(tmp_path / "text", binary=True)
    with pytest.raises(FormatError, match="do not pass no_header=True"):
        KeyedVectors.load_word2vec_format(tmp_path / "text", no_header=True)


def test_zips_that_cannot_be_read_say_why(tmp_path):
    path = tmp_path / "v.zip"
    path.write_bytes(zipped(TEXT, ("50d.txt", "100d.txt")))
    with pytest.raises(FormatError, match=r"a zip archive of 2 files, expected one: unpack it and load one of '50d"):
        KeyedVectors.load_word2vec_format(path)
    path.write_bytes(zipped(TEXT, ()))
    with pytest.raises(FormatError, match="a zip archive without a file in it"):
        KeyedVectors.load_word2vec_format(path)
    path.write_bytes(zipped(TEXT)[:-30])
    with pytest.raises(FormatError, match=r"v\.zip: the zip archive is damaged or truncated"):
        KeyedVectors.load_word2vec_format(path)
    content = bytearray(zipped(TEXT * 50))
    content[content.index(b"glove/vectors.txt") + 30] ^= 1
    path.write_bytes(content)
    with pytest.raises(FormatError, match=r"v\.zip.* damaged"):
        KeyedVectors.load_word2vec_format(path)


def test_other_files_are_named(tmp_path):
    (tmp_path / "v").write_bytes(b"<!DOCTYPE html>\n<html>")
    with pytest.raises(FormatError, match="it is an HTML page"):
        KeyedVectors.load_word2vec_format(tmp_path / "v")


def test_peeking_leaves_the_file_where_it_was():
    for file in (io.BytesIO(TEXT), Stream(TEXT)):
        file.read(4)
        again, head = peek(file, 10)
        assert head == TEXT[4:14]
        assert again.read() == TEXT[4:]
    with open_detected(io.BytesIO(GLOVE), "v") as (file, kind):
        assert (file.read(), kind) == (GLOVE, "GloVe text")
