"""`npw2v evaluate`."""

from __future__ import annotations

import json

import pytest

from npw2v import KeyedVectors


def test_scores_are_those_of_the_vectors(run):
    vectors = KeyedVectors.load("model.npz")
    found = json.loads(run("evaluate", "model.npz", "--analogies", "questions.txt", "--pairs", "pairs.tsv", "--json"))
    score, sections = vectors.evaluate_word_analogies("questions.txt")
    rows = found["analogies"]["questions.txt"]
    assert rows[-1]["score"] == pytest.approx(score)
    assert [row["section"] for row in rows] == [section["section"] for section in sections]
    pearson, spearman, unknown = vectors.evaluate_word_pairs("pairs.tsv")
    assert found["pairs"]["pairs.tsv"] == {
        "spearman": pytest.approx(spearman[0]), "pearson": pytest.approx(pearson[0]),
        "rated": 3, "known": pytest.approx(0.75),
    }  # fmt: skip
    assert unknown == 25


def test_questions_with_unknown_words_are_told(run, folder):
    (folder / "some.txt").write_text(
        ": pairs\nking queen man woman\nking queen unheard-of woman\n: none\na b c unheard-of\n"
    )
    rows = json.loads(run("evaluate", "model.npz", "--analogies", "some.txt", "--json"))["analogies"]["some.txt"]
    assert [(row["asked"], row["known"]) for row in rows] == [(1, 0.5), (0, 0.0), (1, pytest.approx(1 / 3))]
    assert "50.0%" in run("evaluate", "model.npz", "--analogies", "some.txt")


def test_files_are_found_in_the_folder_of_data(run, folder, monkeypatch):
    monkeypatch.setenv("NPW2V_DATA", str(folder))
    (folder / "questions-words.txt").write_text((folder / "questions.txt").read_text())
    (folder / "wordsim353.tsv").write_text((folder / "pairs.tsv").read_text())
    out = run("evaluate", "vectors.bin")
    assert out.startswith("questions-words.txt")
    assert "wordsim353.tsv" in out


def test_without_files_it_says_where_they_go(fails):
    assert "give --analogies or --pairs, or put questions-words.txt into" in fails("evaluate", "model.npz")
    assert "there is no file nowhere.txt" in fails("evaluate", "model.npz", "--pairs", "nowhere.txt")
