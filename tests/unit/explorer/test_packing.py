"""Vectors as text: how far from the vectors, and in which bytes."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from npw2v.explorer.packing import as_text, pack


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_rounding_is_half_a_step_at_most(dtype):
    vectors = np.random.default_rng(1).normal(size=(200, 50)).astype(dtype)
    packed = pack(vectors)
    units = vectors.astype(np.float64) / np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    step = packed.scales[:, None].astype(np.float64)
    coarse = packed.coarse.astype(np.float64)
    assert (packed.coarse.dtype, packed.fine.dtype) == (np.int8, np.int8)
    assert (np.abs(step * coarse - units) <= 0.501 * step).all()
    assert (np.abs(step * (coarse + packed.fine / 254) - units) <= 0.501 * step / 254 + 1e-6).all()


def test_zeros_stay_zeros_and_lengths_do_not_matter():
    packed = pack(np.array([[0.0, 0.0], [3.0, -4.0], [3e30, -4e30], [3e-30, -4e-30]]))
    assert packed.coarse.tolist() == [[0, 0], [95, -127], [95, -127], [95, -127]]
    assert packed.scales.tolist() == pytest.approx([0, 0.8 / 127, 0.8 / 127, 0.8 / 127])


def test_text_is_little_endian():
    for order in "<>":
        numbers = np.array([1, 258], dtype=f"{order}u2")
        assert base64.b64decode(as_text(numbers)) == b"\x01\x00\x02\x01"
    assert base64.b64decode(as_text(np.array([-1, 2], np.int8))) == b"\xff\x02"
