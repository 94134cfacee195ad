"""Similar terms."""

from __future__ import annotations

import pytest

from npw2v.similarities.termsim import (
    TermSimilarityIndex,
    UniformTermSimilarityIndex,
    WordEmbeddingSimilarityIndex,
)
from tests.support.indexers import clustered


def test_similar_terms_by_vectors(caplog):
    vectors = clustered()
    index = WordEmbeddingSimilarityIndex(vectors, threshold=0.5, exponent=3.0)
    expected = [(key, cosine**3) for key, cosine in vectors.most_similar("é1", topn=60) if cosine > 0.5]
    assert 0 < len(expected) < 60
    assert list(index.most_similar("é1", topn=60)) == expected
    caplog.set_level("DEBUG")
    assert list(index.most_similar("unknown")) == []
    assert 'an out-of-dictionary term "unknown"' in caplog.messages


def test_similar_terms_by_vectors_are_saved(tmp_path):
    index = WordEmbeddingSimilarityIndex(clustered(), threshold=0.1, kwargs={"restrict_vocab": 50})
    index.save(tmp_path / "index")
    loaded = WordEmbeddingSimilarityIndex.load(tmp_path / "index")
    assert (loaded.threshold, loaded.exponent, loaded.kwargs) == (0.1, 2.0, {"restrict_vocab": 50})
    assert list(loaded.most_similar("é1")) == list(index.most_similar("é1"))


def test_uniformly_similar_terms():
    index = UniformTermSimilarityIndex({1: "b", 0: "a", 2: "c"}, term_similarity=0.2)
    assert list(index.most_similar("a")) == [("b", 0.2), ("c", 0.2)]
    assert list(index.most_similar("x", topn=2)) == [("a", 0.2), ("b", 0.2)]
    assert str(index).startswith("UniformTermSimilarityIndex<dictionary=[(0, 'a'), ")


def test_the_base_class_knows_no_terms():
    with pytest.raises(NotImplementedError, match="TermSimilarityIndex must define most_similar"):
        TermSimilarityIndex().most_similar("a")
