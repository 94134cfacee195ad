"""Telling how far work is."""

from __future__ import annotations

import contextlib
import gzip

import numpy as np
import pytest

from npw2v import KeyedVectors
from npw2v.formats.opening import open_any
from npw2v.watch import is_watched, tell, watching


def test_only_what_is_watched_is_heard_and_only_meanwhile():
    heard = []
    with contextlib.suppress(KeyError), watching("bytes", heard.append):
        tell("bytes", 2)
        tell("vectors", 3)
        assert is_watched("bytes")
        assert not is_watched("vectors")
        raise KeyError
    tell("bytes", 5)
    assert heard == [2]
    assert not is_watched("bytes")


@pytest.mark.parametrize("compression", ["disable", ".gz", ".bz2", ".xz"])
def test_the_bytes_of_a_file_are_told_as_they_lie_on_the_disk(tmp_path, compression):
    path = str(tmp_path / "a")
    content = b"to be or not to be " * 9999
    with open_any(path, "wb", compression) as file:
        file.write(content)
    heard = []
    with watching("bytes", heard.append), open_any(path, "rb", compression) as file:
        assert file.read(4) == b"to b"
        assert file.read() == content[4:]
    assert sum(heard) == (tmp_path / "a").stat().st_size


def test_the_content_is_the_same_whoever_watches(tmp_path):
    path = tmp_path / "vectors.bin"
    vectors = KeyedVectors(3)
    vectors.add_vectors([f"w{row}" for row in range(2000)], np.random.default_rng(0).random((2000, 3)))
    vectors.save_word2vec_format(path, binary=True)
    (tmp_path / "vectors.bin.gz").write_bytes(gzip.compress(path.read_bytes()))
    for name in ("vectors.bin", "vectors.bin.gz"):
        with watching("bytes", lambda amount: None):
            watched = KeyedVectors.load_word2vec_format(tmp_path / name)
        assert (watched.vectors == vectors.vectors).all()


def test_searches_tell_the_vectors_that_they_compare():
    vectors, heard = KeyedVectors(4), []
    vectors.add_vectors(list(range(900)), np.random.default_rng(0).random((900, 4)))
    with watching("vectors", heard.append):
        vectors.most_similar_batch([1, 2, 3])
    assert sum(heard) == 900
