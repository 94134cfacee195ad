"""Random vectors, and queries answered the slow and obvious way."""

from __future__ import annotations

import numpy as np

from npw2v.vectors import search as similarity
from npw2v.vectors.keyedvectors import KeyedVectors


def make(count=50, size=8, dtype=np.float32, seed=0):
    vectors = KeyedVectors(size, dtype=dtype)
    matrix = np.random.default_rng(seed).standard_normal((count, size))
    vectors.add_vectors([f"k{i}" for i in range(count)], matrix)
    return vectors


def cosines(matrix, query):
    """Cosines of all rows with a query in float64, 0 for zeros: what every query must agree with."""
    matrix, query = matrix.astype(np.float64), np.asarray(query, dtype=np.float64)
    lengths = np.linalg.norm(matrix, axis=1) * np.linalg.norm(query)
    return np.divide(matrix @ query, lengths, out=np.zeros(len(matrix)), where=lengths > 0)


def brute_force(vectors, query, without=(), topn=10, stop=None):
    matrix = np.array(vectors.vectors)[:stop]
    scores = cosines(matrix, query).astype(similarity.arithmetic_dtype(matrix))
    order = [row for row in np.lexsort((np.arange(len(scores)), -scores)) if row not in without][:topn]
    return [(vectors.index_to_key[row], float(scores[row])) for row in order]


def assert_pairs_close(found, expected, tolerance=2e-6):
    assert [key for key, _ in found] == [key for key, _ in expected]
    np.testing.assert_allclose([score for _, score in found], [score for _, score in expected], atol=tolerance)
