"""Run gensim's own tests of word vectors, unmodified, from the installed gensim, on npw2v: ``make compat``.

Nothing may be left out unnoticed: the number of tests that pass is checked module by module, a test may be skipped only
if it is named in `SKIPPED`, and what is not run is named in `OF_OTHER_THINGS`. The test files must be those of gensim's
wheel to the byte, and of gensim's folder nothing but its tests may have been imported.
"""

from __future__ import annotations

import base64
import hashlib
import os
import sys
import tempfile
from collections import Counter
from importlib.metadata import distribution
from typing import Any

import pytest

import npw2v

#: How many tests pass, by module of ``gensim.test``. The numbers are gensim 4.4's.
PASSED = {
    "test_word2vec": 83,
    "test_keyedvectors": 33,
    "test_phrases": 56,
    "test_datatype": 4,
    "test_glove2word2vec": 1,
    "test_utils": 24,
    "test_scripts": 1,
}

#: Skipped by gensim itself: it wants an environment variable that says how often to repeat another test.
SKIPPED = ["test_word2vec.TestWord2VecModel.test_method_in_bulk"]

#: What does not concern word vectors, in modules that partly do.
OF_OTHER_THINGS = {
    "test_scripts.TestSegmentWiki",  # Wikipedia's dumps
}


class Recorder:
    """A plugin that leaves out `OF_OTHER_THINGS` and writes down what became of the other tests."""

    def __init__(self) -> None:
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.skipped: list[str] = []

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [item for item in items if f"{_module(item)}.{item.cls.__name__}" not in OF_OTHER_THINGS]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: Any) -> Any:
        report = yield
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[_module(item), report.outcome] += 1
            if report.outcome == "skipped":
                self.skipped.append(f"{_module(item)}.{item.cls.__name__}.{item.name}")
        return report


def _module(item: Any) -> str:
    return str(item.module.__name__).rpartition(".")[2]


def altered_files() -> list[str]:
    """Return the test files that are not as gensim's wheel has them."""
    files = {str(file): file for file in distribution("gensim").files or ()}
    names = [f"gensim/test/{module}.py" for module in (*PASSED, "utils")]
    return [name for name in names if name not in files or _digest(files[name].read_binary()) != files[name].hash.value]


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


def complaints(recorder: Recorder) -> list[str]:
    """Return what is not as it must be."""
    found = []
    for module, expected in PASSED.items():
        outcomes = {outcome: count for (where, outcome), count in recorder.outcomes.items() if where == module}
        if outcomes.get("passed", 0) != expected:
            found.append(f"{module}: expected {expected} passed, got {outcomes}")
    if recorder.skipped != SKIPPED:
        found.append(f"expected to be skipped: {SKIPPED}, skipped: {recorder.skipped}")
    import gensim.models

    from npw2v.as_gensim import installed_gensim

    if gensim.models.Word2Vec is not npw2v.Word2Vec or gensim.models.KeyedVectors is not npw2v.KeyedVectors:
        found.append("gensim's classes are not npw2v's")
    folder = str(installed_gensim())
    files = [str(getattr(module, "__file__", "")) for module in list(sys.modules.values())]
    if inner := [
        file for file in files if file.startswith(folder) and not file.startswith(os.path.join(folder, "test"))
    ]:
        found.append(f"imported from gensim itself: {inner}")
    return found


def main(arguments: list[str]) -> int:
    """Run the suites; `arguments` go to pytest. Returns the exit status."""
    if altered := altered_files():
        print(f"not as in gensim's wheel: {', '.join(altered)}")
        return 1
    recorder = Recorder()
    with tempfile.TemporaryDirectory() as folder:  # the tests write into the current one
        os.chdir(folder)
        how = ["-p", "npw2v.as_gensim", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", folder, "-q", "-rs"]
        status = pytest.main([*how, *arguments, "--pyargs", *(f"gensim.test.{name}" for name in PASSED)], [recorder])
        os.chdir("/")
    found = complaints(recorder)
    print(*(found or [f"gensim's own tests on npw2v: {sum(PASSED.values())} passed"]), sep="\n")
    return int(status != 0 or bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
