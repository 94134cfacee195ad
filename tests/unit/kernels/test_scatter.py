"""Sums of many rows: in order, duplicates and all, in shares, and without SciPy's private products."""

from __future__ import annotations

import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec

import numpy as np
import pytest

from npw2v.kernels import scatter
from npw2v.kernels.scatter import scatter_add, scatter_first, scatter_products, sum_products


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("count", [1, 3])
def test_scatter_add_adds_in_order(monkeypatch, public, count):
    rng = np.random.default_rng(5)
    rows = rng.integers(0, 9, size=200).astype(np.int32)
    gradients, scales = rng.normal(size=(200, 6)).astype(np.float32), rng.random(200, dtype=np.float32)
    table = rng.normal(size=(9, 6)).astype(np.float32)
    expected = table.copy()
    for row, gradient, scale in zip(rows, gradients, scales):
        expected[row] += scale * gradient
    if public:
        monkeypatch.setattr(scatter, "csc_matvecs", None)
    for index in range(count + 1):  # one more than there are shares
        scatter_add(table, rows, gradients, scales, (index, count))
    np.testing.assert_allclose(table, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("count", [1, 3])
def test_only_the_first_of_each_are_added(monkeypatch, public, count):
    rng = np.random.default_rng(6)
    rows, scales = rng.integers(0, 9, size=(5, 4)).astype(np.int32), rng.random((5, 4), dtype=np.float32)
    gradients = rng.normal(size=(5, 7, 6)).astype(np.float32)
    table = rng.normal(size=(9, 6)).astype(np.float32)
    expected = table.copy()
    for at in np.ndindex(rows.shape):
        expected[rows[at]] += scales[at] * gradients[at]
    if public:
        monkeypatch.setattr(scatter, "csc_matvecs", None)
    for index in range(count):
        scatter_first(table, rows, gradients, scales, (index, count))
    np.testing.assert_allclose(table, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("count", [1, 3])
def test_products_are_scattered_and_summed(monkeypatch, public, count):
    rng = np.random.default_rng(6)
    owners = np.sort(rng.integers(0, 30, size=200))
    starts = np.searchsorted(owners, np.arange(31)).astype(np.int32)
    rows, scales = rng.integers(0, 9, size=200).astype(np.int32), rng.random(200, dtype=np.float32)
    table, vectors = (rng.normal(size=(n, 6)).astype(np.float32) for n in (9, 30))
    expected, sums = table.copy(), np.zeros((30, 6))
    for row, scale, owner in zip(rows, scales, owners):
        expected[row] += scale * vectors[owner]
        sums[owner] += scale * table[row]
    if public:
        monkeypatch.setattr(scatter, "csc_matvecs", None)
        monkeypatch.setattr(scatter, "csr_matvecs", None)
    found = np.full((30, 6), np.nan, np.float32)
    sum_products(starts, scales, table[rows], np.arange(200, dtype=np.int32), found)
    np.testing.assert_allclose(found, sums, rtol=1e-5, atol=1e-6)
    for index in range(count + 1):
        scatter_products(table, starts, rows, scales, vectors, (index, count))
    np.testing.assert_allclose(table, expected, rtol=1e-5, atol=1e-6)


def test_the_private_products_of_scipy_are_there():
    assert scatter.csc_matvecs is not None, "SciPy moved its sparse products: the slow public fallback is in use"
    assert scatter.csr_matvecs is not None


def test_scipys_sparse_products_are_loaded_without_the_package_around_them():
    program = """
import sys
import numpy as np
from npw2v.kernels import scatter
assert "scipy.sparse" not in sys.modules and scatter.csc_matvecs is not None
table = np.zeros((3, 2), np.float32)
rows, ones = np.array([2, 0, 2], np.int32), np.ones((3, 2), np.float32)
scatter.scatter_add(table, rows, ones, np.array([1, 2, 3], np.float32))
import scipy.sparse  # afterwards, and both go on working
assert (scipy.sparse.csc_array(np.eye(3)) @ np.ones(3) == 1).all()
scatter.scatter_add(table, rows, ones, np.array([1, 2, 3], np.float32))
print(table.tolist(), scatter._sparsetools() is sys.modules["scipy.sparse._sparsetools"])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[[4.0, 4.0], [0.0, 0.0], [8.0, 8.0]] True\n", done.stderr


@pytest.mark.parametrize("found", [None, ModuleSpec("scipy", None), ModuleSpec("scipy", None, is_package=True)])
def test_without_scipys_sparse_products_there_are_none(monkeypatch, found, tmp_path):
    """Not an error: NumPy's own addition takes their place."""
    if found is not None and found.submodule_search_locations is not None:
        (tmp_path / "sparse").mkdir()
        (tmp_path / "sparse" / f"_sparsetools{EXTENSION_SUFFIXES[0]}").write_bytes(b"not a library")
        found.submodule_search_locations.append(str(tmp_path))
    monkeypatch.delitem(sys.modules, "scipy.sparse._sparsetools", raising=False)
    monkeypatch.setattr(scatter, "find_spec", lambda name: found)
    assert scatter._sparsetools() is None
