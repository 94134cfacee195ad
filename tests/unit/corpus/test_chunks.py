"""Chunks of sentences."""

from __future__ import annotations

import pytest

from npw2v import Word2Vec
from npw2v.corpus.chunks import CHUNK_WORDS, Chunk, chunks, look_up


class Rewinding:
    """A sentence that is its own iterator and starts anew when it has ended, and only then."""

    def __init__(self, words):
        self.words, self.at = words, 0

    def __len__(self):
        return len(self.words)

    def __iter__(self):
        return self

    def __next__(self):
        if self.at == len(self.words):
            self.at = 0
            raise StopIteration
        self.at += 1
        return self.words[self.at - 1]


class TestChunks:
    def test_memory_is_bounded_however_the_lengths_vary(self):
        sentences = [["w"]] * 50_000 + [["w"] * 9_000] * 10
        sizes = [sum(map(len, chunk.sentences)) for chunk in chunks(sentences, every=10**9)]
        assert max(sizes) < CHUNK_WORDS + 9_000
        assert sum(sizes) == 50_000 + 90_000

    def test_chunks_end_at_multiples(self):
        assert [(chunk.first, len(chunk.sentences)) for chunk in chunks([["w"]] * 7, every=3)] == [
            (0, 3),
            (3, 3),
            (6, 1),
        ]


class TestLookUp:
    def test_every_sentence_is_iterated_to_its_end(self):
        sentences = [Rewinding(["a", "b"]), Rewinding(["b", "a", "a"])]
        for _ in range(3):
            (chunk,) = chunks(sentences, every=9)
            assert look_up(chunk, lambda words: map({"a": 0, "b": 1}.get, words)).tolist() == [0, 1, 1, 0, 0]

    def test_a_model_takes_sentences_that_rewind_again_and_again(self):
        sentences = [Rewinding(["a", "b"]), Rewinding(["b", "a", "a"])]
        model = Word2Vec(min_count=1, vector_size=2)
        model.build_vocab(sentences)
        assert model.corpus_total_words == 5
        for _ in range(2):
            assert model.train(sentences, total_examples=2, epochs=2)[1] == 10

    @pytest.mark.parametrize("length", [1, 3])
    def test_a_length_that_is_wrong_is_an_error(self, length):
        (chunk,) = chunks([["a", "b"]], every=9)
        wrong = Chunk(0, chunk.sentences, chunk.lengths - 2 + length, None)
        with pytest.raises(ValueError, match="more words than its length says: 'b'" if length == 1 else "too short"):
            look_up(wrong, lambda words: map({"a": 0, "b": 1}.get, words))
