"""Words that stay of those that were counted, the rows for their weights, and what is taken back after a failure."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from npw2v.vocabulary.building import all_or_nothing, grown, grown_locks, memory_estimate, prepare
from npw2v.vocabulary.tables import KEEP_ALWAYS

COUNTED = {"rare": 1, "the": 9, "cat": 4, "sat": 4}
OPTIONS = {"max_final_vocab": None, "trim_rule": None}


def test_a_fresh_vocabulary():
    prepared = prepare(COUNTED, None, min_count=2, sample=0, **OPTIONS)
    words, sample_int = prepared.entries(["of", "no", "matter"], None)
    assert words == ["the", "cat", "sat"]
    assert sample_int.tolist() == [KEEP_ALWAYS] * 3
    assert prepared.report() == {
        "drop_unique": 1,
        "retain_total": 17,
        "downsample_unique": 0,
        "downsample_total": 17,
        "num_retained_words": 3,
    }
    assert prepared.messages() == (
        "effective_min_count=2 retains 3 unique words (75.00% of original 4, drops 1)",
        "effective_min_count=2 leaves 17 word corpus (94.44% of original 18, drops 1)",
        "downsampling leaves estimated 17 word corpus (100.0% of prior 17)",
    )


def test_only_words_of_the_new_corpus_are_subsampled_anew():
    known = {"dog": 0, "cat": 1}, np.array([7, 3])
    prepared = prepare(COUNTED, known, min_count=2, sample=0.01, **OPTIONS)
    words, sample_int = prepared.entries(["dog", "cat"], np.array([5, 6], np.uint32))
    assert words == ["dog", "cat", "the", "sat"]
    assert prepared.chosen.counts.tolist() == [7, 7, 9, 4]
    assert sample_int[0] == 5
    assert sample_int[[2, 3, 1]].tolist() == prepared.sample_int.tolist()
    assert (prepared.sample_int < KEEP_ALWAYS).all()


def test_words_without_thresholds_are_always_kept():
    known = {"dog": 0, "bird": 1}, np.array([7, 3])
    prepared = prepare(COUNTED, known, min_count=9, sample=0.01, **OPTIONS)
    assert prepared.entries(["dog", "bird"], None)[1][:2].tolist() == [KEEP_ALWAYS] * 2
    assert prepared.entries(["dog", "bird"], np.array([5], np.uint32))[1][:2].tolist() == [5, KEEP_ALWAYS]


def test_an_empty_corpus_has_percentages_too():
    assert "(0.00% of original 0, drops 0)" in prepare({}, None, min_count=1, sample=0, **OPTIONS).messages()[0]


def test_memory_by_part():
    assert memory_estimate(10, 4, 5, hs=True, negative=True) == {
        "vocab": 7000,
        "vectors": 160,
        "syn1": 200,
        "syn1neg": 200,
    }


def test_weights_grow_by_zeros_and_locks_by_ones():
    weights = grown(np.ones((1, 2), np.float32), 3, 2)
    assert weights.tolist() == [[1, 1], [0, 0], [0, 0]]
    assert grown_locks(np.zeros(2, np.float32), 3).tolist() == [0, 0, 1]
    one_for_all = np.zeros(1, np.float32)
    assert grown_locks(one_for_all, 3) is one_for_all


def test_all_or_nothing():
    one, other = SimpleNamespace(a=1), SimpleNamespace(b=2)

    def interrupted():
        with all_or_nothing(one, other):
            one.a, one.new, other.b = 5, 6, 7
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (vars(one), vars(other)) == ({"a": 1}, {"b": 2})
    with all_or_nothing(one, other):
        one.a = 5
    assert one.a == 5
