"""Annoy's index: its files, and an indexer that has none yet."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from npw2v import KeyedVectors
from npw2v.errors import FormatError
from npw2v.vectors.indexers.annoy import AnnoyIndexer
from tests.support.indexers import annoy, clustered, nmslib, reloaded
from tests.support.smallmodels import built


def test_an_index_is_loaded_and_saved(tmp_path):
    indexer = annoy(clustered())
    again = reloaded(reloaded(indexer, tmp_path / "once"), str(tmp_path / "twice"))
    query = clustered().vectors[0]
    assert again.most_similar(query, 5) == indexer.most_similar(query, 5)


def test_the_keys_must_belong_to_the_index(tmp_path):
    annoy(clustered(30)).save(str(tmp_path / "a"))
    annoy(clustered(40)).save(str(tmp_path / "b"))
    (tmp_path / "b.dict").replace(tmp_path / "a.dict")
    with pytest.raises(FormatError, match=r"a\.dict does not belong to .*a: one of the two was replaced"):
        AnnoyIndexer().load(str(tmp_path / "a"))
    (tmp_path / "a.dict").write_bytes(pickle.dumps({"f": 12, "num_trees": 20, "labels": list(range(40))}))
    with pytest.raises(FormatError, match=r"a\.dict has 40 keys for the 30 vectors in "):
        AnnoyIndexer().load(str(tmp_path / "a"))
    (tmp_path / "a.dict").write_bytes(pickle.dumps({"f": 1 << 30, "num_trees": 20, "labels": list(range(30))}))
    with pytest.raises(FormatError, match="f is 1073741824, of which .*a has no room for one vector"):
        AnnoyIndexer().load(str(tmp_path / "a"))


def test_the_index_of_the_other_kind_is_refused(tmp_path):
    indexer = nmslib(built())
    indexer.save(str(tmp_path / "index"))
    (tmp_path / "index.d").rename(tmp_path / "index.dict")
    with pytest.raises(FormatError, match="is not of a AnnoyIndexer, but of 'NmslibIndexer'"):
        AnnoyIndexer().load(str(tmp_path / "index"))


@pytest.mark.parametrize("arguments", [(), (KeyedVectors(3),), (None, 5)])
def test_an_indexer_without_an_index_says_so(arguments, tmp_path):
    indexer = AnnoyIndexer(*arguments)
    assert indexer.index is indexer.labels is None
    with pytest.raises(AttributeError, match="has no index yet"):
        indexer.most_similar(np.zeros(3), 1)
    with pytest.raises(AttributeError, match="has no index yet"):
        indexer.save(str(tmp_path / "index"))
