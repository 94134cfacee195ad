"""The dot product that gensim computes on this machine, to the last bit.

gensim calls BLAS's ``sdot`` by its address, in SciPy, and finds out at import whether it returns a float or, as some
Fortran compilers had it, a double, by trying to read a double. With current builds of OpenBLAS for x86-64 it takes the
float for a double: the function returns a float in the lower half of a register whose upper half still holds that of
the sum as a double. So what gensim reads has a relative error of up to 2**-20, enough to make it look up another entry
of its table of the logistic function now and then. Here the function is called, and its result read, in the same way.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas

Dot: TypeAlias = Callable[[NDArray[Any], NDArray[Any]], float]

_INT, _FLOAT = ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_float)


def gensim_dot() -> Dot:
    """Return gensim's dot product of two float32 rows that can be written to; BLAS's, where that is the same."""
    try:
        address = ctypes.pythonapi.PyCapsule_GetPointer
        address.restype, address.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
        prototype = ctypes.CFUNCTYPE(ctypes.c_double, _INT, _FLOAT, _INT, _FLOAT, _INT)
        sdot = prototype(address(blas.sdot._cpointer, None))
    except (AttributeError, TypeError, ValueError):  # not CPython, or not SciPy's own functions
        return cast(Dot, blas.sdot)
    one, first = ctypes.c_int(1), ctypes.c_float.from_buffer

    def read_as_double(x: Any, z: Any) -> float:
        return ctypes.c_float(sdot(ctypes.c_int(len(x)), first(x), one, first(z), one)).value

    tenth = read_as_double(np.array([10], np.float32), np.array([0.01], np.float32))
    return read_as_double if abs(tenth - 0.1) < 1e-4 else cast(Dot, blas.sdot)
