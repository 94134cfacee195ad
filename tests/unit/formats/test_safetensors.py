"""safetensors files: both ways with the package of that name, and what is no such file says so."""

from __future__ import annotations

import gzip
import io
import json
from contextlib import suppress

import numpy as np
import pytest

from npw2v.errors import FormatError, TruncatedError
from npw2v.formats.safetensors import read_header
from npw2v.vectors.keyedvectors import KeyedVectors
from tests.support.bruteforce import make


def vectors(dtype=np.float32):
    kv = KeyedVectors(3, dtype=dtype)
    kv.add_vectors(["the", "naïve", 7, ("a", 1)], np.arange(12, dtype=dtype).reshape(4, 3))
    for row, key in enumerate(kv.index_to_key):
        kv.set_vecattr(key, "count", 9 - row)
    kv.set_vecattr("the", "note", "n")
    kv.comment = {"from": ["here"]}
    kv.weights = np.ones((2, 2), np.uint16)
    return kv


def saved(kv=None):
    file = io.BytesIO()
    (vectors() if kv is None else kv).save_safetensors(file)
    return file.getvalue()


def load(content):
    return KeyedVectors.load_safetensors(io.BytesIO(content))


def made(header, data=b"", length=None):
    encoded = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(encoded) if length is None else length).to_bytes(8, "little") + encoded + data


def tensor(shape, begin, end, dtype="U8"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("mmap", [None, "r", "c"])
@pytest.mark.parametrize("name", ["v", "v.gz"])
def test_everything_comes_back(tmp_path, dtype, mmap, name):
    kv = vectors(dtype)
    kv.save_safetensors(tmp_path / name)
    if name.endswith("gz") and mmap:
        with pytest.raises(ValueError, match="cannot be mapped"):
            KeyedVectors.load_safetensors(tmp_path / name, mmap)
        return
    loaded = KeyedVectors.load_safetensors(tmp_path / name, mmap)
    assert loaded.index_to_key == kv.index_to_key
    assert loaded.key_to_index == kv.key_to_index
    assert loaded.vectors.dtype == dtype
    assert isinstance(loaded.vectors, np.memmap) == (mmap is not None)
    np.testing.assert_array_equal(loaded.vectors, kv.vectors)
    assert {attr: values.tolist() for attr, values in loaded.expandos.items()} == {
        "count": [9, 8, 7, 6],
        "note": ["n", 0, 0, 0],
    }
    assert loaded.comment == {"from": ["here"]}
    assert loaded.weights.tolist() == [[1, 1], [1, 1]]
    loaded.add_vectors(["new"], [[1, 2, 3]])
    assert loaded["new"].tolist() == [1, 2, 3]


def test_no_keys_and_free_rows_come_back():
    assert len(load(saved(KeyedVectors(3)))) == 0
    kv = KeyedVectors(2, count=3)
    kv.add_vector("a", [1, 2])
    loaded = load(saved(kv))
    assert (loaded.index_to_key, loaded.next_index) == (["a", None, None], 1)


def test_numbers_are_aligned_and_the_same_vectors_give_the_same_bytes():
    content = saved()
    tensors, _, start = read_header(io.BytesIO(content), "v")
    assert start % 64 == 0
    assert next(iter(tensors)) == "vectors"
    assert saved() == content


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_package_reads_what_npw2v_writes(tmp_path, dtype):
    safetensors = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")
    kv = vectors(dtype)
    kv.save_safetensors(tmp_path / "v")
    tensors = safetensors.load_file(tmp_path / "v")
    assert tensors["vectors"].dtype == dtype
    np.testing.assert_array_equal(tensors["vectors"], kv.vectors)
    offsets = tensors["keys.offsets"]
    assert tensors["keys.text"][offsets[1] : offsets[2]].tobytes().decode() == "naïve"
    assert tensors["expandos.count"].tolist() == [9, 8, 7, 6]


def test_npw2v_reads_what_the_package_writes(tmp_path):
    safetensors = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")
    content = saved()
    _, metadata, _ = read_header(io.BytesIO(content), "v")
    again = safetensors.save(safetensors.load(content), metadata)
    assert again != content
    loaded = load(again)
    assert loaded.index_to_key == vectors().index_to_key
    np.testing.assert_array_equal(loaded.vectors, vectors().vectors)
    with pytest.raises(FormatError, match=r"npw2v did not write, and has no words .*it holds weight F32 \[2, 3\]"):
        load(safetensors.save({"weight": np.ones((2, 3), np.float32)}))


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "is not a safetensors file: it is empty"),
        (b"2 3\nthe 1 2 3\n", "it looks like word2vec's text format"),
        (made({}, length=10**7), "is truncated: its header takes 10000000 bytes"),
        (made({}, length=2**40), "is not a safetensors file"),
        (made(b"{" + b'"a":[' * 10_000), "the header is damaged"),
        (made(b'{"a": 1, "a": 2}'), "the header is damaged: it has 'a' twice"),
        (made({"a": {"dtype": "U8", "shape": [1]}}), "expected dtype, shape and data_offsets"),
        (made({"__metadata__": {"a": 1}}), "does not map strings to strings"),
        (made({"a": tensor([-1], 0, 1)}), r"has the shape \[-1\]"),
        (made({"a": tensor([True], 0, 1)}), r"has the shape \[True\]"),
        (made({"a": tensor([1] * 65, 0, 1)}), "has the shape"),
        (made({"a": tensor([1], 1, 0)}), "does not take the bytes from 1 to 0"),
        (made({"a": tensor([2**62, 2**62], 0, 4)}), "does not take the bytes"),
        (made({"a": tensor([1], 0, 1, "Q9")}, b"x"), "is of dtype 'Q9', which npw2v does not know"),
        (made({"a": tensor([2], 0, 2), "b": tensor([2], 1, 3)}, b"xyz"), "'b' and tensor 'a' overlap"),
        (made({"a": tensor([1], 0, 1), "b": tensor([1], 2, 3)}, b"xyz"), "have a gap between them"),
        (made({"a": tensor([2], 0, 2)}, b"x"), "is truncated: the tensors take 2 bytes, 1 are there"),
        (made({"a": tensor([10**15], 0, 10**15)}, b"x"), "is truncated"),
        (made({"a": tensor([1], 0, 1)}, b"xy"), "1 bytes follow the last tensor"),
        (made({"__metadata__": {"npw2v": "[]"}}), "the metadata 'npw2v' are damaged"),
        (made({"__metadata__": {"npw2v": '{"version": 9}'}}), "upgrade npw2v"),
        (made({"__metadata__": {"npw2v": '{"version": 1, "vector_size": 1}'}}), "lacks 'vectors'"),
    ],
)
def test_hostile_and_damaged_files_are_refused(content, message):
    with pytest.raises(FormatError, match=message):
        load(content)


def test_parts_that_do_not_fit_are_refused():
    def changed(old, new):
        content = saved(make(4, 3))
        assert content.count(old) == 1
        return content.replace(old, new)

    with pytest.raises(FormatError, match="BytesIO.*: next_index is 9, expected 0 to 4"):
        load(changed(rb"\"next_index\": 4", rb"\"next_index\": 9"))
    with pytest.raises(FormatError, match=r"the vectors are of shape \(4, 3\), not \(keys, 2\)"):
        load(changed(rb"\"vector_size\": 3", rb"\"vector_size\": 2"))
    with pytest.raises(FormatError, match="expected floating point"):
        load(changed(b'"F32"', b'"I32"'))
    with pytest.raises(TruncatedError, match="is truncated"):
        load(saved()[:-1])


def test_every_damaged_byte_of_the_header_is_refused_or_loads():
    content = saved()
    length = int.from_bytes(content[:8], "little")
    for at in range(0, 8 + length, 3):
        damaged = bytearray(content)
        damaged[at] ^= 1 << at % 7
        with suppress(FormatError):
            load(bytes(damaged))


def test_what_the_format_cannot_hold(tmp_path):
    kv = make(3, 2)
    kv.save_safetensors(tmp_path / "v")
    before = (tmp_path / "v").read_bytes()
    kv.weights = np.ones(2, complex)
    with pytest.raises(TypeError, match=r"array 'attributes\.weights' has dtype complex128"):
        kv.save_safetensors(tmp_path / "v")
    assert (tmp_path / "v").read_bytes() == before
    kv.save_safetensors(tmp_path / "v", ignore=["weights"])
    with pytest.raises(ValueError, match="mmap must be one of"):
        KeyedVectors.load_safetensors(tmp_path / "v", "r+")


def test_other_loaders_name_the_file(tmp_path):
    (tmp_path / "v").write_bytes(saved())
    for how in (KeyedVectors.load, KeyedVectors.load_word2vec_format):
        with pytest.raises(FormatError, match=r"safetensors file; open it with KeyedVectors\.load_safetensors"):
            how(tmp_path / "v")
    (tmp_path / "v").write_bytes(gzip.compress(saved()))
    assert len(KeyedVectors.load_safetensors(tmp_path / "v")) == 4
