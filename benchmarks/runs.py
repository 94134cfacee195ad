"""Starting measurements, each in a process of its own, and watching how much memory they take."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np  # noqa: F401 - brings its BLAS
from threadpoolctl import threadpool_info

MEASURE = Path(__file__).with_name("measure.py")


class Run:
    """A measurement under way, as a context that ends it.

    Parameters
    ----------
    look_every : seconds between two looks at its memory; looking takes time from the process that is looked at
    task : what to measure, see ``measure.py``
    """

    def __init__(self, look_every: float = 1.0, **task: Any) -> None:
        self.task, self.peak = task, 0.0
        self._process = subprocess.Popen(
            [sys.executable, str(MEASURE), json.dumps(task)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._trained = threading.Event()
        self._watcher = threading.Thread(target=self._watch, args=(look_every,), daemon=True)
        self._watcher.start()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *error: object) -> None:
        self._trained.set()
        self._process.kill()
        self._process.communicate()
        self._watcher.join()

    def _watch(self, look_every: float) -> None:
        while not self._trained.wait(look_every):
            self.peak = max(self.peak, memory(self._process.pid))

    def until(self, word: str) -> None:
        """Wait until the process says ``word``."""
        while self._line() != word:
            pass

    def go(self) -> None:
        """Let a process go on that waits for it."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def result(self) -> dict[str, Any]:
        """Wait for the figures; the peak of the memory, in MB, is that up to the end of training."""
        while not (line := self._line()).startswith("{"):
            if line == "trained":
                self._trained.set()
        return {**json.loads(line), "peak_megabytes": self.peak}

    def _line(self) -> str:
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.task} failed with exit code {self._process.wait()}; see above")
        return line.strip()


def run(look_every: float = 1.0, **task: Any) -> dict[str, Any]:
    """Measure one thing and return its figures."""
    with Run(look_every, **task) as started:
        return started.result()


def memory(pid: int) -> float:
    """Return the megabytes that a process and its children take, shared pages counted once; 0 where Linux is not."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    own = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return own / 1024 + sum(memory(int(child)) for child in children)


def machine() -> dict[str, Any]:
    """Describe what the figures are measured on. ``blas``: the kernels that NumPy's BLAS has chosen."""
    libraries = [each for each in threadpool_info() if each["user_api"] == "blas" and "numpy" in each["filepath"]]
    model = ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")
    return {
        "processor": model or platform.processor(),
        "cores": os.cpu_count(),
        "blas": ", ".join(f"{each['internal_api']} {each.get('architecture', '')}".strip() for each in libraries),
        "system": platform.system(),
        "python": platform.python_version(),
        **{package: version(package) for package in ("npw2v", "gensim", "numpy", "scipy")},
    }
