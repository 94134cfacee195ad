"""`npw2v plot-training`."""

from __future__ import annotations

import pytest

from npw2v import Word2Vec

pytest.importorskip("matplotlib", reason="there is no matplotlib to draw with")


def test_the_history_is_drawn(run, folder):
    run("plot-training", "model.npz", "-o", "training.svg", "--title", "three epochs")
    text = (folder / "training.svg").read_text(encoding="utf-8")
    for part in ("three epochs", "learning rate (alpha)", "million words a second", "mean loss of a word pair"):
        assert f">{part}</text>" in text


def test_held_out_loss_is_drawn(run, folder):
    model = Word2Vec(vector_size=4, min_count=1, sample=0, workers=1)
    sentences = [["cat", "say", "meow"], ["dog", "say", "woof"]] * 5
    model.build_vocab(sentences)
    model.train(sentences, total_examples=10, epochs=2, compute_loss=True, validation=sentences)
    model.save("validated.npz")
    run("plot-training", "validated.npz", "-o", "training.svg")
    assert ">held-out text</text>" in (folder / "training.svg").read_text(encoding="utf-8")


def test_a_model_that_was_not_trained_has_no_history(fails):
    model = Word2Vec(vector_size=4, min_count=1)
    model.build_vocab([["a", "b"]])
    model.save("new.npz")
    assert "new.npz has no history" in fails("plot-training", "new.npz", "-o", "training.png")


def test_vectors_alone_have_no_history(fails, folder):
    assert "vectors.bin has vectors alone" in fails("plot-training", "vectors.bin", "-o", "training.png")
    assert "no kind of picture" in fails("plot-training", "model.npz", "-o", "training.txt")
    assert not (folder / "training.png").exists()
