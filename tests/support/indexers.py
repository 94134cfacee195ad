"""Vectors in ten directions, and an indexer of either library."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import KeyedVectors
from npw2v.vectors.indexers.annoy import AnnoyIndexer


def clustered(count=400, keys=None):
    """Vectors around ten directions."""
    random = np.random.default_rng(1)
    centers = random.normal(size=(10, 12))
    vectors = KeyedVectors(12)
    rows = centers[np.arange(count) % 10] + 0.3 * random.normal(size=(count, 12))
    vectors.add_vectors([f"é{row}" for row in range(count)] if keys is None else keys, rows.astype(np.float32))
    return vectors


def annoy(model):
    pytest.importorskip("annoy")
    return AnnoyIndexer(model, 20)


def nmslib(model):
    pytest.importorskip("nmslib")
    from npw2v.vectors.indexers.nmslib import NmslibIndexer

    return NmslibIndexer(model)


def reloaded(indexer, path):
    indexer.save(path)
    if isinstance(indexer, AnnoyIndexer):
        loaded = AnnoyIndexer()
        loaded.load(path)
        return loaded
    return type(indexer).load(path)


both = pytest.mark.parametrize("indexed", [annoy, nmslib])
