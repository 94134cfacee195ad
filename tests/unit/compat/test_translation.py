"""Words of one language mapped to those of another that is the same but for a rotation."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import KeyedVectors, models
from npw2v.compat.translation import Space, TranslationMatrix

ROTATION = np.linalg.qr(np.random.RandomState(1).randn(4, 4))[0]
PAIRS = [(f"one{row}", f"two{row}") for row in range(6)]


def languages():
    one, two = KeyedVectors(4), KeyedVectors(4)
    rows = np.random.RandomState(2).randn(12, 4)
    one.add_vectors([f"one{row}" for row in range(12)], rows)
    two.add_vectors([f"two{row}" for row in range(12)], rows @ ROTATION)
    return one, two


def test_words_that_were_not_trained_with():
    one, two = languages()
    model = TranslationMatrix(one, two, PAIRS)
    assert np.allclose(model.translation_matrix, ROTATION, atol=1e-5)
    with pytest.warns(UserWarning, match="the model's own vectors are taken"):
        found = model.translate(["one9", "one11"], topn=1)
    assert found == {"one9": ["two9"], "one11": ["two11"]}
    found = model.translate("one7", topn=99, source_lang_vec=one, target_lang_vec=two)
    assert (len(found["one7"]), found["one7"][0]) == (12, "two7")


def test_corrected_ranks_are_the_same_for_the_same_seed():
    one, two = languages()
    found = [
        TranslationMatrix(one, two, PAIRS, random_state=4).translate(
            ["one8", "one9"], gc=1, sample_num=5, source_lang_vec=one, target_lang_vec=two
        )
        for _ in range(2)
    ]
    assert found[0] == found[1]
    assert [words[0] for words in found[0].values()] == ["two8", "two9"]


def test_mistakes():
    one, two = languages()
    with pytest.raises(ValueError, match=r"expected pairs of words, \(source, target\), got \('one1',\)"):
        TranslationMatrix(one, two, [("one0", "two0"), ("one1",)])
    with pytest.raises(ValueError, match="got none"):
        TranslationMatrix(one, two, [])
    with pytest.raises(KeyError, match="absent"):
        TranslationMatrix(one, two, [("absent", "two1")])
    with pytest.raises(ValueError, match="call train"):
        TranslationMatrix(one, two).translate("one1", source_lang_vec=one, target_lang_vec=two)
    with pytest.raises(RuntimeError, match="pass sample_num="):
        TranslationMatrix(one, two, PAIRS).translate("one1", gc=1, source_lang_vec=one, target_lang_vec=two)


def test_spaces():
    space = Space(np.array([[3.0, 4.0], [0, 0]]), ["a", "b"])
    space.normalize()
    assert (space.mat.tolist(), space.word2index) == ([[0.6, 0.8], [0, 0]], {"a": 0, "b": 1})


def test_files(tmp_path):
    one, two = languages()
    model = TranslationMatrix(one, two, PAIRS)
    model.save(tmp_path / "model")
    loaded = TranslationMatrix.load(tmp_path / "model")
    assert (loaded.translation_matrix == model.translation_matrix).all()
    assert (loaded.source_word, loaded.source_space) == (model.source_word, None)
    assert (loaded.target_lang_vec["two3"] == two["two3"]).all()


def test_gensims_paths():
    assert models.TranslationMatrix is models.translation_matrix.TranslationMatrix is TranslationMatrix
    with pytest.raises(NotImplementedError, match=r"translation_matrix\.BackMappingTranslationMatrix"):
        models.BackMappingTranslationMatrix()
