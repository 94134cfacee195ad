"""Translations are gensim's."""

from __future__ import annotations

import gensim
import numpy as np
import pytest
from gensim.models.translation_matrix import TranslationMatrix as Theirs

import npw2v
from npw2v.models import TranslationMatrix

PAIRS = [(f"one{row}", f"two{row}") for row in range(8)]


def vectors(package, prefix, seed):
    keyed = package.models.KeyedVectors(5)
    keyed.add_vectors([f"{prefix}{row}" for row in range(20)], np.random.RandomState(seed).randn(20, 5))
    return keyed


@pytest.mark.filterwarnings("ignore:.*source_lang_vec", "ignore:.*target_lang_vec")
@pytest.mark.parametrize("how", [{}, {"topn": 3}, {"gc": 1, "sample_num": 0}])
def test_translations(how):
    models = [
        cls(vectors(package, "one", 1), vectors(package, "two", 2), PAIRS)
        for package, cls in ((gensim, Theirs), (npw2v, TranslationMatrix))
    ]
    np.testing.assert_allclose(models[1].translation_matrix, models[0].translation_matrix, atol=1e-6)
    for words in ("one3", ["one1", "one12", "one19"]):
        assert models[1].translate(words, **how) == models[0].translate(words, **how)
