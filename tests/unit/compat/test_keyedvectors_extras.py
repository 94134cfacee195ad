"""What gensim's module keyedvectors has besides: entries of old vocabularies, functions that methods replaced."""

from __future__ import annotations

import numpy as np

from npw2v import KeyedVectors
from npw2v.compat.keyedvectors_extras import (
    CompatVocab,
    load_word2vec_format,
    load_word2vec_format_in_chunks,
    prep_vectors,
)
from npw2v.vectors.store import initial_vectors


def test_entries_of_a_vocabulary():
    assert str(CompatVocab(count=3, x="y", _z=1)) == "CompatVocab<count:3, x:'y'>"
    assert CompatVocab() < CompatVocab(count=1)


def test_vectors_are_read_by_functions(tmp_path):
    path = str(tmp_path / "vectors.bin")
    vectors = KeyedVectors(2)
    vectors.add_vectors(["cat", "dog"], np.array([[1, 2], [3, 4]], np.float32))
    vectors.save_word2vec_format(path, binary=True)
    for loaded in (
        load_word2vec_format(path, binary=True),
        load_word2vec_format_in_chunks(KeyedVectors, path, binary=True, binary_chunk_size=5),
    ):
        assert loaded.index_to_key == ["cat", "dog"]
        np.testing.assert_array_equal(loaded.vectors, vectors.vectors)


def test_given_vectors_come_first():
    whole = np.ones((2, 3), np.float32)
    assert prep_vectors((2, 3), whole) is whole
    drawn = prep_vectors((4, 3), whole, seed=7)
    np.testing.assert_array_equal(drawn[:2], whole)
    np.testing.assert_array_equal(drawn[2:], initial_vectors(4, 3, 7, np.float32)[2:])
