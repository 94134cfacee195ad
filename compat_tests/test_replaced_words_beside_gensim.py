"""Fine-tuning by replacing the words and their vectors, as in gensim: its result, or a word on how to do it right."""

from __future__ import annotations

import gensim
import numpy as np
import pytest

import npw2v

WORDS = [f"w{number}" for number in range(30)]
OTHERS = {"the same words": WORDS[::-1], "fewer": [*WORDS[10:20], "u1", "u2"], "more": [*WORDS, "u1", "u2"]}


def corpus():
    rng = np.random.default_rng(0)
    return [[WORDS[row] for row in np.minimum(rng.zipf(1.5, 8) - 1, 29)] for _ in range(100)]


def tuned(library, words, **options):
    """Return a model, and what `train` gave, after words and vectors were replaced by others."""
    model = library.Word2Vec(vector_size=6, min_count=1, workers=1, seed=1, sample=0.01, **options)
    model.build_vocab(corpus())
    model.wv.vectors = np.random.default_rng(1).random((len(words), 6), np.float32) - 0.5
    model.wv.index_to_key = list(words)
    model.wv.key_to_index = {word: row for row, word in enumerate(words)}
    return model, model.train(corpus(), total_examples=100, epochs=2)


@pytest.mark.parametrize("mode", [{"sg": 0}, {"sg": 1}, {"hs": 1, "negative": 0}], ids=str)
@pytest.mark.parametrize("words", ["the same words", "fewer"])
def test_training_goes_by_rows_as_in_gensim(words, mode):
    theirs, their_words = tuned(gensim.models, OTHERS[words], **mode)
    ours, our_words = tuned(npw2v, OTHERS[words], **mode, kernel="replay")
    assert our_words == their_words
    np.testing.assert_allclose(ours.wv.vectors, theirs.wv.vectors, rtol=1e-4, atol=1e-6)
    for table in ("syn1neg", "syn1"):
        if hasattr(theirs, table):
            np.testing.assert_allclose(getattr(ours, table), getattr(theirs, table), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("mode", [{"sg": 0}, {"sg": 1}, {"hs": 1, "negative": 0}], ids=str)
def test_fewer_words_are_trained_and_saved(tmp_path, mode):
    model, (trained, read) = tuned(npw2v, OTHERS["fewer"], **mode)
    assert 0 < trained < read == 1600
    assert model.wv.vectors.shape == (12, 6)
    model.wv.save(tmp_path / "vectors")
    assert npw2v.KeyedVectors.load(tmp_path / "vectors").index_to_key == OTHERS["fewer"]
    if "hs" in mode:
        with pytest.raises(ValueError, match=r"fewer than the 30 of the Huffman tree.*: save model.wv"):
            model.save(tmp_path / "model")
        return
    model.save(tmp_path / "model")
    loaded = npw2v.Word2Vec.load(tmp_path / "model")
    assert (loaded.wv.vectors == model.wv.vectors).all()
    assert loaded.train(corpus(), total_examples=100, epochs=1)[0] > 0


def test_more_words_than_were_counted_are_refused():
    """gensim has no counts of them either: an IndexError, or what lies in memory behind its arrays."""
    with pytest.raises(
        ValueError, match=r"vectors of 32 words, but build_vocab\(\) has counted 30.*model.wv\[word\] ="
    ):
        tuned(npw2v, OTHERS["more"])
