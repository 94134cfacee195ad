"""gensim's base classes, as programs derive from them."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import Word2Vec, interfaces, models
from npw2v.compat.interfaces import (
    BaseTopicModel,
    CorpusABC,
    SimilarityABC,
    TransformationABC,
    TransformedCorpus,
    VocabTransform,
)


class Words(CorpusABC):
    def __iter__(self):
        return iter([["a", "b"], ["b"]] * 5)


class Doubled(TransformationABC):
    def __getitem__(self, vec, chunksize=None):
        if vec and isinstance(vec[0], list):
            return [self[each] for each in vec]
        return [(number, 2 * weight) for number, weight in vec]


class Rows(SimilarityABC):
    """Documents are their own index: similarities are dot products."""

    def __init__(self, rows, num_best=None, chunksize=1):
        self.index, self.num_best, self.chunksize, self.normalize = np.array(rows, float), num_best, chunksize, True

    def get_similarities(self, doc):
        if isinstance(doc, np.ndarray):
            return doc @ self.index.T
        several = isinstance(doc[0], list)
        full = np.zeros((len(doc) if several else 1, self.index.shape[1]))
        for row, bag in enumerate(doc if several else [doc]):
            for number, weight in bag:
                full[row, number] = weight
        return full @ self.index.T if several else (full @ self.index.T)[0]


def test_a_corpus_that_a_program_defines_can_be_trained_on():
    assert len(Word2Vec(Words(), min_count=1, vector_size=2).wv) == 2


def test_what_a_subclass_leaves_out_is_said(tmp_path):
    with pytest.raises(NotImplementedError, match=r"CorpusABC must define __iter__"):
        iter(CorpusABC())
    with pytest.raises(NotImplementedError, match=r"Words must define __len__"):
        len(Words())
    with pytest.raises(NotImplementedError, match=r"no save_corpus"):
        Words.save_corpus("file", Words())
    with pytest.raises(NotImplementedError, match=r"TransformationABC must define __getitem__"):
        TransformationABC()[[]]
    with pytest.raises(NotImplementedError, match=r"SimilarityABC must define __init__"):
        SimilarityABC([])
    with pytest.warns(UserWarning, match=r"stores the object and not the documents"):
        Words().save(tmp_path / "corpus")
    assert next(iter(Words.load(tmp_path / "corpus"))) == ["a", "b"]


@pytest.mark.parametrize("chunksize", [None, 1, 2, 5])
def test_transformed_documents(chunksize):
    corpus = [[(0, 1)], [], [(1, 3), (2, 1)]]
    doubled = Doubled()._apply(corpus, chunksize, flag=7)
    assert isinstance(doubled, TransformedCorpus)
    assert [*doubled] == [[(0, 2)], [], [(1, 6), (2, 2)]]
    assert (len(doubled), doubled[2], doubled.obj.flag) == (3, [(1, 6), (2, 2)], 7)
    with pytest.raises(RuntimeError, match="documents of a generator cannot be asked for by number"):
        TransformedCorpus(Doubled(), (each for each in corpus))[0]


def test_other_numbers_of_words(tmp_path):
    transform = VocabTransform({0: 5, 2: 1}, {5: "a"})
    transform.save(tmp_path / "transform")
    for each in (transform, VocabTransform.load(tmp_path / "transform")):
        assert each[[(0, 3), (1, 1), (2, 2)]] == [(1, 2), (5, 3)]
        assert [*each[[[(0, 1)], []]]] == [[(5, 1)], []]
        assert (each.old2new, each.id2token) == ({0: 5, 2: 1}, {5: "a"})


def test_indexes_of_documents():
    index = Rows([[1, 0], [0.6, 0.8]])
    assert np.allclose(index[[(1, 5)]], [0, 0.8])
    assert np.allclose(index[[[(1, 5)], [(0, 2)]]], [[0, 0.8], [1, 0.6]])
    index.num_best = 1
    assert [[number for number, _ in found] for found in index[[[(1, 5)], [(0, 2)]]]] == [[1], [0]]
    assert [number for number, _ in index[[(1, 5)]]] == [1]


@pytest.mark.parametrize("chunksize", [1, 2, 3])
def test_every_document_of_an_index_with_all(chunksize):
    index = Rows([[1, 0], [0.6, 0.8], [0, 2]], chunksize=chunksize)
    assert np.allclose([*index], index.index @ index.index.T)
    assert index.normalize is True


def test_topic_models_of_programs():
    class Mine(BaseTopicModel):
        def show_topic(self, topicno, topn):
            return [("graph", 0.25), ("trees", -0.5)][:topn]

        def show_topics(self, num_topics, num_words, log):
            return num_topics, num_words, log

    assert Mine().print_topic(0) == '0.250*"graph" + -0.500*"trees"'
    assert Mine().print_topics(3) == (3, 10, True)
    with pytest.raises(NotImplementedError, match="Mine must define get_topics"):
        Mine().get_topics()


def test_gensims_paths():
    assert models.VocabTransform is VocabTransform
    assert models.basemodel.BaseTopicModel is BaseTopicModel
    assert interfaces.CorpusABC is CorpusABC
