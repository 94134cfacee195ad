import logging

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npw2v.vocabulary.selection import (
    RULE_DEFAULT,
    RULE_DISCARD,
    RULE_KEEP,
    descending_order,
    extend_words,
    keep_vocab_item,
    prune_vocab,
    select_words,
)

RAW = {"rare": 1, "the": 9, "twice": 2, "cat": 4, "sat": 4, "also": 2}
vocabularies = st.lists(st.integers(0, 30), max_size=30).map(lambda counts: {f"w{i}": c for i, c in enumerate(counts)})


def by_rule(word, count, min_count):
    return {"rare": RULE_KEEP, "the": RULE_DISCARD}.get(word, RULE_DEFAULT)


def test_keep_vocab_item_asks_the_rule_first():
    assert keep_vocab_item("cat", 4, 4)
    assert not keep_vocab_item("cat", 3, 4)
    assert keep_vocab_item("rare", 1, 4, by_rule)
    assert not keep_vocab_item("the", 9, 4, by_rule)
    assert keep_vocab_item("cat", 4, 4, by_rule)
    assert not keep_vocab_item("cat", 3, 4, by_rule)
    assert keep_vocab_item("cat", 4, 4, lambda *_: None)


def test_prune_vocab_removes_in_place_and_returns_what_it_removed(caplog):
    vocab = dict(RAW)
    with caplog.at_level(logging.INFO):
        assert prune_vocab(vocab, 3) == 5
    assert vocab == {"the": 9, "cat": 4, "sat": 4}
    assert "pruned out 3 tokens with count <=3 (before 6, after 3)" in caplog.text
    assert prune_vocab(vocab, 1, by_rule) == 9
    assert list(vocab) == ["cat", "sat"]


def test_select_words_keeps_the_order_of_appearance():
    selection = select_words(RAW, min_count=2)
    assert selection.words == ["the", "twice", "cat", "sat", "also"]
    assert selection.counts.tolist() == [9, 2, 4, 4, 2]
    assert selection.counts.dtype == np.int64
    assert (selection.drop_unique, selection.drop_total) == (1, 1)
    assert (selection.retained_total, selection.original_total, selection.original_unique) == (21, 22, 6)


def test_the_trim_rule_sees_the_effective_minimum_count():
    seen = []

    def rule(word, count, min_count):
        seen.append((word, count, min_count))
        return by_rule(word, count, min_count)

    selection = select_words(RAW, min_count=1, max_final_vocab=3, trim_rule=rule)
    assert selection.words == ["rare", "cat", "sat"]
    assert seen == [(word, count, 3) for word, count in RAW.items()]


@pytest.mark.parametrize(
    "min_count, max_final_vocab, threshold, words",
    [
        (1, 6, 1, 6),  # all of them fit
        (1, 5, 2, 5),
        (1, 4, 3, 3),  # the tie at the fourth place goes out
        (1, 2, 5, 1),
        (1, 0, 10, 0),
        (5, 4, 5, 1),  # min_count is stricter
        (1, None, 1, 6),
    ],
)
def test_max_final_vocab_raises_the_threshold(min_count, max_final_vocab, threshold, words):
    selection = select_words(RAW, min_count=min_count, max_final_vocab=max_final_vocab)
    assert selection.effective_min_count == threshold
    assert len(selection.words) == words


def test_an_empty_selection():
    for raw in ({}, RAW):
        selection = select_words(raw, min_count=100)
        assert selection.words == []
        assert selection.counts.shape == (0,)
        assert selection.drop_unique == len(raw)


def test_words_may_be_any_hashable():
    assert select_words({7: 1, ("a", 1): 2, b"c": 3}, min_count=1).words == [7, ("a", 1), b"c"]


@pytest.mark.parametrize(
    "raw, error, message",
    [
        ({"a": 1, "b": 0.5}, TypeError, "the count of 'b' must be a whole number, got 0.5"),
        ({"a": 1, "b": float("nan")}, TypeError, "whole number, got nan"),
        ({"a": "many"}, TypeError, "whole number, got 'many'"),
        ({"a": 1, "b": None}, TypeError, "whole number, got None"),
        ({"a": 1, "b": -2}, ValueError, "the count of 'b' must not be negative, got -2"),
    ],
)
def test_counts_are_checked(raw, error, message):
    with pytest.raises(error, match=message):
        select_words(raw, min_count=1)


def test_whole_floats_and_numpy_integers_are_counts():
    assert select_words({"a": 2.0, "b": np.int64(3), "c": 1}, min_count=1).counts.tolist() == [2, 3, 1]


def test_a_negative_max_final_vocab_is_an_error():
    with pytest.raises(ValueError, match="max_final_vocab must be None .* got -1"):
        select_words(RAW, min_count=1, max_final_vocab=-1)


@given(raw=vocabularies, min_count=st.integers(0, 31), limit=st.none() | st.integers(0, 40))
def test_selected_and_dropped_words_add_up(raw, min_count, limit):
    selection = select_words(raw, min_count=min_count, max_final_vocab=limit)
    assert selection.original_unique == len(raw)
    assert selection.original_total == sum(raw.values())
    assert dict(zip(selection.words, selection.counts.tolist(), strict=True)) == {
        word: count for word, count in raw.items() if count >= selection.effective_min_count
    }
    if limit is not None:
        assert len(selection.words) <= limit


class TestExtendWords:
    KEYS = {"cat": 0, "the": 1, "gone": 2}
    COUNTS = np.array([10, 20, 5])

    def test_counts_add_up_and_new_words_are_appended_unsorted(self):
        extension = extend_words(RAW, self.KEYS, self.COUNTS, min_count=2)
        assert extension.new_words == ["twice", "sat", "also"]
        assert extension.counts.tolist() == [14, 29, 5, 2, 4, 2]
        assert extension.retained_rows.tolist() == [3, 4, 5, 1, 0]
        assert extension.retained_counts.tolist() == [2, 4, 2, 9, 4]
        assert extension.pre_existing == 2
        assert (extension.drop_unique, extension.drop_total) == (1, 1)
        assert (extension.retained_total, extension.original_total, extension.original_unique) == (21, 22, 6)
        assert self.COUNTS.tolist() == [10, 20, 5]

    def test_an_old_word_too_rare_in_the_new_corpus_still_counts(self):
        extension = extend_words(RAW, self.KEYS, self.COUNTS, min_count=5)
        assert extension.new_words == []
        assert extension.counts.tolist() == [14, 29, 5]
        assert extension.retained_rows.tolist() == [1]
        assert (extension.drop_unique, extension.drop_total) == (5, 13)

    def test_integer_words_are_words_not_rows(self):
        extension = extend_words({0: 3, 2: 4}, {"a": 0, "b": 1, 2: 2}, np.array([1, 1, 1]), min_count=1)
        assert extension.new_words == [0]
        assert extension.counts.tolist() == [1, 1, 5, 3]

    def test_the_rule_and_the_size_limit_hold_for_the_new_corpus(self):
        extension = extend_words(RAW, self.KEYS, self.COUNTS, min_count=1, max_final_vocab=3, trim_rule=by_rule)
        assert extension.effective_min_count == 3
        assert extension.new_words == ["rare", "sat"]
        assert extension.retained_rows.tolist() == [3, 4, 0]

    def test_errors(self):
        with pytest.raises(RuntimeError, match="call build_vocab\\(\\) without update first"):
            extend_words(RAW, {}, np.zeros(0, np.int64), min_count=1)
        with pytest.raises(ValueError, match="one count for each of the 3 words, got 2"):
            extend_words(RAW, self.KEYS, self.COUNTS[:2], min_count=1)


def test_descending_order():
    assert descending_order(np.array([1, 3, 1, 3, 2])).tolist() == [3, 1, 4, 2, 0]
    assert descending_order(np.zeros(0, np.int64)).tolist() == []
