"""Starting measurements, each in a process of its own, and watching how much memory they take."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import threading
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

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
    said = cpuinfo()
    return {
        "processor": said.get("model name", "") or platform.processor(),
        **{name: int(said[key]) for name, key in (("family", "cpu family"), ("model", "model")) if key in said},
        "caches": caches(),
        "cores": os.cpu_count(),
        "blas": ", ".join(f"{each['internal_api']} {each.get('architecture', '')}".strip() for each in libraries),
        "system": platform.system(),
        "python": platform.python_version(),
        **{package: version(package) for package in ("npw2v", "gensim", "numpy", "scipy")},
    }


def cpuinfo() -> dict[str, str]:
    """Return what Linux says of the first core; nothing elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
    except OSError:
        return {}
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def caches() -> dict[str, str]:
    """Return the sizes of the caches that Linux knows of the first core."""
    found = sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*"))
    names = [[(folder / name).read_text().strip() for name in ("level", "type", "size")] for folder in found]
    return {f"L{level}": size for level, kind, size in names if kind != "Instruction"}


def gflops(repetitions: int = 7) -> dict[str, float]:
    """Measure how fast one core multiplies float32 matrices, in GFLOP/s: large ones, and a stack of those of a block.

    The best of a few times: what the core can do, not what it did beside others.
    """
    draw = np.random.default_rng(1).standard_normal
    pairs = {
        "512 x 512": [draw((512, 512), np.float32) for _ in range(2)],
        "a stack of 16 x 100 x 26": [draw((512, 16, 100), np.float32), draw((512, 100, 26), np.float32)],
    }
    found = {}
    with threadpool_limits(1, "blas"):
        for name, (left, right) in pairs.items():
            seconds, out = [], left @ right
            for _ in range(repetitions):
                started = time.perf_counter()
                np.matmul(left, right, out=out)
                seconds.append(time.perf_counter() - started)
            found[name] = round(2 * out.size * left.shape[-1] / min(seconds) / 1e9, 1)
    return found
