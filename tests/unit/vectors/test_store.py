"""KeyStore: lookup, adding, attributes, and norms that are never stale."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.errors import ShapeError
from npw2v.vectors import search as similarity
from npw2v.vectors.keyedvectors import KeyedVectors
from npw2v.vectors.store import initial_vectors
from tests.support.bruteforce import assert_pairs_close, brute_force, make


@pytest.fixture
def kv():
    return make()


def test_an_empty_one():
    vectors = KeyedVectors(3)
    assert (len(vectors), vectors.vectors.shape, vectors.vectors.dtype) == (0, (0, 3), np.float32)
    assert (vectors.norms, vectors.expandos, vectors.next_index) == (None, {}, 0)
    assert str(vectors) == "KeyedVectors<vector_size=3, 0 keys>"
    assert vectors.get_normed_vectors().shape == (0, 3)
    assert vectors.most_similar(positive=[np.ones(3)]) == []
    assert vectors.most_similar(positive=[np.ones(3)], topn=None).shape == (0,)
    assert vectors.most_similar_batch([np.ones(3)]) == [[]]


def test_lookup(kv):
    assert kv["k3"].tolist() == kv.vectors[3].tolist()
    assert kv[3].tolist() == kv[np.int64(3)].tolist() == kv["k3"].tolist()
    assert kv[["k3", 1]].shape == (2, 8)
    assert kv["k3", "k1"].shape == (2, 8)
    assert kv[(key for key in ["k3"])].shape == (1, 8)
    assert "k3" in kv
    assert 49 in kv
    assert 50 not in kv
    assert -1 not in kv
    assert kv.get_index("k3") == 3
    assert kv.get_index("nothing", 7) == 7
    assert kv.get_index("nothing", 0) == 0
    assert kv.has_index_for("k3")
    with pytest.raises(KeyError, match="Key 'nothing' not present"):
        kv["nothing"]
    with pytest.raises(KeyError, match="Key '-1' not present"):
        kv[-1]
    with pytest.raises(ValueError, match="no keys were given"):
        kv[[]]


def test_vectors_handed_out_cannot_be_written(kv):
    for vector in (kv["k1"], kv.get_vector("k1"), kv.get_vector("k1", norm=True)):
        with pytest.raises(ValueError, match="read-only"):
            vector[0] = 1
    np.testing.assert_allclose(np.linalg.norm(kv.get_vector("k1", norm=True)), 1, rtol=1e-6)
    assert kv.vectors.flags.writeable


def test_int_keys_go_before_rows():
    vectors = KeyedVectors(1)
    vectors.add_vectors([5, 1], [[50], [10]])
    assert (vectors[5], vectors[1], vectors[0]) == (50, 10, 50)
    assert [key for key, _ in vectors.most_similar(5)] == [1]


def test_add_keeps_or_replaces(kv):
    old = np.array(kv["k1"])
    kv.add_vectors(["k1", "new"], np.ones((2, 8)))
    assert kv["k1"].tolist() == old.tolist()
    assert kv["new"].tolist() == [1] * 8
    kv.add_vectors(["k1"], [np.full(8, 2.0)], replace=True)
    assert kv["k1"].tolist() == [2] * 8
    kv["k1"] = np.full(8, 3.0)
    kv["other"] = [4.0] * 8
    kv[["k1", "last"]] = np.full((2, 8), 5.0)
    assert (kv["k1"][0], kv["other"][0], kv["last"][0]) == (5, 4, 5)
    assert len(kv) == len(kv.vectors) == len(kv.key_to_index) == 53
    kv.add_vectors("single", np.zeros(8))
    kv.add_vectors([], [])
    assert kv.index_to_key[-1] == "single"
    assert kv.vectors.dtype == np.float32


def test_keys_repeated_in_one_call_count_once():
    for replace, expected in ((False, 1), (True, 3)):
        vectors = KeyedVectors(1)
        vectors.add_vectors(["a", "b", "a"], [[1], [2], [3]], replace=replace)
        assert vectors.index_to_key == ["a", "b"]
        assert vectors.vectors.tolist() == [[expected], [2]]


def test_extras():
    vectors = make(3, 2)
    vectors.add_vectors(["x", "y"], np.ones((2, 2)), extras={"count": np.array([7, 8])})
    assert vectors.expandos["count"].tolist() == [0, 0, 0, 7, 8]
    vectors.add_vectors(["y", "z"], np.ones((2, 2)), extras={"count": np.array([1, 2])})
    assert vectors.expandos["count"].tolist() == [0, 0, 0, 7, 8, 2]
    vectors.add_vectors(["y"], np.ones((1, 2)), extras={"count": np.array([5])}, replace=True)
    vectors.add_vectors(["w"], np.ones((1, 2)))
    assert vectors.expandos["count"].tolist() == [0, 0, 0, 7, 5, 2, 0]
    assert vectors.get_vecattr("w", "count") == 0


def test_wrong_additions_change_nothing(kv):
    for keys, weights, extras, error, message in [
        (["a", "b"], np.ones((1, 8)), None, ShapeError, "a vector for each key, got 1 vectors for 2 keys"),
        (["a", "b"], np.ones((1, 8)), None, IndexError, "a vector for each key"),
        (["a"], None, None, TypeError, "expected vectors of numbers, got None"),
        (["a"], [[None] * 8], None, TypeError, "expected vectors of numbers, got"),
        (["a"], [["x"] * 8], None, ValueError, "could not convert string to float"),
        (["a"], np.zeros((1, 0)), None, ValueError, r"got an array of shape \(1, 0\)"),
        (["a"], np.ones((1, 7)), None, ValueError, r"vectors of shape \(8,\), got an array of shape \(1, 7\)"),
        (["a"], np.ones((1, 8)), {"count": np.ones(2)}, ValueError, "1 keys need 1 values .* unlike"),
        (["a", None], np.ones((2, 8)), None, ValueError, "None cannot be a key"),
        (["a", ["b"]], np.ones((2, 8)), None, TypeError, "unhashable"),
    ]:
        with pytest.raises(error, match=message):
            kv.add_vectors(keys, weights, extras)
    assert len(kv) == len(kv.vectors) == 50
    assert "a" not in kv


def test_add_vector_fills_free_rows_first():
    vectors = KeyedVectors(2, count=2)
    assert len(vectors) == 2
    assert vectors.most_similar(positive=[np.ones(2)]) == []
    assert vectors.add_vector("a", [1, 0]) == 0
    assert vectors.add_vector("a", [2, 0]) == 0  # the key's own row
    vectors.add_vectors(["b"], [[0, 1]])
    assert vectors.next_index == 2
    with pytest.warns(UserWarning, match="copies all vectors to add one row"):
        assert vectors.add_vector("c", np.ones(2)) == 2
    assert vectors.index_to_key == ["a", "b", "c"]
    assert vectors.vectors.tolist() == [[2, 0], [0, 1], [1, 1]]


def test_free_rows_are_not_found():
    vectors = KeyedVectors(2, count=5)
    vectors.add_vector("a", [1, 0])
    vectors.add_vector("b", [1, 1])
    assert [key for key, _ in vectors.most_similar("a")] == ["b"]
    assert vectors.closer_than("a", "b") == []


def test_attributes(kv):
    kv.set_vecattr("k1", "count", 5)
    kv.set_vecattr("k2", "note", "some text that is long")
    kv.set_vecattr("k3", "note", np.str_("numpy text"))
    kv.set_vecattr("k1", "weight", 0.5)
    assert kv.expandos["count"].dtype == np.int64
    assert (kv.get_vecattr("k1", "count"), kv.get_vecattr("k2", "count")) == (5, 0)
    assert (kv.get_vecattr("k2", "note"), kv.get_vecattr("k3", "note")) == ("some text that is long", "numpy text")
    with pytest.raises(TypeError, match="attribute 'count' is of dtype int64, which float64 does not fit"):
        kv.set_vecattr("k1", "count", 0.5)
    with pytest.raises(KeyError, match="nothing"):
        kv.set_vecattr("nothing", "other", 1)
    assert "other" not in kv.expandos
    with pytest.raises(KeyError, match="other"):
        kv.get_vecattr("k1", "other")
    kv.allocate_vecattrs(["rank"], [np.uint32])
    assert (kv.expandos["rank"].dtype, len(kv.expandos["rank"])) == (np.uint32, 50)


def test_resize_draws_the_rows_of_gensim():
    rows = initial_vectors(5, 3, seed=7)
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(rows, (np.random.default_rng(7).random((5, 3), dtype=np.float32) * 2 - 1) / 3)
    vectors = KeyedVectors(3)
    vectors.index_to_key = ["a", "b"]
    vectors.resize_vectors(seed=7)
    np.testing.assert_array_equal(vectors.vectors, rows[:2])
    vectors.vectors[:] = 1
    vectors.index_to_key += ["c", "d", "e"]
    vectors.resize_vectors(seed=7)
    np.testing.assert_array_equal(vectors.vectors[2:], rows[2:])
    assert vectors.vectors[:2].tolist() == [[1] * 3] * 2
    vectors.set_vecattr(0, "count", 3)
    vectors.index_to_key = vectors.index_to_key[:1]
    vectors.resize_vectors()
    assert vectors.vectors.tolist() == [[1] * 3]
    assert vectors.expandos["count"].tolist() == [3]


def test_sort_by_descending_frequency():
    vectors = make(5, 2)
    before = {key: vectors[key].tolist() for key in vectors.index_to_key}
    for key, count in zip(vectors.index_to_key, [1, 5, 1, 7, 5], strict=True):
        vectors.set_vecattr(key, "count", count)
    vectors.sort_by_descending_frequency()
    assert vectors.index_to_key == ["k3", "k4", "k1", "k2", "k0"]  # equal counts: the later first, as in gensim
    assert vectors.expandos["count"].tolist() == [7, 5, 5, 1, 1]
    assert {key: vectors[key].tolist() for key in vectors.index_to_key} == before
    assert vectors.key_to_index == {key: row for row, key in enumerate(vectors.index_to_key)}
    KeyedVectors(2).sort_by_descending_frequency()


# ---- norms


def mutations():
    def by_property(kv):
        kv.vectors = kv.vectors * np.arange(1, 51)[:, None]

    def in_place(kv):
        kv.vectors[0] *= -3

    def augmented(kv):
        kv.vectors *= np.arange(1, 51)[:, None]

    def sort(kv):
        kv.expandos["count"] = np.arange(50)
        kv.sort_by_descending_frequency()

    def resize(kv):
        kv.index_to_key.append("new")
        kv.key_to_index["new"] = 50
        kv.resize_vectors(seed=3)

    def forced(kv):
        held = kv.vectors
        kv.most_similar("k1")
        held *= np.arange(1, 51)[:, None]
        kv.fill_norms(force=True)

    return {
        "add": lambda kv: kv.add_vectors(["new"], [[9.0] * 8]),
        "replace": lambda kv: kv.add_vectors(["k0"], [[9.0] * 8], replace=True),
        "set": lambda kv: kv.__setitem__("k0", np.full(8, -9.0)),
        "normalize": lambda kv: kv.unit_normalize_all(),
        "property": by_property,
        "in place": in_place,
        "augmented": augmented,
        "sort": sort,
        "resize": resize,
        "forced": forced,
    }


@pytest.mark.parametrize("name", mutations())
def test_norms_are_never_stale(kv, name):
    kv.most_similar("k1")
    mutations()[name](kv)
    assert_pairs_close(kv.most_similar("k1"), brute_force(kv, kv["k1"], {kv.get_index("k1")}))
    np.testing.assert_allclose(kv.get_vector("k0", norm=True), kv["k0"] / np.linalg.norm(kv["k0"]), rtol=1e-6)
    np.testing.assert_allclose(kv.norms, np.linalg.norm(kv.vectors, axis=1), rtol=1e-6)


def test_norms(kv):
    assert kv.norms is None
    kv.fill_norms()
    np.testing.assert_allclose(kv.vectors / kv.norms[:, None], kv.get_normed_vectors(), rtol=1e-6)
    kv.norms = None
    assert kv.norms is None
    kv.unit_normalize_all()
    np.testing.assert_allclose(np.linalg.norm(kv.vectors, axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize(
    "dtype, expected", [(np.float16, np.float32), (np.float32, np.float32), (np.float64, np.float64)]
)
def test_norms_sum_squares_without_overflow(dtype, expected, monkeypatch):
    monkeypatch.setattr(similarity, "BLOCK_NUMBERS", 10)  # several blocks
    vectors = KeyedVectors(4, dtype=dtype)
    matrix = np.outer([1, 0, 6e4, 1e-4], [1, -1, 1, 1]).astype(dtype)
    vectors.add_vectors(list("abcd"), matrix)
    vectors.fill_norms()
    assert vectors.norms.dtype == expected
    np.testing.assert_allclose(vectors.norms, 2 * np.abs(matrix[:, 0].astype(float)), rtol=1e-6)
    tiny = KeyedVectors(2)
    tiny.add_vectors(["a", "b"], np.array([[1e-30, 1e-30], [1e30, 1e30]]))
    assert tiny.similarity("a", "b") == 1
    assert tiny.most_similar("a") == [("b", 1.0)]


def test_a_get_vector_of_somebody_elses_is_asked_for_each_of_several_keys(kv):
    """Wrappers set one on the instance, subclasses define one: gensim asks it for one key and for each of many."""
    plain, get_vector = kv.__dict__.copy(), kv.get_vector
    kv.get_vector = lambda key, norm=False: get_vector(key.removesuffix("!"), norm)
    np.testing.assert_array_equal(kv["k1!", "k2"], np.stack([get_vector("k1"), get_vector("k2")]))
    assert plain.keys() == kv.__dict__.keys() - {"get_vector"}


def test_vars_hold_the_vectors_under_gensims_name():
    vectors = KeyedVectors(2)
    vectors.add_vectors(["a"], [[1, 2]])
    assert vars(vectors)["vectors"] is vectors.vectors
    vectors.add_vectors(["b"], [[3, 4]])
    assert vars(vectors)["vectors"].tolist() == [[1, 2], [3, 4]]
    vectors.vectors = np.ones((2, 2), np.float32)
    assert vars(vectors)["vectors"] is vectors.vectors


def test_pickled_when_the_vectors_had_another_name():
    vectors = KeyedVectors(2)
    vectors.add_vectors(["a", "b"], [[1, 2], [3, 4]])
    state = vectors.__getstate__()
    state["_vectors"] = state.pop("vectors")
    again = KeyedVectors.__new__(KeyedVectors)
    again.__setstate__(state)
    assert again.vectors.tolist() == [[1, 2], [3, 4]]
    assert again.most_similar("a") == vectors.most_similar("a")


# ---- what terminals and notebooks show


def test_its_repr_names_the_first_keys():
    vectors = KeyedVectors(2)
    assert repr(vectors) == "<KeyedVectors<vector_size=2, 0 keys>, float32>"
    vectors.add_vectors(["a", "b\n", 3, "d"], np.ones((4, 2)))
    assert repr(vectors) == "<KeyedVectors<vector_size=2, 4 keys>, float32, 'a', 'b\\n', '3', ...>"
    assert str(vectors) == "KeyedVectors<vector_size=2, 4 keys>"
    assert repr(KeyedVectors.__new__(KeyedVectors)).startswith("<npw2v.vectors.keyedvectors.KeyedVectors object at ")


def test_a_notebook_shows_the_first_keys_as_text():
    vectors = KeyedVectors(7)
    assert "0 keys" in vectors._repr_html_()
    vectors.add_vectors(["<script>", *map(str, range(20))], np.full((21, 7), 0.25))
    assert "count" not in vectors._repr_html_()
    for key, count in zip(vectors.index_to_key, range(1000, 1021)):
        vectors.set_vecattr(key, "count", count)
    found = vectors._repr_html_()
    assert "<script>" not in found
    assert f"<tr><td>&lt;script&gt;</td><td>1,000</td><td>{', '.join(['0.250'] * 5)}, ...</td></tr>" in found
    assert found.count("<tr>") == 11
