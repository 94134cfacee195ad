"""Standing in for gensim: `npw2v.compat.as_gensim`, where ``python -m`` and ``pytest -p`` look for it."""

from __future__ import annotations

import sys

from npw2v.compat.as_gensim import (
    _new,
    install_as_gensim,
    installed_gensim,
    main,
    pytest_addoption,
    wheel_is_installed,
)
from npw2v.compat.wheel import write_wheel

__all__ = [
    "_new",
    "install_as_gensim",
    "installed_gensim",
    "main",
    "pytest_addoption",
    "wheel_is_installed",
    "write_wheel",
]

if __name__ == "__main__":
    main(sys.argv[1:])
