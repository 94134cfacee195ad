"""Weights of words by the documents that they are in."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import models
from npw2v.compat.dictionary import Dictionary
from npw2v.compat.tfidf import TfidfModel, resolve_weights

TEXTS = [["a", "b"], ["a", "a"], ["a", "ccc"], ["ccc", "ccc"]]
DICTIONARY = Dictionary(TEXTS)
CORPUS = [DICTIONARY.doc2bow(text) for text in TEXTS]


def test_weights():
    model = TfidfModel(CORPUS, normalize=False)
    assert model[[(0, 1), (1, 2), (2, 1), (9, 5)]] == [(0, pytest.approx(np.log2(4 / 3))), (1, 4.0), (2, 1.0)]
    assert (str(model), model.dfs) == ("TfidfModel<num_docs=4, num_nnz=6>", {0: 3, 1: 1, 2: 2})


def test_unit_vectors():
    vector = TfidfModel(dictionary=DICTIONARY)[[(1, 1), (2, 2)]]
    assert np.allclose([weight for _, weight in vector], np.array([2, 2]) / np.sqrt(8))
    assert [*TfidfModel(CORPUS)[CORPUS]] == [TfidfModel(CORPUS)[bag] for bag in CORPUS]
    assert TfidfModel(CORPUS)[[]] == []


@pytest.mark.parametrize(
    "scheme, expected",
    [("nnn", [3.0, 1.0]), ("bnn", [1, 1]), ("lnn", [1 + np.log2(3), 1]), ("ann", [1, 0.5 + 0.5 / 3]), ("nfn", [6, 1])],
)
def test_schemes(scheme, expected):
    found = TfidfModel(dictionary=DICTIONARY, smartirs=scheme)[[(1, 3), (2, 1)]]
    assert np.allclose([weight for _, weight in found], expected)


def test_pivots():
    assert TfidfModel(dictionary=DICTIONARY, smartirs="nnu").pivot == 6 / 4
    assert TfidfModel(dictionary=DICTIONARY, smartirs="nnb").pivot == (4 * 2 + 1 * 2 + 3 * 4) / 4
    found = TfidfModel(dictionary=DICTIONARY, smartirs="nnu", slope=0.5)[[(1, 3), (2, 1)]]
    assert np.allclose([weight for _, weight in found], np.array([3, 1]) / (0.5 * 1.5 + 0.5 * 2))
    with pytest.raises(ValueError, match="pass dictionary=, not corpus="):
        TfidfModel(CORPUS, smartirs="nnb")


@pytest.mark.parametrize(
    "scheme, said",
    [
        ("nf", "expected three letters"),
        (None, "expected three letters"),
        ("zfc", "expected the term frequency weight to be one of 'btnaldL', got 'z'"),
        ("nfz", "expected the normalization to be one of 'xncub', got 'z'"),
        ("lnc.ltc", "make a model of each"),
    ],
)
def test_wrong_schemes(scheme, said):
    with pytest.raises(ValueError, match=said):
        resolve_weights(scheme)


def test_a_model_of_nothing():
    with pytest.raises(ValueError, match="has counted no documents"):
        TfidfModel()[[(0, 1)]]


@pytest.mark.parametrize("options", [{}, {"smartirs": "Lfc"}, {"smartirs": "nnb"}, {"normalize": False}])
def test_files(options, tmp_path):
    model = TfidfModel(dictionary=DICTIONARY, **options)
    model.save(tmp_path / "model")
    loaded = TfidfModel.load(tmp_path / "model")
    assert [*loaded[CORPUS]] == [*model[CORPUS]]
    assert (dict(loaded.id2word), loaded.pivot) == (dict(DICTIONARY), model.pivot)


def test_functions_are_not_stored(tmp_path):
    with pytest.raises(TypeError, match="cannot save attribute 'wlocal'"):
        TfidfModel(CORPUS, wlocal=np.sqrt).save(tmp_path / "model")


def test_gensims_paths():
    assert models.TfidfModel is models.tfidfmodel.TfidfModel is TfidfModel
