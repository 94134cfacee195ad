import logging

import numpy as np
import pytest

from npw2v.vocabulary.counting import scan_corpus
from npw2v.vocabulary.selection import RULE_DEFAULT, RULE_KEEP
from tests.support.sentences import ROWS, SENTENCES


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr("npw2v.corpus.chunks.CHUNK_WORDS", 5)
    monkeypatch.setattr("npw2v.corpus.encoding.BLOCK_WORDS", 3)
    monkeypatch.setattr("npw2v.vocabulary.counting.BLOCK_WORDS", 3)


class TestScan:
    def test_counts_in_order_of_first_appearance(self):
        scan = scan_corpus(SENTENCES)
        assert list(scan.raw_vocab.items()) == [("to", 2), ("be", 2), ("or", 1), ("not", 1), ("that", 1)]
        assert (scan.total_words, scan.corpus_count, scan.string_at) == (7, 4, None)
        assert scan.raw_vocab["unseen"] == 0  # as gensim's

    def test_an_empty_corpus(self):
        scan = scan_corpus([])
        assert (scan.raw_vocab, scan.total_words, scan.corpus_count) == ({}, 0, 0)
        encoded = scan.encode({})
        assert encoded.ids.shape == (0,)
        assert encoded.offsets.tolist() == [0]
        assert encoded.sentences == 0

    @pytest.mark.parametrize(
        "sentences",
        [
            (("to", "be"), ("to",)),
            [("to", "be"), ["to"]],
            np.array([["to", "be"], ["to", "to"]])[:, :2],
            [np.array(["to", "be"]), np.array(["to"], dtype=object)],
            [{"to": 1, "be": 2}, {"to"}],
            iter([["to", "be"], ["to"]]),
        ],
        ids=["tuples", "mixed", "2-D array", "arrays", "dict and set", "iterator"],
    )
    def test_kinds_of_sentences(self, sentences):
        scan = scan_corpus(sentences)
        assert list(scan.raw_vocab) == ["to", "be"]
        assert {type(word) for word in scan.raw_vocab} == {str}
        assert scan.corpus_count == 2

    def test_words_of_any_hashable_kind(self):
        scan = scan_corpus([[3, ("a", 1), b"c", None, 3]])
        assert scan.raw_vocab == {3: 2, ("a", 1): 1, b"c": 1, None: 1}

    def test_progress_and_summary_are_logged(self, caplog):
        with caplog.at_level(logging.INFO, logger="npw2v.models.word2vec"):
            scan_corpus([["a", "b"], ["b"], ["c"], ["d"], ["e"]], progress_per=2)
        assert [record.getMessage() for record in caplog.records] == [
            "collecting all words and their counts",
            "PROGRESS: at sentence #0, processed 0 words, keeping 0 word types",
            "PROGRESS: at sentence #2, processed 3 words, keeping 2 word types",
            "PROGRESS: at sentence #4, processed 5 words, keeping 4 word types",
            "collected 5 word types from a corpus of 6 raw words and 5 sentences",
        ]
        with pytest.raises(ValueError, match="progress_per must be at least 1 sentence, got 0"):
            scan_corpus(SENTENCES, progress_per=0)

    def test_counts_survive_many_blocks(self, small_steps):
        words = [f"w{i % 17}" for i in range(200)]
        scan = scan_corpus([words[:90], [], words[90:]])
        assert scan.raw_vocab == {word: words.count(word) for word in words}


class TestPruning:
    # "eps" is one word too many; the threshold is 1 after its own sentence, and 2 after the next.
    SENTENCES = [["graph", "system"], ["graph", "system"], ["system", "eps"], ["graph", "system"]]

    def test_rare_words_are_forgotten_with_a_rising_threshold(self):
        assert scan_corpus(self.SENTENCES[:3], max_vocab_size=2).raw_vocab == {"graph": 2, "system": 3, "eps": 1}
        assert scan_corpus(self.SENTENCES, max_vocab_size=2).raw_vocab == {"graph": 3, "system": 4}
        more = [*self.SENTENCES, ["minors", "survey", "minors", "survey", "minors"]]
        scan = scan_corpus(more, max_vocab_size=2)
        assert scan.raw_vocab == {"graph": 3, "system": 4, "minors": 3}
        assert (scan.total_words, scan.corpus_count) == (13, 5)

    def test_the_trim_rule_is_asked(self):
        def rule(word, count, min_count):
            return RULE_KEEP if word == "eps" else RULE_DEFAULT

        more = [*self.SENTENCES, ["minors", "survey", "minors", "survey", "minors"]]
        scan = scan_corpus(more, max_vocab_size=2, trim_rule=rule)
        assert scan.raw_vocab == {"graph": 3, "system": 4, "eps": 1, "minors": 3}

    def test_no_ids_are_kept(self):
        for options in ({"max_vocab_size": 9}, {"keep_ids": False}):
            scan = scan_corpus(SENTENCES, **options)
            assert scan.raw_vocab["to"] == 2
            assert not scan.can_encode
            with pytest.raises(RuntimeError, match="no ids to encode .* encode_corpus"):
                scan.encode({"to": 0})
        assert scan_corpus(SENTENCES, max_vocab_size=0).can_encode


class TestEncodingWhatWasCounted:
    def test_a_scan_is_used_up(self):
        scan = scan_corpus(SENTENCES)
        scan.raw_vocab.clear()  # the caller's business
        assert scan.encode(ROWS).ids.tolist() == [2, 0, 2, 0, 1]
        with pytest.raises(RuntimeError, match="used up"):
            scan.encode(ROWS)

    def test_renumbering_happens_in_place(self):
        scan = scan_corpus(SENTENCES)
        provisional = scan._store.ids()
        assert np.shares_memory(scan.encode(ROWS).ids, provisional)
