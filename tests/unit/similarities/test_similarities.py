"""gensim's path `similarities`: what is not there says so."""

from __future__ import annotations

import sys

import pytest

import npw2v.similarities.termsim


@pytest.mark.parametrize("module", [npw2v.similarities, npw2v.similarities.termsim])
def test_other_names_are_refused(module):
    with pytest.raises(AttributeError, match=r"npw2v does not provide npw2v\.similarities.*\.Nothing"):
        module.Nothing  # noqa: B018


def test_module_of_a_package_that_is_not_installed_is_not_there(monkeypatch):
    monkeypatch.setitem(sys.modules, "nmslib", None)
    monkeypatch.delitem(sys.modules, "npw2v.similarities.nmslib", raising=False)
    monkeypatch.delitem(sys.modules, "npw2v.vectors.indexers.nmslib", raising=False)
    monkeypatch.delattr(npw2v.similarities, "nmslib", raising=False)
    assert not hasattr(npw2v.similarities, "nmslib")
    with pytest.raises(AttributeError, match="pip install nmslib"):
        npw2v.similarities.nmslib  # noqa: B018
