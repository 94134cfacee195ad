"""BLAS's threads while npw2v has threads of its own: the setting comes back in every order of comings and goings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from npw2v import KeyedVectors
from npw2v.kernels.threads import blas_threads, single_threaded
from npw2v.vectors import search as similarity


@pytest.fixture(params=[1, 3])
def set_by_user(request):
    with threadpool_limits(request.param, user_api="blas"):
        if blas_threads() != request.param:
            pytest.skip("this BLAS has threads that cannot be set")
        yield request.param


def test_the_users_setting_comes_back(set_by_user):
    with single_threaded():
        assert blas_threads() == 1
        with single_threaded():
            assert blas_threads() == 1
        assert blas_threads() == 1
    assert blas_threads() == set_by_user
    with pytest.raises(KeyError), single_threaded():
        raise KeyError
    assert blas_threads() == set_by_user


def test_it_comes_back_when_those_inside_overlap(set_by_user):
    with ThreadPoolExecutor(1) as pool:
        second = single_threaded()
        with single_threaded():
            pool.submit(second.__enter__).result()
            assert blas_threads() == 1
        assert blas_threads() == set_by_user
        pool.submit(second.__exit__, None, None, None).result()
    assert blas_threads() == set_by_user


@pytest.mark.parametrize("bad", [0, 5])
def test_a_batch_leaves_it_as_it_was(set_by_user, monkeypatch, bad):
    """Whether it ends well or in the middle, and with the same numbers whatever the threads."""
    monkeypatch.setattr(similarity, "BLOCK_NUMBERS", 3000)
    vectors = KeyedVectors(20)
    vectors.add_vectors(range(1000), np.random.default_rng(0).standard_normal((1000, 20)))
    assert vectors.most_similar_batch(range(300)) == [vectors.most_similar(key) for key in range(300)]
    assert blas_threads() == set_by_user
    looked_at = []

    def fail(*how):
        looked_at.append(how)
        if len(looked_at) > bad:
            raise InterruptedError
        return found(*how)

    found = similarity.candidates
    monkeypatch.setattr(similarity, "candidates", fail)
    with pytest.raises(InterruptedError):
        vectors.most_similar_batch(range(300))
    assert blas_threads() == set_by_user
