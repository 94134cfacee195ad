"""Matrices of similar terms, and documents compared by them or by Word Mover's Distance, are gensim's."""

from __future__ import annotations

import random
from itertools import product

import gensim
import numpy as np
import pytest
from gensim import similarities as theirs

import npw2v
from npw2v import similarities as ours

WORDS = [f"w{number}" for number in range(30)]


def vectors(package):
    keyed = package.models.KeyedVectors(6)
    keyed.add_vectors(WORDS[:27], np.random.RandomState(3).randn(27, 6).astype(np.float32))
    return keyed


def texts(seed, count=9):
    draw = random.Random(seed)
    return [draw.choices(WORDS, k=draw.randint(1, 9)) for _ in range(count)]


def made(package, similarities, **options):
    """A matrix, and bags of words."""
    dictionary = package.corpora.Dictionary(texts(1, 20))
    if options.pop("weights", False):
        options["tfidf"] = package.models.TfidfModel(dictionary=dictionary)
    terms = similarities.WordEmbeddingSimilarityIndex(vectors(package))
    matrix = similarities.SparseTermSimilarityMatrix(terms, dictionary, **options)
    return matrix, [dictionary.doc2bow(text) for text in texts(2)]


OPTIONS = [
    {},
    {"nonzero_limit": 3},
    {"nonzero_limit": None, "symmetric": False},
    {"dominant": True, "nonzero_limit": 5},
    {"symmetric": False, "dominant": True, "dtype": np.float64},
    {"nonzero_limit": 0},
    {"nonzero_limit": 4, "weights": True},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_matrices(options):
    if "weights" in options:
        pytest.importorskip("npw2v.compat.tfidf")
    expected, found = made(gensim, theirs, **options)[0].matrix, made(npw2v, ours, **options)[0].matrix
    assert found.dtype == expected.dtype
    assert (found.nonzero()[0] == expected.nonzero()[0]).all()
    np.testing.assert_allclose(found.toarray(), expected.toarray(), atol=1e-6)


@pytest.mark.parametrize("normalized", product((True, False, "maintain"), repeat=2), ids=str)
def test_products(normalized):
    (expected, bags), (found, same) = made(gensim, theirs, nonzero_limit=6), made(npw2v, ours, nonzero_limit=6)
    assert same == bags
    bags = [[(number, 1.5 * count) for number, count in bag] for bag in bags]
    for x, y in product([bags[0], bags[1], [], bags[:3], bags[2:]], repeat=2):
        wanted, got = (each.inner_product(x, y, normalized=normalized) for each in (expected, found))
        dense = [each.toarray() if hasattr(each, "toarray") else np.asarray(each) for each in (wanted, got)]
        assert dense[1].shape == dense[0].shape
        np.testing.assert_allclose(dense[1], dense[0], rtol=2e-5, atol=1e-6)


def same_answers(expected, found, queries):
    for query in queries:
        wanted, got = expected[query], found[query]
        if expected.num_best is None:
            np.testing.assert_allclose(got, wanted, rtol=2e-5, atol=1e-6)
        else:
            several = wanted and isinstance(wanted[0], list)
            for one, other in zip(wanted, got, strict=True) if several else [(wanted, got)]:
                assert [number for number, _ in other] == [number for number, _ in one]
                np.testing.assert_allclose([each for _, each in other], [each for _, each in one], rtol=2e-5)
    np.testing.assert_allclose(
        np.array([[each[-1] if isinstance(each, tuple) else each for each in row] for row in found], float),
        np.array([[each[-1] if isinstance(each, tuple) else each for each in row] for row in expected], float),
        rtol=2e-5,
        atol=1e-6,
    )
    assert len(found) == len(expected)


@pytest.mark.parametrize("num_best, chunksize", [(None, 256), (4, 256), (None, 4), (3, 2)])
def test_documents_by_similar_terms(num_best, chunksize):
    (matrix, bags), (mine, _) = made(gensim, theirs), made(npw2v, ours)
    expected = theirs.SoftCosineSimilarity(bags, matrix, num_best=num_best, chunksize=chunksize)
    found = ours.SoftCosineSimilarity(bags, mine, num_best=num_best, chunksize=chunksize)
    same_answers(expected, found, [bags[3], bags[2:5], [(1, 2.5)]])


@pytest.mark.parametrize("num_best, chunksize", [(None, 256), (4, 256), (None, 4), (3, 3)])
def test_documents_by_word_movers_distance(num_best, chunksize):
    pytest.importorskip("ot")
    documents = [[word for word in text if word in WORDS[:25]] or ["w1"] for text in texts(4, 6)]
    expected = theirs.WmdSimilarity(documents, vectors(gensim), num_best=num_best, chunksize=chunksize)
    found = ours.WmdSimilarity(documents, vectors(npw2v), num_best=num_best, chunksize=chunksize)
    same_answers(expected, found, [documents[0], ["w3", "absent"], documents[1:3]])
    assert str(found) == str(expected)
