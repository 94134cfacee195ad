"""What a file holds, without reading it."""

from __future__ import annotations

import gzip
import io
import os
import struct
import zipfile

import numpy as np
import pytest

import npw2v
from npw2v.errors import FormatError
from npw2v.formats.archive import write_archive
from npw2v.formats.summary import FileSummary, inspect
from npw2v.vectors.keyedvectors import KeyedVectors
from tests.support.gensim_pickles import dumps, model_3_8
from tests.support.word2vec_files import BINARY, TEXT


@pytest.fixture
def vectors():
    kv = KeyedVectors(3, dtype=np.float64)
    kv.add_vectors(["the", "naïve", 7], np.ones((3, 3)))
    kv.set_vecattr("the", "count", 5)
    kv.set_vecattr("the", "note", "n")
    kv.language = "fr"
    return kv


def look(tmp_path, content):
    (tmp_path / "v").write_bytes(content)
    return inspect(tmp_path / "v")


def test_word2vec_and_glove(tmp_path):
    found = look(tmp_path, TEXT)
    assert found == FileSummary(str(tmp_path / "v"), "word2vec text", size=len(TEXT), count=2, dimensions=3)
    found = look(tmp_path, BINARY)
    assert (found.format, found.count, found.dimensions, found.dtype) == ("word2vec binary", 2, 3, "float32")
    found = look(tmp_path, TEXT.split(b"\n", 1)[1])
    assert (found.format, found.count, found.dimensions) == ("GloVe text", None, 3)
    assert "about 2 vectors" in str(found)


def test_compressed(tmp_path):
    found = look(tmp_path, gzip.compress(BINARY))
    assert (found.format, found.compression, found.count) == ("word2vec binary", "gzip", 2)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("vectors.txt", TEXT)
    found = look(tmp_path, packed.getvalue())
    assert (found.format, found.compression, found.count) == ("word2vec text", "zip", 2)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("more.txt", TEXT)
    found = look(tmp_path, packed.getvalue())
    assert (found.format, found.notes) == ("zip archive", ("2 files: vectors.txt, more.txt",))


def test_wrong_headers_are_noted(tmp_path):
    assert "the file is shorter than its header says" in str(look(tmp_path, TEXT.replace(b"2 3", b"900 3")))
    assert "not as many numbers as the header says" in str(look(tmp_path, TEXT.replace(b"2 3", b"2 4")))


@pytest.mark.parametrize("name", ["v", "v.gz", "v.safetensors"])
def test_vectors(tmp_path, vectors, name):
    (vectors.save_safetensors if "safe" in name else vectors.save)(tmp_path / name)
    found = npw2v.inspect(tmp_path / name)
    assert found.format == ("safetensors" if "safe" in name else "npw2v archive")
    assert (found.kind, found.count, found.dimensions, found.dtype) == ("KeyedVectors", 3, 3, "float64")
    assert (found.attributes, found.has_counts) == (("count", "note"), True)
    assert found.parameters == {"language": "fr"}
    assert found.arrays["vectors"] == ("float64", (3, 3))
    assert found.compression == ("gzip" if name.endswith("gz") else None)


def test_models(tmp_path):
    model = npw2v.Word2Vec([["cat", "say", "meow"]], min_count=1, vector_size=4, hs=1)
    model.save(str(tmp_path / "m"))
    found = inspect(tmp_path / "m")
    assert (found.kind, found.count, found.dimensions, found.dtype) == ("Word2Vec", 3, 4, "float32")
    assert (found.parameters["hs"], found.parameters["vector_size"]) == (1, 4)
    assert found.arrays["syn1"] == ("float32", (3, 4))
    assert found.written_by == f"npw2v {npw2v.__version__}"
    assert "3 vectors of 4 dimensions, float32" in str(found)


@pytest.mark.parametrize("protocol", [2, 4])
def test_pickles_of_gensim(tmp_path, protocol):
    found = look(tmp_path, dumps(model_3_8(), protocol))
    assert found.format == "pickle"
    assert found.kind == "gensim.models.word2vec.Word2Vec"
    model = npw2v.Word2Vec.load(str(tmp_path / "v"))
    assert (found.dimensions, found.parameters["window"]) == (model.vector_size, model.window)


def test_nothing_in_a_pickle_is_run(tmp_path):
    target = tmp_path / "written"
    content = b"\x80\x02cbuiltins\nopen\nX" + struct.pack("<i", len(str(target))) + str(target).encode()
    assert look(tmp_path, content + b"X\x01\x00\x00\x00w\x86R.").kind == "builtins.open"
    assert not target.exists()


def test_numpy(tmp_path):
    np.save(tmp_path / "v.npy", np.ones((3, 4), np.float16))
    found = inspect(tmp_path / "v.npy")
    assert (found.format, found.count, found.dimensions, found.dtype) == ("npy", 3, 4, "float16")
    np.savez(tmp_path / "v.npz", x=np.ones(3), y=np.arange(2, dtype=np.int64))
    found = inspect(tmp_path / "v.npz")
    assert (found.format, found.arrays) == ("npz", {"x": ("float64", (3,)), "y": ("int64", (2,))})


def test_fasttext_and_others_are_named(tmp_path):
    arguments = struct.pack("<12id3iq", 100, 5, 5, 1, 5, 1, 2, 1, 2_000_000, 3, 6, 100, 1e-4, 7, 7, 0, 99)
    found = look(tmp_path, struct.pack("<ii", 793712314, 12) + arguments)
    assert (found.format, found.count, found.dimensions) == ("fastText model", 7, 100)
    assert (found.parameters["model"], found.parameters["loss"]) == ("cbow", "negative sampling")
    assert "it is truncated" in str(look(tmp_path, struct.pack("<ii", 793712314, 12)))
    found = look(tmp_path, b"<html>")
    assert (found.format, found.count) == ("HTML page", None)
    assert "download the file again" in str(found)
    assert look(tmp_path, b"").format == "empty"


def test_the_vectors_are_not_read(tmp_path):
    """A file that ends where the vectors would begin."""
    found = look(tmp_path, b"3000000 300\nthe " + bytes(1200))
    assert (found.count, found.dimensions) == (3_000_000, 300)
    write_archive(tmp_path / "a", {"vectors": np.ones((50_000, 10), np.float32)}, {"kind": "KeyedVectors"})
    content = (tmp_path / "a").read_bytes()
    found = look(tmp_path, content[:1000])
    assert (found.count, found.dimensions, found.dtype) == (50_000, 10, "float32")


@pytest.mark.skipif(os.name != "posix", reason="the system may write all the zeros that such a file has")
def test_of_a_file_of_a_terabyte_only_the_beginning_is_read(tmp_path, vectors):
    model = npw2v.Word2Vec([["cat", "say", "meow"]], min_count=1, vector_size=4)
    model.save(tmp_path / "model")
    vectors.save(tmp_path / "kv")
    (tmp_path / "text").write_bytes(TEXT)
    (tmp_path / "binary").write_bytes(b"3000000 300\nthe " + bytes(1200))
    (tmp_path / "pickle").write_bytes(dumps(model_3_8()))
    for name, kind in (("model", "npw2v archive"), ("kv", "npw2v archive"), ("text", "word2vec text"),
                       ("binary", "word2vec binary"), ("pickle", "pickle")):  # fmt: skip
        small = inspect(tmp_path / name)
        os.truncate(tmp_path / name, 1 << 40)
        found = inspect(tmp_path / name)
        assert (found.format, found.size) == (kind, 1 << 40)
        assert (found.count, found.dimensions, found.dtype) == (small.count, small.dimensions, small.dtype)


def test_damaged_tables_are_refused(tmp_path, vectors):
    vectors.save(tmp_path / "kv")
    content = (tmp_path / "kv").read_bytes()
    with pytest.raises(FormatError, match=r"v: metadata\.json is damaged"):
        look(tmp_path, content.replace(b'{"format"', b'["format"'))
    with pytest.raises(FormatError, match="expected a dtype and a shape"):
        look(tmp_path, content.replace(b'["<f8", [3, 3]]', b'["<f8", "3, 3"]'))
    with pytest.raises(FormatError, match=r"does not begin with a \.npy header"):
        look(tmp_path, b"\x93NUMPY\x01\x00\xff\xff")
    with pytest.raises(FormatError, match="damaged or truncated"):
        look(tmp_path, b"PK\x03\x04" + bytes(60))


@pytest.mark.parametrize("seed", range(4))
def test_any_damage_is_a_summary_or_a_format_error(tmp_path, vectors, seed):
    random = np.random.default_rng(seed)
    vectors.save(tmp_path / "kv")
    vectors.save_safetensors(tmp_path / "st")
    contents = [(tmp_path / "kv").read_bytes(), (tmp_path / "st").read_bytes(), dumps(model_3_8()), TEXT, BINARY]
    for content in contents * 10:
        damaged = bytearray(content)
        for at in random.integers(0, min(len(damaged), 600), random.integers(1, 4)):
            damaged[at] = random.integers(256)
        try:
            str(look(tmp_path, bytes(damaged)))
        except FormatError:
            continue
