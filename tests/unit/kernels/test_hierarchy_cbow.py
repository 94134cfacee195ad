"""Hierarchical softmax of CBOW against its pairs one by one, and against finite differences."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.kernels.blocks import BlockShape
from npw2v.kernels.hierarchy_cbow import CbowPaths
from npw2v.kernels.paths import GroupShape, ListShape
from tests.support.pathcases import CASES, make_case, numeric_slope, run_lists, scalar


def make_kernel(shape, group_shape, tree, mean=True, exact=False):
    return CbowPaths(shape, ListShape(group_shape.top, 20), 7, np.dtype(np.int8), tree, mean, exact)


@pytest.mark.parametrize("mean, exact", [(True, False), (False, False), (True, True)])
@pytest.mark.parametrize("shape, group_shape", CASES)
def test_it_equals_the_sum_of_its_scalar_pairs(shape, group_shape, mean, exact):
    stretch, lower, tree, paths, inputs, nodes = make_case("cbow", shape, group_shape)
    nodes *= 0.9  # some pairs saturate, most do not
    expected = scalar(shape, stretch, paths, inputs, nodes, sg=False, mean=mean, exact=exact)
    got = run_lists(make_kernel(shape, group_shape, tree, mean, exact), stretch, lower, inputs, nodes)
    assert np.abs(expected[0]).max() > 1
    for mine, reference_value in zip(got, expected):
        np.testing.assert_allclose(mine, reference_value, rtol=2e-5, atol=2e-4)


def test_updates_of_the_nodes_descend_the_stated_loss():
    """By central differences; what the input rows get is gensim's rule and not a gradient."""
    shape, group_shape = CASES[0]
    stretch, lower, tree, paths, inputs, nodes = make_case("cbow", shape, group_shape, seed=4)
    inputs, nodes = inputs / 4, nodes / 4
    got = run_lists(make_kernel(shape, group_shape, tree, mean=False), stretch, lower, inputs, nodes)
    for row, column in [(0, 0), (3, 2), (7, 6), (11, 1)]:
        slope = numeric_slope(1, row, column, shape, stretch, paths, inputs, nodes, sg=False)
        assert got[1][row, column] == pytest.approx(-slope, rel=1e-3, abs=1e-4)


def test_exact_updates_of_the_inputs_descend_the_stated_loss():
    shape, group_shape = CASES[0]
    stretch, lower, tree, paths, inputs, nodes = make_case("cbow", shape, group_shape, seed=4)
    inputs, nodes = inputs / 4, nodes / 4
    got = run_lists(make_kernel(shape, group_shape, tree, exact=True), stretch, lower, inputs, nodes)
    for row, column in [(0, 0), (3, 2), (7, 6), (11, 1)]:
        slope = numeric_slope(0, row, column, shape, stretch, paths, inputs, nodes, sg=False, mean=True)
        assert got[0][row, column] == pytest.approx(-slope, rel=1e-3, abs=1e-4)


def test_saturated_pairs_are_left_alone():
    shape, group_shape = CASES[0]
    stretch, lower, tree, _, inputs, nodes = make_case("cbow", shape, group_shape)
    inputs[:], nodes[:] = 1, 1  # every dot product is 7, beyond 6
    got = run_lists(make_kernel(shape, group_shape, tree), stretch, lower, inputs, nodes)
    assert not got[0].any()
    assert not got[1].any()
    assert got[2] > 100  # their loss is not ignored


def test_a_nan_weight_is_not_hidden_by_saturation():
    shape, group_shape = CASES[0]
    stretch, lower, tree, _, inputs, nodes = make_case("cbow", shape, group_shape)
    inputs[:, 0] = np.nan
    with np.errstate(invalid="ignore"):
        got = run_lists(make_kernel(shape, group_shape, tree), stretch, lower, inputs, nodes)
    assert np.isnan(got[1]).any()


def test_the_chunk_changes_no_bit():
    shape, group_shape = BlockShape(4, 0, 2, 64, 64), GroupShape(3, 6, 2, 2, 2, 99, 64)
    stretch, lower, tree, _, inputs, nodes = make_case("cbow", shape, group_shape, sentences=(40, 23, 31))
    results = [
        run_lists(make_kernel(shape, group_shape, tree), stretch, lower, inputs, nodes, chunk) for chunk in (64, 6, 2)
    ]
    for other in results[1:]:
        for one, same in zip(results[0], other):
            np.testing.assert_array_equal(one, same)
