"""What is drawn for a part: every word once, windows inside sentences, the stated distributions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npw2v.kernels.blocks import BlockShape
from npw2v.training import sampling
from npw2v.training.parts import Part, cut
from npw2v.training.sampling import Sampler, context_counts, drawn

SHAPE = BlockShape(size=4, noise=6, halo=3, blocks=2, chunk=2)


def make_sampler(lengths, *, vocabulary=50, keep=1.0, window=3, shrink=True, part_words=1000, seed=(1,)):
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    ids = (np.arange(offsets[-1]) % vocabulary).astype(np.int32)
    weights = np.arange(1, vocabulary + 1) ** -0.75
    noise = np.cumsum(weights / weights.sum())
    noise[-1] = 1.0
    keep = np.full(vocabulary, keep, np.float32)
    return Sampler(ids, offsets, cut(offsets, part_words), part_words, keep, noise, SHAPE, window, shrink, seed)


def fill(sampler, part, epoch=0, words=1000):
    out = Part.of({name: np.full(*spec) for name, spec in with_garbage(Part.layout(SHAPE, words, np.int8))})
    sampler.fill(epoch, part, out)
    return out


def with_garbage(layout):
    return [(name, (shape, 77, dtype)) for name, (shape, dtype) in layout.items()]


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=20), st.booleans())
def test_without_subsampling_every_word_is_a_center_once(lengths, shrink):
    sampler = make_sampler(lengths, shrink=shrink)
    if sampler.cuts[-1] == 0:
        return
    part = fill(sampler, 0)
    words = int(part.sizes[0])
    assert part.stretch.ids[SHAPE.halo : SHAPE.halo + words].tolist() == sampler.ids.tolist()
    left, right = (
        part.stretch.left[SHAPE.halo : SHAPE.halo + words],
        part.stretch.right[SHAPE.halo : SHAPE.halo + words],
    )
    sentence = np.repeat(np.arange(len(lengths)), lengths)
    for i in range(words):
        assert 0 <= left[i] <= 3
        assert 0 <= right[i] <= 3
        assert (sentence[i - int(left[i]) : i + int(right[i]) + 1] == sentence[i]).all()
        if not shrink:
            begin, end = np.flatnonzero(sentence == sentence[i])[[0, -1]]
            assert (left[i], right[i]) == (min(3, i - begin), min(3, end - i))
    padded = int(part.sizes[1]) * SHAPE.size
    assert padded - words < SHAPE.size
    for array in (part.stretch.left, part.stretch.right):
        assert not array[: SHAPE.halo].any()
        assert not array[SHAPE.halo + words : padded + 2 * SHAPE.halo].any()
    assert not part.stretch.pairs[words:padded].any()
    assert part.stretch.pairs[:words].sum() == left.sum() + right.sum()
    contexts = left.astype(int) + right
    np.testing.assert_array_equal(part.predictions[:words], contexts)
    np.testing.assert_allclose(part.stretch.portions[:words] * contexts, contexts > 0, rtol=1e-6)
    assert not part.stretch.portions[words:padded].any()
    assert not part.predictions[words:padded].any()


def test_context_counts_against_a_loop():
    rng = np.random.default_rng(0)
    position = np.arange(50)
    left, right = np.minimum(position, rng.integers(0, 5, 50)), np.minimum(49 - position, rng.integers(0, 5, 50))
    expected = np.zeros(50, int)
    for i in range(50):
        expected[i - left[i] : i + right[i] + 1] += 1
        expected[i] -= 1
    assert context_counts(left, right).tolist() == expected.tolist()


def test_a_part_is_a_pure_function_of_seed_epoch_and_number():
    lengths = [30] * 20
    one, two = make_sampler(lengths, keep=0.5, part_words=100), make_sampler(lengths, keep=0.5, part_words=100)
    fill(one, 3)  # a worker that prepared other parts before prepares the same part
    first, second = fill(one, 2, epoch=4), fill(two, 2, epoch=4)
    used = slice(0, int(first.sizes[0]))
    for name in ("ids", "left", "right", "pairs", "noise"):
        np.testing.assert_array_equal(getattr(first.stretch, name)[used], getattr(second.stretch, name)[used])
    other = fill(two, 2, epoch=5)
    assert other.stretch.ids[used].tolist() != first.stretch.ids[used].tolist()


def test_subsampling_keeps_the_stated_share():
    part = fill(make_sampler([5000], keep=0.3, part_words=5000), 0, words=5000)
    assert part.sizes[2] == 5000
    assert part.sizes[0] == pytest.approx(1500, abs=5 * np.sqrt(5000 * 0.3 * 0.7))


def test_reduced_windows_are_uniform():
    part = fill(make_sampler([5000], part_words=5000), 0, words=5000)
    inner = slice(SHAPE.halo + 3, SHAPE.halo + 4997)
    np.testing.assert_array_equal(part.stretch.left[inner], part.stretch.right[inner])
    shares = np.bincount(part.stretch.left[inner], minlength=4) / 4994
    assert shares[0] == 0
    np.testing.assert_allclose(shares[1:], 1 / 3, atol=0.04)


def test_noise_words_have_the_noise_distribution():
    sampler = make_sampler([40_000], part_words=40_000)
    part = fill(sampler, 0, words=40_000)
    draws = part.stretch.noise[: int(part.sizes[1]) * SHAPE.noise]
    counts = np.bincount(draws, minlength=50)
    expected = np.diff(sampler.noise, prepend=0) * len(draws)
    assert (np.abs(counts - expected) <= 1).all()
    by_block = draws.reshape(-1, SHAPE.noise)
    assert np.abs(np.diff(by_block[:, 0])).mean() > np.abs(np.diff(np.sort(by_block[:, 0]))).mean()  # shuffled
    # Each block has one word of every M-th share of the distribution.
    upto = np.concatenate(([0], sampler.noise)) * SHAPE.noise
    stratum = np.arange(SHAPE.noise)
    assert (upto[by_block] <= stratum + 1 + 1e-2).all()
    assert (upto[by_block + 1] >= stratum - 1e-2).all()


@pytest.mark.parametrize("words", [1, 2, 3000])
@pytest.mark.parametrize("count", [1, 7, 2500])
def test_words_that_are_searched_for_are_those_that_a_look_at_all_finds(words, count, monkeypatch):
    rng = np.random.default_rng(words)
    shares = rng.random(words) ** 4 * (rng.random(words) < 0.9)  # some have none
    shares[0] += 1e-3
    noise = np.cumsum(shares) / shares.sum()
    noise[-1] = 1
    for shift in (0.0, 0.5, *rng.random(50), np.nextafter(1, 0)):
        monkeypatch.setattr(sampling, "SEARCHED", np.inf)
        looked = drawn(noise, count, shift)
        monkeypatch.setattr(sampling, "SEARCHED", 0)
        np.testing.assert_array_equal(drawn(noise, count, shift), looked)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=20), st.integers(1, 40), st.integers(0, 30))
def test_every_epoch_trains_every_sentence_once_in_another_order(lengths, piece_words, more):
    sampler, total = make_sampler(lengths, part_words=piece_words + more), sum(lengths)
    sampler.ids = np.arange(total, dtype=np.int32)  # each word shows where it is from
    sampler.keep, sampler.noise = np.ones(total, np.float32), np.linspace(0, 1, total + 1)[1:]
    sampler.cuts = cut(sampler.offsets, piece_words)
    inside = np.setdiff1d(sampler.cuts, sampler.offsets)  # a sentence longer than a piece is cut there
    sentence = np.searchsorted(np.union1d(sampler.offsets, inside), sampler.ids, side="right")
    for epoch in range(2):
        trained = []
        for number in range(len(sampler.order(epoch))):
            part = fill(sampler, number, epoch)
            words = int(part.sizes[0])
            assert words == part.sizes[2] <= piece_words + more
            used = slice(SHAPE.halo, SHAPE.halo + words)
            ids, left, right = (array[used].astype(int) for array in part.stretch[:3])
            for i in range(words):
                seen = np.arange(i - left[i], i + right[i] + 1)
                assert (sentence[ids[seen]] == sentence[ids[i]]).all()
                np.testing.assert_array_equal(ids[seen], seen - i + ids[i])
            trained += ids.tolist()
        assert sorted(trained) == list(range(total))


def test_the_order_changes_from_epoch_to_epoch():
    sampler = make_sampler([10] * 50, part_words=100)
    sampler.cuts = cut(sampler.offsets, 10)
    starts = [[start for part in range(5) for start in sampler.order(epoch).pieces(part)[0]] for epoch in (0, 1, 0)]
    assert starts[0] == starts[2] != starts[1]
    assert sorted(starts[0]) == sorted(starts[1]) == list(range(0, 500, 10)) != starts[0]
