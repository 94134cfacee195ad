"""The ways in which BLAS may round what `kernel="replay"` computes: how it sums products, and how it adds them.

OpenBLAS has kernels of its own for every kind of processor. A dot product is summed in an order that they choose, and
gensim may read it with a relative error of up to 2**-20 (`npw2v.training.replay.dot`); ``y += a·x`` is rounded once or
twice, depending on the kernel and even on the length of the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import numpy as np

from npw2v.kernels import reference
from npw2v.training.replay import scalar

FLOAT = np.dtype(np.float32)


def exact(x: Any, z: Any) -> float:
    return float(np.dot(x.astype(np.float64), z.astype(np.float64)))


def one_by_one(x: Any, z: Any) -> float:
    total = np.float32(0)
    for each in x * z:
        total += each
    return float(total)


def rather_large(x: Any, z: Any) -> float:
    return exact(x, z) * (1 + 2**-20)


def rather_small(x: Any, z: Any) -> float:
    return exact(x, z) * (1 - 2**-20)


def rounded_once(x: Any, y: Any, n: int, a: float) -> None:
    y[:n] = (np.float64(np.float32(a)) * x[:n].astype(np.float64) + y[:n]).astype(np.float32)


def rounded_twice(x: Any, y: Any, n: int, a: float) -> None:
    y[:n] += np.float32(a) * x[:n]


Rounding = tuple[Callable[[Any, Any], float], Callable[[Any, Any, int, float], None]]

ROUNDINGS: list[Rounding] = [
    *product((exact, one_by_one, rather_large, rather_small), (rounded_once, rounded_twice))  # type: ignore[list-item]
]


@contextmanager
def rounded(rounding: Rounding) -> Iterator[None]:
    """Have the replay's arithmetic in one of the ways, as a context."""
    (dot, axpy), usual = rounding, (scalar.DOT, reference.BLAS[FLOAT])
    scalar.DOT, reference.BLAS[FLOAT] = dot, (usual[1][0], axpy, usual[1][2])
    try:
        yield
    finally:
        scalar.DOT, reference.BLAS[FLOAT] = usual
