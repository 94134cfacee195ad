"""Chunks of sentences."""

from __future__ import annotations

from npw2v.corpus.chunks import CHUNK_WORDS, chunks


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
