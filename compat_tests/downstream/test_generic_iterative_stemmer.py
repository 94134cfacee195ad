"""generic-iterative-stemmer: wraps KeyedVectors and puts a ``get_vector`` of its own on them, which looks up stems."""

import copy

import numpy as np
import pytest
from generic_iterative_stemmer.errors import StemDictFileNotFoundError
from generic_iterative_stemmer.models import StemmedKeyedVectors

from compat_tests.downstream import planted
from compat_tests.downstream.planted import GROUPS

STEMS = {"cats": "cat", "dogs": "dog", "hammers": "hammer"}


@pytest.fixture(scope="module")
def trained():
    return planted.trained().wv


@pytest.fixture
def stemmed(trained):
    return StemmedKeyedVectors(copy.copy(trained), STEMS)


def test_a_word_has_the_vector_of_its_stem(trained, stemmed):
    np.testing.assert_array_equal(stemmed["cats"], trained["cat"])
    np.testing.assert_array_equal(stemmed.get_vector("cats", norm=True), trained.get_vector("cat", norm=True))
    np.testing.assert_array_equal(stemmed["cats", "dogs"], trained[["cat", "dog"]])
    assert "cats" in stemmed
    assert "wolves" not in stemmed


def test_similarities_are_those_of_stems(trained, stemmed):
    assert stemmed.similarity("cats", "dogs") == trained.similarity("cat", "dog")
    assert stemmed.similarity("cats", "dogs") > stemmed.similarity("cats", "hammers")


def test_neighbors_and_the_odd_one(stemmed):
    nearest = [word for word, _ in stemmed.most_similar("cat", topn=7)]
    assert sorted(nearest) == sorted({*GROUPS["animals"]} - {"cat"})
    assert stemmed.doesnt_match(["cat", "dog", "hammer"]) == "hammer"


def test_saved_vectors_load_with_their_stems(trained, stemmed, tmp_path):
    """gensim pickles the wrapper's own method along, and cannot load what it saved (RecursionError)."""
    with pytest.warns(UserWarning, match="does not hold get_vector"):
        stemmed.save(str(tmp_path / "stemmed.kv"))
    loaded = StemmedKeyedVectors.load(str(tmp_path / "stemmed.kv"))
    np.testing.assert_array_equal(loaded["cats", "dogs"], trained[["cat", "dog"]])


def test_vectors_that_were_saved_without_stems_are_not_loaded(trained, tmp_path):
    trained.save(str(tmp_path / "model.kv"))
    with pytest.raises(StemDictFileNotFoundError):
        StemmedKeyedVectors.load(str(tmp_path / "model.kv"))
