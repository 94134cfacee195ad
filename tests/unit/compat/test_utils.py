"""Helpers of gensim's that go with word vectors: text, corpora, sequences, bags of words."""

from __future__ import annotations

import gzip
import io
import queue
import random
import subprocess
import sys
import warnings
from collections import Counter

import numpy as np
import pytest

from npw2v import LineSentence, matutils, utils

# ---- files


def test_sentences_are_written_and_read_back(tmp_path) -> None:
    path = tmp_path / "corpus.txt.gz"
    utils.save_as_line_sentence(iter([["привет", "мир"], [], ["a"]]), str(path))
    assert gzip.decompress(path.read_bytes()) == "привет мир\n\na\n".encode()
    assert list(LineSentence(path)) == [["привет", "мир"], ["a"]]


def test_a_corpus_that_fails_leaves_the_old_file(tmp_path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text("old")
    with pytest.raises(TypeError):
        utils.save_as_line_sentence([["a"], [1]], path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_paths_are_opened_and_files_rewound(tmp_path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"ab"))
    with (
        utils.file_or_filename(str(path)) as file,
        utils.open(str(path), "rb") as other,
        utils.open_file(path) as third,
    ):
        assert file.read() == other.read() == third.read() == b"ab"
    file = io.BytesIO(b"ab")
    file.read()
    assert utils.file_or_filename(file) is file
    with utils.open_file(file) as same:
        assert same.read() == b"ab"
    assert not file.closed
    with pytest.raises(FileNotFoundError):
        utils.file_or_filename("no such file")


# ---- counts


def test_trimming_by_frequency_asks_the_rule() -> None:
    counts = {"a": 5, "b": 3, "c": 1, "d": 1}
    utils.trim_vocab_by_freq(counts, 2, lambda word, count, least: utils.RULE_KEEP if word == "d" else 0)
    assert counts == {"a": 5, "b": 3, "d": 1}
    utils.trim_vocab_by_freq(counts, 3)
    assert len(counts) == 3
    with pytest.raises(IndexError, match="at least 1, got 0"):
        utils.trim_vocab_by_freq(counts, 0)


def test_counts_are_added_up_in_place() -> None:
    counts = Counter(a=1)
    assert utils.merge_counts(counts, {"a": 2, "b": 3}) is counts
    assert counts == {"a": 3, "b": 3}


def test_samples_of_a_dict() -> None:
    items = dict(zip("abcd", range(4)))
    assert utils.sample_dict(items, 2, use_random=False) == [("a", 0), ("b", 1)]
    assert sorted(utils.sample_dict(items, 10)) == list(items.items())
    random.seed(1)
    first = utils.sample_dict(items, 2)
    random.seed(1)
    assert first == utils.sample_dict(items, 2)
    assert len(dict(first).items() & items.items()) == 2
    assert utils.revdict({"a": 1, "b": 1, "c": 2}) == {1: "b", 2: "c"}


# ---- corpora and sequences


def test_corpora_can_be_read_again() -> None:
    documents = [["a"], ["b"], ["c"]]
    for corpus, expected in (
        (utils.RepeatCorpus(documents, 4), [["a"], ["b"], ["c"], ["a"]]),
        (utils.RepeatCorpus(documents, 2), [["a"], ["b"]]),
        (utils.RepeatCorpusNTimes(documents, 2), documents * 2),
        (utils.RepeatCorpusNTimes(documents, 0), []),
        (utils.ClippedCorpus(documents, 2), [["a"], ["b"]]),
        (utils.ClippedCorpus(documents), documents),
    ):
        assert list(corpus) == expected
        assert list(corpus) == expected
    assert len(utils.ClippedCorpus(documents)) == len(utils.ClippedCorpus(documents, 9)) == 3
    assert len(utils.ClippedCorpus(documents, 2)) == 2


@pytest.mark.parametrize(
    "given, expected",
    [
        ([[(0, 1.0)]], True),
        ([[], [(0, 1.0)]], True),
        ([], False),
        ([["word"]], False),
        ([1, 2], False),
        ("human", False),
        (np.eye(2), False),
        (None, False),
    ],
)
def test_what_a_corpus_of_bags_is(given: object, expected: bool) -> None:
    found, same = utils.is_corpus(given)
    assert found is expected
    assert same is given


def test_the_first_bag_of_an_iterator_is_not_lost() -> None:
    bags = [[(0, 1)], [(1, 2)]]
    found, corpus = utils.is_corpus(iter(bags))
    assert found
    assert list(corpus) == bags
    words = [["a"], ["b"]]
    found, corpus = utils.is_corpus(iter(words))
    assert not found
    assert list(corpus) == words


# ---- processes, random numbers, warnings


def test_output_of_a_program() -> None:
    assert utils.check_output(args=[sys.executable, "-c", "print(1)"]).split() == [b"1"]
    with pytest.raises(subprocess.CalledProcessError) as caught:
        utils.check_output(args=[sys.executable, "-c", "print(2); raise SystemExit(3)"])
    assert (caught.value.returncode, caught.value.output.split()) == (3, [b"2"])


def test_number_of_processes() -> None:
    assert [utils.effective_n_jobs(given) for given in (None, 1, 7, -10_000)] == [1, 1, 7, 1]
    assert utils.effective_n_jobs(-1) >= 1
    with pytest.raises(ValueError, match="must not be 0"):
        utils.effective_n_jobs(0)


def test_size_of_a_queue() -> None:
    class Unknown:
        def qsize(self) -> int:
            raise NotImplementedError

    items: queue.Queue[int] = queue.Queue()
    items.put(1)
    assert (utils.qsize(items), utils.qsize(Unknown())) == (1, -1)


def test_random_states() -> None:
    assert utils.get_random_state(np.int64(3)).randint(1000) == np.random.RandomState(3).randint(1000)
    state = np.random.RandomState(1)
    assert utils.get_random_state(state) is state
    assert utils.get_random_state(None) is utils.get_random_state(np.random)
    with pytest.raises(ValueError, match="got 'x'"):
        utils.get_random_state("x")


def test_deprecated_functions_warn_and_work() -> None:
    @utils.deprecated
    def old(value: int) -> int:
        """Doc."""
        return value

    with pytest.warns(DeprecationWarning, match=r"^Call to deprecated `old`\.$"):
        assert old(2) == 2
    assert old.__doc__ == "Doc."
    with pytest.raises(TypeError, match="got <class 'int'>"):
        utils.deprecated(3)  # type: ignore[type-var]
    with warnings.catch_warnings(record=True) as caught, utils.ignore_deprecation_warning():
        old(3)
    assert caught == []


# ---- names


@pytest.mark.parametrize("module", [utils, matutils])
def test_other_names_are_refused_by_name(module) -> None:
    with pytest.raises(AttributeError, match=rf"npw2v does not provide {module.__name__}\.nothing; it provides "):
        module.nothing  # noqa: B018
    assert all(hasattr(module, name) for name in module.__all__)
