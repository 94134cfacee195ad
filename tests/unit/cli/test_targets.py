"""Files of vectors by the ending of their name, and what is written to them."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from npw2v import KeyedVectors
from npw2v.cli.targets import changed, format_of, save_rows
from npw2v.cli.vectorfiles import open_rows, rows_of
from npw2v.formats.rows import rows_of_array
from npw2v.vectors.indexers.exported import open_index


@pytest.mark.parametrize(
    "name, kind",
    [("a.BIN", "word2vec-binary"), ("a.glove.txt.gz", "glove"), ("a.txt", "word2vec-text"), ("a.model", "npw2v")],
)
def test_formats_by_ending(name, kind):
    assert format_of(name) == kind


def test_an_ending_without_a_format_is_refused():
    with pytest.raises(ValueError, match=r"the ending of 'a\.xyz' says no format: expected one of \.npw2v, "):
        format_of("a.xyz")


def test_nothing_to_change_is_no_copy():
    rows = rows_of_array(np.ones((3, 2), np.float32))
    assert changed(rows, None, False) is rows
    assert changed(rows, "float64", False).dtype == np.float64
    scaled = changed(rows_of_array(np.eye(3) * [[4], [0], [2]]), None, True)
    assert np.concatenate([np.linalg.norm(block, axis=1) for block in scaled]).tolist() == [1, 0, 1]


@pytest.mark.parametrize("name", ["a.npz", "a.safetensors", "a.bin", "a.txt", "a.vec.gz", "a.glove"])
@pytest.mark.parametrize("source", ["vectors.bin", "own.npz", "twice.txt"])
def test_what_comes_in_blocks_is_written_as_the_whole_matrix_would_be(folder, name, source):
    """The same bytes as the methods of `KeyedVectors` write, for more rows than a block has."""
    vectors = KeyedVectors.load_word2vec_format("vectors.bin")
    vectors.save("own.npz")
    if source == "twice.txt":
        lines = ["2500 2", *(f"w{number % 2400} {number} -1.5" for number in range(2500))]
        (folder / source).write_text("\n".join(lines) + "\n")
        vectors = KeyedVectors.load_word2vec_format(source)
    save = {
        "a.npz": vectors.save,
        "a.safetensors": vectors.save_safetensors,
        "a.bin": lambda path: vectors.save_word2vec_format(path, binary=True),
        "a.glove": lambda path: vectors.save_word2vec_format(path, write_header=False),
    }.get(name, vectors.save_word2vec_format)
    save(f"expected-{name}")
    assert save_rows(*open_rows(source, by_count=True), name) == [name]
    unpacked = gzip.decompress if name.endswith("gz") else bytes
    assert unpacked((folder / name).read_bytes()) == unpacked((folder / f"expected-{name}").read_bytes())


def test_a_file_that_changes_between_its_words_and_its_numbers_leaves_nothing(folder):
    state, rows = open_rows("vectors.bin")
    KeyedVectors.load_word2vec_format("vectors.bin", limit=20).save_word2vec_format("vectors.bin", binary=True)
    with pytest.raises(ValueError, match=r"vectors\.bin changed while it was read: it had [\d,]+ words, and then 20"):
        save_rows(state, rows, "a.txt")
    assert not list(folder.glob("a.txt*"))
    assert not list(folder.glob(".npw2v-*"))


def test_a_damaged_number_leaves_nothing(folder):
    (folder / "bad.txt").write_text("2 2\na 1 2\nb 1 x\n")
    state, rows = open_rows("bad.txt")
    with pytest.raises(ValueError, match=r"record 2: expected a word and 2 numbers.*b'x' after b'b'"):
        save_rows(state, rows, "a.npz")
    assert not list(folder.glob("a.npz"))


def test_an_index_gets_every_row(folder):
    pytest.importorskip("usearch", reason="the index is USearch's")
    vectors = KeyedVectors.load("model.npz")
    assert save_rows(*rows_of(vectors), "a.usearch") == ["a.usearch", "a.usearch.json"]
    index = open_index("a.usearch")
    assert index.labels == vectors.index_to_key
    assert index.most_similar(vectors["king"], 1)[0][0] == "king"
