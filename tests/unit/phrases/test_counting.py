"""Words and candidates are counted as one candidate at a time would be."""

from __future__ import annotations

import logging
import random

import numpy as np
import pytest

from npw2v.phrases import counting as phrasecounts
from npw2v.phrases.phrases import (
    Phrases,
)
from tests.support.titles import TITLES


def counted_plainly(sentences, max_vocab_size=10**9, delimiter="_", connector_words=frozenset()):
    """Count one candidate at a time."""
    vocab, min_reduce, total = {}, 1, 0
    for sentence in sentences:
        start = None
        for at, word in enumerate(sentence):
            total += 1
            if word in connector_words:
                continue
            texts = [word] if start is None else [word, delimiter.join(sentence[start : at + 1])]
            for text in texts:
                vocab[text] = vocab.get(text, 0) + 1
            start = at
        if len(vocab) > max_vocab_size:
            vocab = {text: count for text, count in vocab.items() if count >= min_reduce}
            min_reduce += 1
    return min_reduce, vocab, total


def test_counts_are_those_of_words_and_neighbours_in_order_of_appearance():
    phrases = Phrases([["a", "b", "a"], ["b", "a"], []])
    assert list(phrases.vocab.items()) == [("a", 3), ("b", 2), ("a_b", 1), ("b_a", 2)]
    assert type(phrases.vocab) is dict
    assert phrases.corpus_word_count == 5


def test_connector_words_are_inside_phrases_only():
    phrases = Phrases([["the", "bank", "of", "the", "west", "of"]], connector_words={"of", "the"})
    assert phrases.vocab == {"bank": 1, "west": 1, "bank_of_the_west": 1}
    assert phrases.corpus_word_count == 6


def random_corpus(rng):
    letters = rng.choice(["ab", "abc_", "abcdefgh"])
    words = ["".join(rng.choices(letters, k=rng.randint(0, 2))) for _ in range(12)]
    return [rng.choices(words, k=rng.randint(0, 6)) for _ in range(rng.randint(0, 15))]


@pytest.mark.parametrize("block_words", [1, 5, 2**21])
def test_counts_equal_plain_counting(block_words, monkeypatch):
    monkeypatch.setattr(phrasecounts, "BLOCK_WORDS", block_words)
    rng = random.Random(block_words)
    for _ in range(300):
        monkeypatch.setattr("npw2v.corpus.chunks.CHUNK_WORDS", rng.choice([2, 10, 10_000]))
        corpus, bound = random_corpus(rng), rng.choice([2, 5, 20, 10**9])
        delimiter, connectors = rng.choice(["_", " ", ""]), frozenset(rng.choice([[], ["a"], ["a", "b", ""]]))
        expected = counted_plainly(corpus, bound, delimiter, connectors)
        got = phrasecounts.learn_vocab(corpus, bound, delimiter, connectors, rng.choice([1, 3, 1000]))
        assert (got[0], list(got[1].items()), got[2]) == (expected[0], list(expected[1].items()), expected[2])


def test_more_words_than_one_block_holds(monkeypatch):
    monkeypatch.setattr(phrasecounts, "BLOCK_WORDS", 1000)
    corpus = [[f"w{number % 97}", f"w{number % 89}", "of", f"w{number % 7}"] for number in range(3000)]
    for connectors in (frozenset(), frozenset({"of"})):
        expected = counted_plainly(corpus, connector_words=connectors)
        got = phrasecounts.learn_vocab(corpus, 10**9, "_", connectors, 10_000)
        assert list(got[1].items()) == list(expected[1].items())


def test_long_runs_of_connector_words():
    sentence = ["a", *["of", "the"] * 1000, "b", "of", "c", *["the"] * 500]
    connectors = frozenset({"of", "the"})
    expected = counted_plainly([sentence] * 2, connector_words=connectors)
    assert phrasecounts.learn_vocab([sentence] * 2, 10**9, "_", connectors, 10_000) == expected


def test_sentences_may_be_generators_and_arrays():
    expected = Phrases(TITLES).vocab
    assert Phrases((word for word in title) for title in TITLES).vocab == expected
    assert Phrases(np.array(title) for title in TITLES).vocab == expected


def test_pruning_bounds_the_vocabulary():
    assert len(Phrases(TITLES, max_vocab_size=5).vocab) <= 5


@pytest.mark.parametrize(
    "corpus, message",
    [
        ([5], "sentence 0 must be a list of words, got 5"),
        ([["a"], [[]]], "sentence 1 must be a list of hashable words"),
    ],
)
def test_bad_sentences(corpus, message):
    with pytest.raises(TypeError, match=message):
        Phrases(corpus)


@pytest.mark.parametrize("connectors", [frozenset(), frozenset({3})])
def test_words_that_are_no_strings_cannot_be_joined(connectors):
    with pytest.raises(TypeError):
        Phrases([[1, 2, 3, 4]], connector_words=connectors)


def test_a_sentence_that_is_a_string_is_warned_of_once(caplog):
    assert Phrases(["ab", "ab"]).vocab == {"a": 2, "b": 2, "a_b": 2}
    assert caplog.text.count("Sentence 0 is a plain string") == 1


def test_progress_is_logged(caplog):
    with caplog.at_level(logging.INFO, "npw2v.models.phrases"):
        Phrases(TITLES, progress_per=2)
    assert [record.args[0] for record in caplog.records if record.msg.startswith("PROGRESS")] == [0, 2, 4]
