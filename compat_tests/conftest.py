"""Without the packages that npw2v is compared with, what needs them is skipped, and the last line says so."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import pytest

#: Packages by the module that is imported, and what needs them.
COMPARED = {
    "gensim": ("gensim", "all comparisons in compat_tests/"),
    "ot": ("POT", "Word Mover's Distance"),
    "annoy": ("annoy", "the Annoy indexer"),
    "nmslib": ("nmslib", "the NMSLIB indexer"),
    "usearch": ("usearch", "USearch's indexes"),
    "faiss": ("faiss-cpu", "Faiss's indexes"),
}


def missing() -> dict[str, str]:
    """Packages that are not installed, and what needs them."""
    return {package: use for module, (package, use) in COMPARED.items() if find_spec(module) is None}


class Skipped(pytest.Module):
    """A module of tests that cannot be imported without gensim."""

    def collect(self):
        pytest.skip("gensim is not installed", allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Skip what stands beside gensim where there is none."""
    if find_spec("gensim") is None and module_path.parent == Path(__file__).parent:
        return Skipped.from_parent(parent, path=module_path)
    return None


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Say in the last line what the tests were not compared with."""
    if config.option.collectonly or config.pluginmanager.has_plugin("npw2v.as_gensim"):
        return
    python = f"Python {sys.version.split()[0]}"
    if absent := missing():
        left = "; ".join(f"{use} ({package} is not installed here)" for package, use in absent.items())
        print(f"not compared on {python}: {left}")
    else:
        others = ", ".join(package for package, _ in COMPARED.values() if package != "gensim")
        print(f"compared with gensim {_version('gensim')}, {others} on {python}: nothing was left out")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(unknown)"
