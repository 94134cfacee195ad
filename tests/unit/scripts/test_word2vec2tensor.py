"""Vectors become the two tables of TensorFlow's projector."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import KeyedVectors
from npw2v.scripts import word2vec2tensor as tensor


@pytest.mark.parametrize("binary", [False, True])
def test_vectors_become_tables(tmp_path, binary):
    vectors = KeyedVectors(3)
    keys = [f"key{number}" for number in range(1500)] + ["größe"]
    vectors.add_vectors(keys, np.arange(4503, dtype=np.float32).reshape(1501, 3) / 8)
    source, prefix = tmp_path / "vectors", tmp_path / "out"
    vectors.save_word2vec_format(source, binary=binary)
    tensor.main(["-i", str(source), "-o", str(prefix), *["-b"] * binary])
    assert (tmp_path / "out_metadata.tsv").read_text("utf8").split("\n") == [*keys, ""]
    rows = (tmp_path / "out_tensor.tsv").read_text().splitlines()
    assert rows[:2] == ["0.0\t0.125\t0.25", "0.375\t0.5\t0.625"]
    assert np.array_equal(np.loadtxt(rows, delimiter="\t"), vectors.vectors)
