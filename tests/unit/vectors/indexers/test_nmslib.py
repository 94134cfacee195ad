"""NMSLIB's index: its parameters and files."""

from __future__ import annotations

import pytest

from tests.support.indexers import clustered, nmslib, reloaded
from tests.support.smallmodels import built


def test_a_loaded_index_of_nmslib_cannot_be_saved(tmp_path):
    loaded = reloaded(nmslib(built()), tmp_path / "once")
    with pytest.raises(ValueError, match="copy the two files"):
        loaded.save(tmp_path / "twice")
    assert not (tmp_path / "twice").exists()


def test_parameters_of_nmslib(tmp_path, capfd):
    pytest.importorskip("nmslib")
    from npw2v.vectors.indexers.nmslib import NmslibIndexer

    vectors = clustered()
    indexer = NmslibIndexer(vectors, index_params={"M": 5}, query_time_params={"efSearch": 7})
    indexer.save(str(tmp_path / "index"))
    loaded = NmslibIndexer.load(str(tmp_path / "index"))
    assert (loaded.index_params, loaded.query_time_params) == ({"M": 5}, {"efSearch": 7})
    assert capfd.readouterr().out == ""
