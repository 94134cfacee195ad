"""Old names of a model; those of vectors are tested with them."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import Word2Vec
from npw2v.compat.oldnames import MOVED, RENAMED, pseudorandom_weak_vector


@pytest.fixture
def model():
    return Word2Vec([["cat", "say", "meow"]], vector_size=3, min_count=1)


@pytest.mark.parametrize("name", MOVED)
def test_old_attributes_say_where_they_went(model, name):
    with pytest.raises(AttributeError, match=rf"Word2Vec\.{name} is gone since gensim 4: use "):
        getattr(model, name)
    with pytest.raises(AttributeError, match="'Word2Vec' object has no attribute 'nonsense'"):
        model.nonsense  # noqa: B018


@pytest.mark.parametrize("name", RENAMED)
def test_old_parameters_say_their_new_name(name):
    with pytest.raises(TypeError, match=rf"Word2Vec\(\) got {name}=, which is called {RENAMED[name]}="):
        Word2Vec(**{name: 3})

    class Mine(Word2Vec):
        def __init__(self, size, iter):
            super().__init__(vector_size=size, epochs=iter)

    assert Mine(size=3, iter=2).vector_size == 3


def test_loading_by_an_instance(model):
    with pytest.raises(AttributeError, match=r"call it on the class, Word2Vec\.load"):
        model.load("model")


def test_old_methods_of_a_model(model):
    with pytest.warns(DeprecationWarning, match=r"seeded_vector\(\) is an old name"):
        vector = model.seeded_vector("seed", 5)
    np.testing.assert_array_equal(vector, pseudorandom_weak_vector(5, "seed", hash))
    with pytest.warns(DeprecationWarning, match=r"wv\.unit_normalize_all\(\)"):
        model.init_sims(replace=True)
    np.testing.assert_allclose(np.linalg.norm(model.wv.vectors, axis=1), 1, rtol=1e-6)


def test_weak_vectors():
    vector = pseudorandom_weak_vector(1000, "seed", len)
    assert vector.dtype == np.float32
    assert 0.9 / 2000 < abs(vector).max() <= 1 / 2000
    np.testing.assert_array_equal(vector, pseudorandom_weak_vector(1000, "dees", len))
    assert (vector != pseudorandom_weak_vector(1000, "seeds", len)).any()
    assert (pseudorandom_weak_vector(9) != pseudorandom_weak_vector(9)).any()
