"""KeyedVectors and its files: everything comes back, and what cannot be saved says so."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from npw2v import Word2Vec
from npw2v.errors import FormatError
from npw2v.formats.archive import read_archive, with_prefix, write_archive
from npw2v.vectors.keyedvectors import KeyedVectors
from tests.support.bruteforce import assert_pairs_close, brute_force, make


@pytest.fixture
def kv():
    return make()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("mmap", [None, "r", "c"])
def test_save_and_load(tmp_path, dtype, mmap):
    kv = make(dtype=dtype)
    kv.add_vectors([7, ("a", 1), "ü\u2028\ud800"], np.ones((3, 8)))
    kv.set_vecattr("k1", "count", 5)
    kv.set_vecattr("k1", "note", "ü")
    kv.set_vecattr("k2", "flag", True)
    kv.vectors_lockf = np.ones(1, dtype=np.float32)
    kv.comment = {"from": ["here"], "at": 1.5}
    kv.most_similar("k1")
    kv.save(tmp_path / "kv", separately=["vectors"], sep_limit=3, pickle_protocol=4)
    assert [path.name for path in tmp_path.iterdir()] == ["kv"]
    loaded = KeyedVectors.load(tmp_path / "kv", mmap=mmap)
    assert loaded.index_to_key == kv.index_to_key
    assert list(map(type, loaded.index_to_key)) == list(map(type, kv.index_to_key))
    assert loaded.key_to_index == kv.key_to_index
    assert loaded.vectors.dtype == dtype
    np.testing.assert_array_equal(loaded.vectors, kv.vectors)
    assert {attr: values.dtype for attr, values in loaded.expandos.items()} == {
        attr: values.dtype for attr, values in kv.expandos.items()
    }
    for attr, values in kv.expandos.items():
        assert loaded.expandos[attr].tolist() == values.tolist()
    assert loaded.comment == kv.comment
    assert loaded.vectors_lockf.tolist() == [1]
    assert loaded.next_index == kv.next_index
    assert loaded.most_similar("k1") == kv.most_similar("k1")
    loaded.add_vectors(["new"], np.ones((1, 8)))
    assert loaded["new"].tolist() == [1] * 8
    loaded.set_vecattr("k1", "count", 6)


def test_free_rows_are_saved(tmp_path):
    kv = KeyedVectors(2, count=3)
    kv.add_vector("a", [1, 2])
    kv.save(str(tmp_path / "kv.gz"))
    loaded = KeyedVectors.load(str(tmp_path / "kv.gz"))
    assert (loaded.index_to_key, loaded.next_index, loaded.key_to_index) == (["a", None, None], 1, {"a": 0})
    loaded.save_word2vec_format(tmp_path / "v.txt")
    assert (tmp_path / "v.txt").read_bytes() == b"1 2\na 1.0 2.0\n"


def test_what_cannot_be_saved(tmp_path, kv, caplog):
    kv.helper = print
    with pytest.warns(
        UserWarning, match="kv does not hold helper: only numeric arrays and plain JSON values"
    ) as warned:
        kv.save(tmp_path / "kv", ignore=["comment"])
    assert [warning.filename for warning in warned] == [__file__]
    assert "not saving attribute helper of type builtin_function_or_method" in caplog.text
    assert not hasattr(KeyedVectors.load(tmp_path / "kv"), "helper")
    kv.set_vecattr("k1", "thing", {1, 2})
    with pytest.raises(TypeError, match="attribute 'thing' of keys has values that JSON cannot hold"):
        kv.save(tmp_path / "kv")
    kv.save(tmp_path / "kv", ignore=["expandos"])
    assert KeyedVectors.load(tmp_path / "kv").expandos == {}


def test_load_takes_the_vectors_of_a_model(tmp_path, kv):
    arrays, metadata = kv.to_archive()
    write_archive(tmp_path / "m", {"syn1neg": np.ones(3), **with_prefix("wv.", arrays)}, {"kind": "M", "wv": metadata})
    loaded = KeyedVectors.load(tmp_path / "m", mmap="r")
    assert isinstance(loaded.vectors, np.memmap)
    assert loaded.most_similar("k1") == kv.most_similar("k1")


def test_load_errors(tmp_path, kv):
    write_archive(tmp_path / "other", {}, {"kind": "Other"})
    with pytest.raises(FormatError, match="other holds no vectors but 'Other'"):
        KeyedVectors.load(tmp_path / "other")
    kv.save(tmp_path / "kv")
    arrays, metadata = read_archive(tmp_path / "kv")
    del arrays["keys.text"]
    write_archive(tmp_path / "kv", arrays, metadata)
    with pytest.raises(FormatError, match="kv lacks 'text'"):
        KeyedVectors.load(tmp_path / "kv")
    (tmp_path / "p").write_bytes(pickle.dumps(kv))
    with pytest.raises(FormatError, match="a pickle that names npw2v.vectors.keyedvectors.KeyedVectors"):
        KeyedVectors.load(tmp_path / "p")


def test_subclasses_load_as_themselves(tmp_path, kv):
    class Mine(KeyedVectors):
        pass

    kv.save(tmp_path / "kv")
    kv.save_word2vec_format(tmp_path / "v")
    assert type(Mine.load(tmp_path / "kv")) is Mine
    assert type(Mine.load_word2vec_format(tmp_path / "v")) is Mine


def test_copies(kv, tmp_path):
    kv.most_similar("k1")
    kv.save(tmp_path / "kv")
    for original in (kv, KeyedVectors.load(tmp_path / "kv", mmap="r")):
        for made in (pickle.loads(pickle.dumps(original)), copy.deepcopy(original)):
            assert made.most_similar("k1") == kv.most_similar("k1")
            assert type(made.vectors) is np.ndarray
            made.vectors[:] = 1
    assert kv["k1"].tolist() != [1] * 8


def test_word2vec_format_in_order_of_counts(tmp_path):
    kv = make(4, 2)
    kv.save_word2vec_format(tmp_path / "v")
    assert KeyedVectors.load_word2vec_format(tmp_path / "v").index_to_key == ["k0", "k1", "k2", "k3"]
    with pytest.raises(ValueError, match="vocab: keys have no attribute 'count'"):
        kv.save_word2vec_format(tmp_path / "v", fvocab=tmp_path / "vocab")
    for key, count in zip(kv.index_to_key, np.array([2, 3, 2, 9], dtype=np.uint32), strict=True):
        kv.set_vecattr(key, "count", count)
        kv.set_vecattr(key, "other", -int(count))
    kv.save_word2vec_format(tmp_path / "v", fvocab=tmp_path / "vocab", binary=True, prefix="*")
    assert (tmp_path / "vocab").read_text() == "*k3 9\n*k1 3\n*k0 2\n*k2 2\n"
    loaded = KeyedVectors.load_word2vec_format(tmp_path / "v", fvocab=tmp_path / "vocab", binary=True)
    assert loaded.index_to_key == ["*k3", "*k1", "*k0", "*k2"]
    assert loaded.expandos["count"].tolist() == [9, 3, 2, 2]
    np.testing.assert_array_equal(loaded["*k0"], kv["k0"])
    kv.save_word2vec_format(tmp_path / "v", sort_attr="other")
    assert KeyedVectors.load_word2vec_format(tmp_path / "v").index_to_key == ["k0", "k2", "k1", "k3"]


def test_counts_of_loaded_words(tmp_path, caplog):
    (tmp_path / "v").write_bytes(b"4 1\na 1\nb 2\na 3\nc 4\n")
    (tmp_path / "vocab").write_bytes(b"a 7\nc 5\n")
    kv = KeyedVectors.load_word2vec_format(tmp_path / "v")
    assert (kv.index_to_key, kv.expandos["count"].tolist()) == (["a", "b", "c"], [4, 3, 2])
    assert all(key is not None for key, _ in kv.most_similar("a"))
    kv = KeyedVectors.load_word2vec_format(tmp_path / "v", fvocab=tmp_path / "vocab", datatype=np.float16)
    assert (kv.expandos["count"].tolist(), kv.vectors.dtype) == ([7, 0, 5], np.float16)
    assert "lacks 1 of the 3 words; their count is 0" in caplog.text


@pytest.mark.parametrize("binary", [False, True])
def test_intersect(tmp_path, binary):
    other, kv = make(4, 8, seed=1), make(3, 8)
    other.save_word2vec_format(tmp_path / "v", binary=binary)
    kv.add_vectors(["mine"], np.ones((1, 8)))
    kv.vectors_lockf = np.ones(1, dtype=np.float32)
    kv.most_similar("k1")
    kv.intersect_word2vec_format(tmp_path / "v", binary=binary)
    assert kv.index_to_key == ["k0", "k1", "k2", "mine"]
    np.testing.assert_array_equal(kv.vectors[:3], other.vectors[:3])
    assert kv["mine"].tolist() == [1] * 8
    assert kv.vectors_lockf.tolist() == [0, 0, 0, 1]
    assert_pairs_close(kv.most_similar("k1"), brute_force(kv, kv["k1"], {1}))
    kv.intersect_word2vec_format(tmp_path / "v", lockf=0.5, binary=binary)
    assert kv.vectors_lockf.tolist() == [0.5, 0.5, 0.5, 1]
    with pytest.raises(ValueError, match="has vectors of size 8, these have 3"):
        make(2, 3).intersect_word2vec_format(tmp_path / "v", binary=binary)


def test_vectors_of_a_models_file_answer_to_wv_and_others_do_not(tmp_path):
    model = Word2Vec([["a", "b"]], vector_size=2, min_count=1)
    model.save(tmp_path / "model")
    loaded = KeyedVectors.load(tmp_path / "model")
    assert loaded.wv is loaded
    assert loaded.wv.most_similar("a") == model.wv.most_similar("a")
    loaded.save(tmp_path / "vectors")
    for vectors in (model.wv, KeyedVectors.load(tmp_path / "vectors")):
        with pytest.raises(AttributeError, match="wv"):
            vectors.wv  # noqa: B018
