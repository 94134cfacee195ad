"""Files and queries of vectors, npw2v beside gensim: ratios of times, and the memory that loading takes.

    python benchmarks/vectors.py                         smaller files, fewer rounds, a minute or so
    python benchmarks/vectors.py --full                  400,000 words in every line, some twenty minutes
    python benchmarks/vectors.py --parts queries         only some of files, queries, analogies; other results stay

Both sides hold the same random vectors, and take turns in one process, round by round; the figures quoted are medians
of the rounds' ratios. Files lie in memory where there is ``/dev/shm``, so that no disk is measured. Memory is that of a
process of its own: what it grows by, at most, while it loads a file, beside the matrix that it then holds.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gensim.models
import numpy as np
import report
from gensim.test.utils import datapath

import npw2v

SIDES = {"npw2v": npw2v.KeyedVectors, "gensim": gensim.models.KeyedVectors}

Task = Callable[[str, Any], object]
"""What is timed: given the side's name, and its vectors or class."""

ROUNDS = {False: 3, True: 5}
QUERIES = {False: 100, True: 300}
BATCH = 1000


@dataclass
class Bench:
    """How much to do, and where the files go."""

    folder: Path
    full: bool

    def words(self, short: int) -> int:
        """Return the number of words of a line that has `short` of them in the short version."""
        return 400_000 if self.full else short

    def path(self, side: str, name: str) -> str:
        """Return the path of a side's file."""
        return str(self.folder / f"{side}-{name}")

    def compare(self, what: str, goal: float, of: dict[str, Any], task: Task, rounds: int = 0) -> dict[str, Any]:
        """Time `task` on both sides in turn; the first round only warms up."""
        found = []
        for _ in range(1 + (rounds or ROUNDS[self.full])):
            found.append({side: {"seconds": seconds(lambda side=side: task(side, of[side]))} for side in SIDES})
        return report.line(what, "seconds", goal, ("npw2v", "gensim"), found[1:])


def seconds(task: Callable[[], object]) -> float:
    """Time one run, without the garbage of others."""
    gc.collect()
    started = time.perf_counter()
    task()
    return time.perf_counter() - started


def vectors_of(words: int, size: int, dtype: type = np.float32, given: tuple[str, ...] = ()) -> dict[str, Any]:
    """Give both sides the same random vectors; words are of 4 to 15 letters, apart from the given ones."""
    random = np.random.default_rng(words + size)
    letters = random.integers(ord("a"), ord("z") + 1, (words, 9), dtype=np.uint8).tobytes().decode()
    rest = (f"{letters[9 * at : 9 * at + length]}{at:x}" for at, length in enumerate(random.integers(3, 10, words)))
    keys = [*given, *rest][:words]
    matrix = (random.standard_normal((words, size), dtype=np.float32) * np.float32(0.3)).astype(dtype)
    sides = {}
    for name, kind in SIDES.items():
        sides[name] = kind(size, dtype=dtype)
        sides[name].add_vectors(keys, matrix)
        sides[name].expandos["count"] = np.arange(words, 0, -1)
    return sides


def files(bench: Bench) -> Iterator[tuple[str, dict[str, Any]]]:
    """Measure saving and loading, and the memory of loading."""
    for binary, size, short in ((True, 100, 100_000), (True, 300, 100_000), (False, 100, 20_000)):
        words, kind = bench.words(short), "binary" if binary else "text"
        what, name = f"{kind}, {words:,} × {size}", f"{size}.{kind}"

        def save(side: str, vectors: Any, name: str = name, binary: bool = binary) -> None:
            vectors.save_word2vec_format(bench.path(side, name), binary=binary)

        def load(side: str, kind: Any, name: str = name, binary: bool = binary, **how: Any) -> None:
            kind.load_word2vec_format(bench.path("gensim", name), binary=binary, **how)

        yield f"save {kind} {size}", bench.compare(f"save, {what}", 3, vectors_of(words, size), save)
        yield f"load {kind} {size}", bench.compare(f"load, {what}", 6 if binary else 4, SIDES, load)
        if bench.full and name == "100.binary":
            with squeezed(bench, name) as smaller:

                def load_squeezed(side: str, kind: Any, smaller: str = smaller) -> None:
                    kind.load_word2vec_format(smaller, binary=True)

                yield "load gzip", bench.compare(f"load, gzip of {what}", 1, SIDES, load_squeezed, 3)
        if binary and sys.platform == "linux":
            yield f"memory {size}", memory_of_loading(bench.path("gensim", name), what)
        for side in SIDES:
            os.unlink(bench.path(side, name))


@contextmanager
def squeezed(bench: Bench, name: str) -> Iterator[str]:
    """Compress a file for a while."""
    subprocess.run(["gzip", "-1", "-k", bench.path("gensim", name)], check=True)
    path = bench.path("gensim", name) + ".gz"
    yield path
    os.unlink(path)


def memory_of_loading(path: str, what: str) -> dict[str, Any]:
    """Compare the peak of the memory that loading takes with the matrix, and tell gensim's beside it."""
    found = []
    for _ in range(2):
        each = {side: peak_of(side, path) for side in SIDES}
        matrix = {"peak_megabytes": each["npw2v"].pop("matrix_megabytes")}
        found.append({**each, "matrix": matrix})
    return report.line(f"memory of loading, {what}", "peak_megabytes", 1.3, ("npw2v", "matrix"), found)


def peak_of(side: str, path: str) -> dict[str, float]:
    """Load a file in a process of its own."""
    asked = [sys.executable, __file__, "--peak", side, path]
    return dict(json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout))


def peak(side: str, path: str) -> dict[str, float]:
    """Load a file, and tell by how many megabytes this process grew at most."""
    before = resident("VmRSS")
    vectors = SIDES[side].load_word2vec_format(path, binary=True)
    return {"peak_megabytes": resident("VmHWM") - before, "matrix_megabytes": vectors.vectors.nbytes / 2**20}


def resident(field: str) -> float:
    """Return the megabytes of this process that are in memory, or have been at most, as Linux counts them."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status[field].split()[0]) / 1024


def queries(bench: Bench) -> Iterator[tuple[str, dict[str, Any]]]:
    """Find the neighbours of one word and of a thousand: among 400,000 in either version, as less would fit a cache."""
    words, count = 400_000, QUERIES[bench.full]
    sides = vectors_of(words, 100)
    asked = sides["npw2v"].index_to_key[1000 : 1000 + BATCH]

    def loop(**how: Any) -> Task:
        return lambda side, vectors: [vectors.most_similar(word, **how) for word in asked[:count]]

    def batch(side: str, vectors: Any) -> object:
        if side == "npw2v":
            return vectors.most_similar_batch(asked)
        return [vectors.most_similar(word) for word in asked]

    shape = f"{words:,} × 100"
    yield "query", bench.compare(f"most_similar, {shape}", 1.2, sides, loop(), 3 * ROUNDS[bench.full])
    rounds = 5 if bench.full else 2
    yield "batch", bench.compare(f"most_similar_batch of {BATCH:,}, {shape}, against a loop", 8, sides, batch, rounds)
    if not bench.full:
        return
    restricted = f"most_similar, first 100,000 of {shape}"
    yield "restricted", bench.compare(restricted, 1, sides, loop(restrict_vocab=100_000))
    clipped = f"most_similar, rows 100,000 to 300,000 of {shape}"
    yield "clipped", bench.compare(clipped, 1, sides, loop(clip_start=100_000, clip_end=300_000))
    for side, vectors in sides.items():
        vectors.save(bench.path(side, "kv"))
    mapped = {side: SIDES[side].load(bench.path(side, "kv"), mmap="r") for side in SIDES}
    yield "mapped", bench.compare(f"most_similar, {shape} memory-mapped", 1, mapped, loop())
    sides = mapped = {}
    count = 20  # gensim takes a second for each
    half = vectors_of(words, 100, np.float16)
    yield "float16", bench.compare(f"most_similar, {shape} of float16", 1, half, loop(), 3)


def analogies(bench: Bench) -> Iterator[tuple[str, dict[str, Any]]]:
    """Answer the questions-words analogies, or their first two sections, among 68,000 words."""
    lines = Path(datapath("questions-words.txt")).read_text().splitlines(keepends=True)
    if not bench.full:
        lines = lines[: [at for at, line in enumerate(lines) if line.startswith(":")][2]]
    questions = bench.folder / "questions.txt"
    questions.write_text("".join(lines))
    known = tuple(dict.fromkeys("".join(line for line in lines if line[0] != ":").lower().split()))
    sides = vectors_of(68_000, 100, given=known)

    def evaluate(side: str, vectors: Any) -> None:
        vectors.evaluate_word_analogies(str(questions), restrict_vocab=68_000)

    what = f"evaluate_word_analogies, {len(lines):,} lines, 68,000 × 100"
    yield "analogies", bench.compare(what, 10, sides, evaluate, 3 if bench.full else 2)


PARTS = {part.__name__: part for part in (files, queries, analogies)}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="the long version")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure")
    parser.add_argument("--peak", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.peak:
        print(json.dumps(peak(*args.peak)))
        return
    lines = {}
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        for part in args.parts:
            for name, line in PARTS[part](Bench(Path(folder), args.full)):
                print(f"{name}: {line['ratio']:.2f}", flush=True)
                lines[name] = line
    print(report.speed_table(lines))
    report.save("vectors", args.full, "random vectors", lines)


if __name__ == "__main__":
    main()
