"""gensim's path `similarities`: what is not there says so."""

from __future__ import annotations

import pytest

import npw2v.similarities.termsim


@pytest.mark.parametrize("module", [npw2v.similarities, npw2v.similarities.termsim])
def test_other_names_are_refused(module):
    with pytest.raises(AttributeError, match=r"npw2v does not provide npw2v\.similarities.*\.Nothing"):
        module.Nothing  # noqa: B018
