import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import npw2v.corpus.encoding
from npw2v.corpus.encoding import EncodedCorpus, encode_corpus, scan_corpus
from npw2v.vocabulary.selection import RULE_DEFAULT, RULE_KEEP, select_words
from tests.support.sentences import ROWS, SENTENCES


def decoded(encoded, words):
    spans = zip(encoded.offsets[:-1].tolist(), encoded.offsets[1:].tolist(), strict=True)
    return [[words[row] for row in encoded.ids[start:end].tolist()] for start, end in spans]


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
        with caplog.at_level(logging.INFO, logger="npw2v.corpus.encoding"):
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


class TestEncoding:
    @pytest.fixture(params=["scan", "corpus"])
    def encode(self, request):
        """Encode after a scan, or at once."""
        if request.param == "scan":
            return lambda sentences, rows: scan_corpus(sentences).encode(rows)
        return encode_corpus

    def test_unknown_words_vanish_and_sentences_stay(self, encode):
        with encode(SENTENCES, ROWS) as encoded:
            assert encoded.ids.tolist() == [2, 0, 2, 0, 1]
            assert encoded.offsets.tolist() == [0, 2, 2, 4, 5]
            assert (encoded.ids.dtype, encoded.offsets.dtype) == (np.int32, np.int64)
            assert (encoded.raw_words, encoded.sentences, encoded.path) == (7, 4, None)

    def test_no_word_is_known(self, encode):
        encoded = encode(SENTENCES, {})
        assert encoded.ids.tolist() == []
        assert encoded.offsets.tolist() == [0] * 5
        assert encoded.raw_words == 7

    def test_nothing_is_cut(self, encode):
        encoded = encode([["w"] * 50_000, ["w", "x"]], {"w": 0})
        assert encoded.offsets.tolist() == [0, 50_000, 50_001]

    def test_a_plain_mapping_will_do(self, encode):
        from types import MappingProxyType

        assert encode(SENTENCES, MappingProxyType(ROWS)).ids.tolist() == [2, 0, 2, 0, 1]

    @settings(max_examples=60)
    @given(
        sentences=st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=9), max_size=9), min_count=st.integers(1, 4)
    )
    def test_decoding_gives_the_known_words_back(self, sentences, min_count):
        original = npw2v.corpus.encoding.BLOCK_WORDS
        npw2v.corpus.encoding.BLOCK_WORDS = 4
        try:
            scan = scan_corpus(sentences)
            words = select_words(scan.raw_vocab, min_count=min_count).words
            rows = {word: row for row, word in enumerate(words)}
            known = [[word for word in sentence if word in rows] for sentence in sentences]
            assert decoded(encode_corpus(sentences, rows), words) == known
            assert decoded(scan.encode(rows), words) == known
        finally:
            npw2v.corpus.encoding.BLOCK_WORDS = original

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

    def test_closing_lets_go(self):
        encoded = encode_corpus(SENTENCES, ROWS)
        encoded.close()
        encoded.close()
        assert encoded.ids.shape == (0,)


class TestStringsAndOtherMistakes:
    WARNING = "Each 'sentences' item should be a list of words (usually unicode strings)."

    @pytest.mark.parametrize("sentences, at", [(["human", "machine"], 0), ([["a"], b"bytes"], 1), ("text", 0)])
    def test_strings_are_counted_with_a_warning_but_not_encoded(self, caplog, sentences, at):
        scan = scan_corpus(sentences)
        warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
        assert len(warnings) == 1
        assert warnings[0].startswith(f"{self.WARNING} Item {at} is a plain string")
        assert scan.string_at == at
        for encode in (scan.encode, lambda rows: encode_corpus(sentences, rows)):
            with pytest.raises(TypeError, match=rf"sentence {at} is a string.*\[\[\"hello\", \"world\"\]\].*split"):
                encode({"a": 0})

    def test_strings_are_counted_by_character(self):
        assert scan_corpus([["ab"], "aab"]).raw_vocab == {"ab": 1, "a": 2, "b": 1}
        assert scan_corpus(["aab"], max_vocab_size=9).string_at == 0

    @pytest.mark.parametrize("sentence", [7, None, (word for word in ["a"])], ids=["number", "None", "generator"])
    def test_a_sentence_that_is_no_list_of_words(self, sentence):
        sentences = [["a"], ["b"], sentence]
        for read in (scan_corpus, lambda corpus: encode_corpus(corpus, {}), lambda c: scan_corpus(c, max_vocab_size=9)):
            with pytest.raises(TypeError, match="sentence 2 must be a list of words, got"):
                read(sentences)

    def test_a_sized_sentence_that_cannot_be_iterated(self):
        class Sized:
            def __len__(self):
                return 3

        with pytest.raises(TypeError, match="sentence 1 must be a list of hashable words: .*not iterable"):
            scan_corpus([["a"], Sized()])

    def test_words_that_cannot_be_hashed(self):
        with pytest.raises(TypeError, match="sentence 1 must be a list of hashable words: .*unhashable type"):
            scan_corpus([["a"], [["b", "c"]]])

    @pytest.mark.parametrize("corpus", [None, 5])
    def test_a_corpus_that_is_not_iterable(self, corpus):
        for read in (scan_corpus, lambda corpus: encode_corpus(corpus, {})):
            with pytest.raises(TypeError, match=f"must be an iterable of lists of str, got {corpus}"):
                read(corpus)


def test_an_encoded_corpus_can_be_made_of_arrays():
    encoded = EncodedCorpus(np.array([4, 2], np.int32), np.array([0, 2]), raw_words=5)
    assert (encoded.sentences, encoded.path) == (1, None)
