"""The demonstration, end to end; and that the toy world's analogies are really learnt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from npw2v.cli import demonstration
from npw2v.cli.options import DemoOptions
from npw2v.corpus import datasets, toyworld
from npw2v.vectors.keyedvectors import KeyedVectors
from npw2v.word2vec import Word2Vec


@pytest.fixture(autouse=True)
def no_data_sets(monkeypatch, tmp_path):
    monkeypatch.delenv("NPW2V_DATA", raising=False)
    monkeypatch.setattr(datasets, "cache_folder", lambda: tmp_path / "cache")


@pytest.fixture
def small_world(monkeypatch):
    whole = toyworld.sentences
    monkeypatch.setattr(toyworld, "sentences", lambda seed: whole(words=20_000, seed=seed))


@pytest.fixture
def lines(tmp_path) -> Path:
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(" ".join(sentence) for sentence in toyworld.sentences(words=20_000)))
    return path


def test_toy_world_is_trained_shown_saved_and_drawn(small_world, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    output = tmp_path / "out"
    demonstration.run(DemoOptions(output=output, epochs=2, vector_size=16, workers=1))
    out, err = capsys.readouterr()
    for heading in ("Corpus", "Training", "Nearest neighbours", "Analogies", "Analogy score", "Saved", "Picture"):
        assert f"\n{heading}\n{'-' * len(heading)}\n" in out
    assert "20,00" in out.split("words in")[0]
    assert "Word2Vec(vector_size=16, window=5, sg=1, negative=5, epochs=2, workers=1, seed=1)" in " ".join(out.split())
    assert "king - man + woman = " in out
    assert "capital-country" in out
    assert out.isascii()
    assert err == ""
    assert (output / "words.png").read_bytes().startswith(b"\x89PNG")

    binary = KeyedVectors.load_word2vec_format(str(output / "vectors.bin"), binary=True)
    text = KeyedVectors.load_word2vec_format(str(output / "vectors.txt"))
    model = Word2Vec.load(str(output / "model.npz"))
    np.testing.assert_array_equal(binary.vectors, text.vectors)
    np.testing.assert_array_equal(binary.vectors, model.wv.vectors)
    assert binary.index_to_key == model.wv.index_to_key
    assert binary.vector_size == 16


def test_file_of_lines_is_trained_without_questions(lines, tmp_path, capsys):
    output = tmp_path / "out"
    demonstration.run(
        DemoOptions(corpus=str(lines), output=output, epochs=1, vector_size=8, sg=0, workers=1, plot=False)
    )
    out = capsys.readouterr().out
    assert str(lines) in out
    assert "sg=0" in out
    assert "skipped: no questions-words.txt in" in out
    assert not (output / "words.png").exists()


def test_folder_of_files_is_a_corpus(lines, tmp_path, capsys):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "one.txt").write_bytes(lines.read_bytes())
    (folder / "two.txt").write_bytes(lines.read_bytes())
    demonstration.run(
        DemoOptions(corpus=str(folder), output=tmp_path / "out", epochs=1, vector_size=8, workers=1, plot=False)
    )
    assert "40,0" in capsys.readouterr().out.split("words in")[0]


def test_questions_of_ones_own_are_asked(lines, tmp_path, capsys):
    questions = tmp_path / "mine.txt"
    questions.write_text(": mine\nman woman king queen\nman woman father mother\n")
    demonstration.run(
        DemoOptions(
            corpus=str(lines), output=tmp_path / "out", epochs=1, vector_size=8, questions=questions, plot=False
        )
    )
    out = capsys.readouterr().out
    assert "mine" in out
    assert "of      2" in out


def test_questions_about_unknown_words_only_are_no_score(lines, tmp_path, capsys):
    questions = tmp_path / "mine.txt"
    questions.write_text(": mine\nlapis lazuli terra cotta\n")
    demonstration.run(
        DemoOptions(
            corpus=str(lines), output=tmp_path / "out", epochs=1, vector_size=8, questions=questions, plot=False
        )
    )
    assert "none of the questions in" in capsys.readouterr().out


def test_stand_in_for_text8_is_named(tmp_path, monkeypatch, capsys):
    path = tmp_path / "wiki8"
    path.write_text(" ".join(word for sentence in toyworld.sentences(words=20_000) for word in sentence))
    monkeypatch.setattr(datasets, "find", lambda name: datasets.Found("wiki8", path))
    demonstration.run(DemoOptions(corpus="text8", output=tmp_path / "out", epochs=1, vector_size=8, plot=False))
    assert "text8 is not on this machine; its stand-in wiki8 is, and takes its place" in capsys.readouterr().out


def test_picture_without_matplotlib_says_what_to_install(lines, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    demonstration.run(DemoOptions(corpus=str(lines), output=tmp_path / "out", epochs=1, vector_size=8))
    assert "none: drawing needs matplotlib: pip install npw2v[plot]" in capsys.readouterr().out


def test_diverse_words_differ_from_each_other():
    vectors = KeyedVectors(3)
    words = [f"word{i}" for i in range(30)]
    vectors.add_vectors(words, np.repeat(np.eye(3, dtype=np.float32), 10, axis=0))
    assert demonstration.diverse_words(vectors, 5) == ["word1", "word10", "word20"]


def test_analogies_of_the_toy_world_are_learnt(tmp_path):
    model = Word2Vec(toyworld.sentences(), vector_size=80, window=5, sg=1, epochs=10, seed=1, workers=2)
    assert model.wv.most_similar(positive=["king", "woman"], negative=["man"])[0][0] == "queen"
    questions = tmp_path / "questions.txt"
    questions.write_text(toyworld.questions())
    score, sections = model.wv.evaluate_word_analogies(str(questions))
    assert score > 0.85
    for section in sections:
        right, wrong = len(section["correct"]), len(section["incorrect"])
        assert right > 0.6 * (right + wrong), section["section"]
