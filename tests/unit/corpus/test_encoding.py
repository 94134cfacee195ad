import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import npw2v.corpus.encoding
import npw2v.vocabulary.counting
from npw2v.corpus.encoding import encode_corpus
from npw2v.vocabulary.counting import scan_corpus
from npw2v.vocabulary.selection import select_words
from tests.support.sentences import ROWS, SENTENCES


def decoded(encoded, words):
    spans = zip(encoded.offsets[:-1].tolist(), encoded.offsets[1:].tolist(), strict=True)
    return [[words[row] for row in encoded.ids[start:end].tolist()] for start, end in spans]


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
        modules = npw2v.corpus.encoding, npw2v.vocabulary.counting
        originals = [module.BLOCK_WORDS for module in modules]
        for module in modules:
            module.BLOCK_WORDS = 4
        try:
            scan = scan_corpus(sentences)
            words = select_words(scan.raw_vocab, min_count=min_count).words
            rows = {word: row for row, word in enumerate(words)}
            known = [[word for word in sentence if word in rows] for sentence in sentences]
            assert decoded(encode_corpus(sentences, rows), words) == known
            assert decoded(scan.encode(rows), words) == known
        finally:
            for module, original in zip(modules, originals):
                module.BLOCK_WORDS = original

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
