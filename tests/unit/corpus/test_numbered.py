"""A corpus of numbers: the sentences that it stands for, and the same bytes as from them."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import Word2Vec
from npw2v.corpus import ids, numbered
from npw2v.corpus.checks import same_every_pass
from npw2v.corpus.encoding import encode_corpus
from npw2v.corpus.numbered import NumberedCorpus
from npw2v.vocabulary.counting import scan_corpus

SENTENCES = [["a", "b"], [], ["c", "a", "a"], ["d"], ["b"], []]


@pytest.fixture(params=[1, 2, 3, 100])
def corpus(request, monkeypatch):
    monkeypatch.setattr(numbered, "BLOCK_WORDS", request.param)
    return NumberedCorpus(list("abcd"), np.array([0, 1, 2, 0, 0, 3, 1], np.int32), np.array([0, 2, 2, 5, 6, 7, 7]))


def test_it_iterates_over_sentences(corpus):
    assert list(corpus) == list(corpus) == SENTENCES
    assert (len(corpus), corpus.words) == (6, 7)
    assert same_every_pass(corpus)


def test_it_counts(corpus):
    assert corpus.counts().tolist() == [3, 2, 1, 1]


def test_it_is_scanned_and_encoded_as_its_sentences(corpus):
    of_numbers, of_words = scan_corpus(corpus), scan_corpus(SENTENCES)
    assert list(of_numbers.raw_vocab.items()) == list(of_words.raw_vocab.items())
    assert (of_numbers.total_words, of_numbers.corpus_count) == (of_words.total_words, of_words.corpus_count)
    rows = {"b": 0, "a": 1}
    for one, other in ((of_numbers.encode(rows), of_words.encode(rows)),
                       (encode_corpus(corpus, rows), encode_corpus(SENTENCES, rows))):  # fmt: skip
        assert one.ids.tolist() == other.ids.tolist()
        assert one.offsets.tolist() == other.offsets.tolist()
        assert one.raw_words == other.raw_words


def test_ids_may_lie_in_a_file(monkeypatch):
    monkeypatch.setattr(ids, "MEMORY_BOUND", 8)
    encoded = encode_corpus(SENTENCES, {word: place for place, word in enumerate("abcd")})
    assert encoded.path
    assert list(NumberedCorpus(list("abcd"), encoded.ids, encoded.offsets)) == SENTENCES


def test_it_trains_the_same_bytes(corpus):
    settings = {"min_count": 1, "vector_size": 4, "epochs": 2}
    assert (Word2Vec(corpus, **settings).wv.vectors == Word2Vec(SENTENCES, **settings).wv.vectors).all()


def test_an_empty_one_has_nothing():
    empty = NumberedCorpus([], np.zeros(0, np.int32), np.zeros(1, np.int64))
    assert list(empty) == []
    assert scan_corpus(empty).total_words == 0
