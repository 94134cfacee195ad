"""Analogies: the layout of the results, every option, and agreement with one query at a time."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.vectors import analogies
from npw2v.vectors.keyedvectors import KeyedVectors

QUESTIONS = """: capitals
athens greece oslo norway
athens greece Rome Italy
oslo norway rome italy
five words are not allowed
athens greece atlantis sea
: family
king queen man woman
king queen man king
"""


@pytest.fixture
def questions(tmp_path):
    (tmp_path / "questions.txt").write_text(QUESTIONS)
    return tmp_path / "questions.txt"


def one_by_one(kv, path, restrict_vocab, case_insensitive, function):
    """Answer the questions with one query each: the specification of evaluate_word_analogies."""
    fold = str.upper if case_insensitive else str
    index = {fold(key): row for row, key in reversed(list(enumerate(kv.index_to_key[:restrict_vocab])))}
    answers = {}
    for line in path.read_text().splitlines():
        words = fold(line).split()
        if line.startswith(":") or len(words) != 4 or not all(word in index for word in words):
            continue
        a, b, c = (index[word] for word in words[:3])
        for key, _ in getattr(kv, function)([b, c], [a], topn=5, restrict_vocab=restrict_vocab):
            answer = fold(key)
            if answer not in words[:3]:
                break
        answers[tuple(words)] = answer == words[3]
    return answers


def test_layout(cities, questions, caplog):
    caplog.set_level("INFO", "npw2v")
    score, sections = cities.evaluate_word_analogies(questions)
    right = [
        ("ATHENS", "GREECE", "OSLO", "NORWAY"),
        ("ATHENS", "GREECE", "ROME", "ITALY"),
        ("OSLO", "NORWAY", "ROME", "ITALY"),
    ]
    family = ("KING", "QUEEN", "MAN", "WOMAN")
    wrong = ("KING", "QUEEN", "MAN", "KING")
    assert sections == [
        {"section": "capitals", "correct": right, "incorrect": []},
        {"section": "family", "correct": [family], "incorrect": [wrong]},
        {"section": "Total accuracy", "correct": [*right, family], "incorrect": [wrong]},
    ]
    assert score == 4 / 5
    assert "capitals: 100.0% (3/3)" in caplog.text
    assert "Total accuracy: 80.0% (4/5)" in caplog.text
    assert "Quadruplets with out-of-vocabulary words: 16.7%" in caplog.text


def test_options(cities, questions):
    score, sections = cities.evaluate_word_analogies(str(questions), dummy4unknown=True)
    assert ("ATHENS", "GREECE", "ATLANTIS", "SEA") in sections[0]["incorrect"]
    assert score == 4 / 6
    score, sections = cities.evaluate_word_analogies(questions, case_insensitive=False)
    assert sections[0]["correct"] == [("athens", "greece", "oslo", "norway"), ("oslo", "norway", "rome", "italy")]
    score, sections = cities.evaluate_word_analogies(questions, restrict_vocab=3)
    assert (score, sections[-1]) == (0.0, {"section": "Total accuracy", "correct": [], "incorrect": []})
    assert cities.evaluate_word_analogies(questions, restrict_vocab=None)[0] == 4 / 5


@pytest.mark.parametrize("function", ["most_similar", "most_similar_cosmul"])
@pytest.mark.parametrize("case_insensitive", [False, True])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("count", [9, 40, 900, 5000])
def test_the_same_as_one_query_a_question(tmp_path, monkeypatch, function, case_insensitive, dtype, count):
    monkeypatch.setattr(analogies, "BLOCK_NUMBERS", 3000)  # several blocks of rows, the last not full
    monkeypatch.setattr(analogies, "_QUESTIONS_AT_ONCE", 70)
    rng = np.random.default_rng(count)
    kv = KeyedVectors(6, dtype=dtype)
    # keys that differ by case only make second guesses necessary; some vectors are equal, zero or not a number
    keys = [f"k{i}" if i % 3 else f"K{i + 1}" for i in range(count)]
    matrix = rng.standard_normal((count, 6))
    matrix[1::5] = matrix[0::5][: len(matrix[1::5])] + 0.01 * rng.standard_normal((len(matrix[1::5]), 6))
    kv.add_vectors(keys, matrix)
    kv.vectors[count // 2] = 0
    kv.vectors[count // 3] = kv.vectors[count // 4]
    if count > 1000:
        kv.vectors[-1] = np.nan
    rows = rng.integers(0, min(count, 60), (300, 4))
    (tmp_path / "q").write_text(": s\n" + "".join(" ".join(keys[i] for i in row) + "\n" for row in rows))
    for restrict_vocab in (count, count * 2 // 3):
        _, (section, _) = kv.evaluate_word_analogies(
            tmp_path / "q", restrict_vocab, case_insensitive, similarity_function=function
        )
        expected = one_by_one(kv, tmp_path / "q", restrict_vocab, case_insensitive, function)
        assert set(section["correct"]) == {question for question, right in expected.items() if right}
        assert set(section["incorrect"]) == {question for question, right in expected.items() if not right}
        assert expected


def test_right_answers_can_differ_by_similarity_function(tmp_path):
    """The option is not ignored: 3CosAdd and 3CosMul answer this question differently."""
    kv = KeyedVectors(2)
    angles = {"a": 100, "b": 60, "c": 0, "sum": -40, "product": -80}
    kv.add_vectors(list(angles), [[np.cos(np.radians(t)), np.sin(np.radians(t))] for t in angles.values()])
    by_sum = kv.most_similar(["b", "c"], ["a"], topn=1)[0][0]
    by_product = kv.most_similar_cosmul(["b", "c"], ["a"], topn=1)[0][0]
    assert by_sum != by_product
    for function, answer in (("most_similar", by_sum), ("most_similar_cosmul", by_product)):
        (tmp_path / "q").write_text(f": s\na b c {answer}\n")
        assert kv.evaluate_word_analogies(tmp_path / "q", similarity_function=function)[0] == 1


def test_analogy_errors(cities, tmp_path):
    path = tmp_path / "q"
    path.write_text("a b c d\n")
    with pytest.raises(ValueError, match="Missing section header before line #1 in .*q"):
        cities.evaluate_word_analogies(path)
    for empty in ("", ": section\n", ": section\ntwo words\n"):
        path.write_text(empty)
        with pytest.raises(ValueError, match=r"q has no analogy questions \(lines of four words\)"):
            cities.evaluate_word_analogies(path)
    with pytest.raises(ValueError, match="similarity_function must be one of .* got 'cosine'"):
        cities.evaluate_word_analogies(path, similarity_function="cosine")
    with pytest.raises(FileNotFoundError):
        cities.evaluate_word_analogies(tmp_path / "missing")


def test_keys_that_are_no_words_are_left_out(cities, questions):
    cities.add_vectors([7, ("a", "b")], np.ones((2, 30)))
    assert cities.evaluate_word_analogies(questions)[0] == 4 / 5
