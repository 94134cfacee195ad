"""gensim-evaluations: how many of the nearest words belong to the category of the word that was asked for."""

import pytest
from gensim_evaluations.methods import Topk

from compat_tests.downstream import planted
from compat_tests.downstream.planted import GROUPS


@pytest.fixture(scope="module")
def vectors():
    return planted.trained().wv


@pytest.fixture
def categories(tmp_path):
    def write(**groups):
        (tmp_path / "categories.txt").write_text(
            "".join(f": {key}\n{' '.join(words)}\n" for key, words in groups.items())
        )
        return str(tmp_path / "categories.txt")

    return write


def test_categories_of_the_corpus_score_full_marks_others_none(vectors, categories):
    accuracy, by_category, skipped, right, _ = Topk(categories(**GROUPS, alone=["cat"]), vectors, k=3)
    assert (accuracy, right, skipped) == (1, 3 * 32, [": alone"])
    assert set(by_category) == {f": {name}" for name in GROUPS}
    mixed = dict(zip("abcdefgh", zip(*GROUPS.values())))  # one word of each group: no neighbor is of the category
    assert Topk(categories(**mixed), vectors, k=3)[0] == 0


def test_words_that_are_not_there(vectors, categories):
    file = categories(animals=["cat", "dog", "wolf"])
    with pytest.raises(KeyError, match="word wolf is not in vocabulary"):
        Topk(file, vectors)
    assert Topk(file, vectors, k=1, allow_oov=True)[3] <= 2
