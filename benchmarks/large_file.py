"""First answers from a word2vec .bin of 3,000,000 words: time, that of the processors, and peak memory of commands.

The file, 3.6 GB at 300 dimensions, is made once, of random vectors:

    python benchmarks/large_file.py FOLDER [--words N] [--dimensions D]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

WORDS_AT_ONCE = 10_000


def make(path: Path, words: int, dimensions: int) -> None:
    """Write a .bin of random vectors, a block at a time; words are w0, w1, ..."""
    random = np.random.default_rng(0)
    with open(path, "wb") as file:
        file.write(f"{words} {dimensions}\n".encode())
        for start in range(0, words, WORDS_AT_ONCE):
            block = random.standard_normal((min(WORDS_AT_ONCE, words - start), dimensions), dtype=np.float32)
            file.writelines(f"w{start + row} ".encode() + vector.tobytes() for row, vector in enumerate(block))


def measured(arguments: list[str]) -> tuple[float, float, float]:
    """Run a command in a process of its own; return its seconds, the processors', and its peak memory in GB."""
    program = (
        "import resource, sys; from npw2v.cli import main; status = main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(status)"
    )
    before, started = os.times(), time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    seconds, after = time.perf_counter() - started, os.times()
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return seconds, used, int(done.stderr.splitlines()[-1]) * (1 if sys.platform == "darwin" else 1024) / 1e9


def main() -> None:
    """Make the file if it is not there, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--words", type=int, default=3_000_000)
    parser.add_argument("--dimensions", type=int, default=300)
    options = parser.parse_args()
    large = options.folder / f"large-{options.words}-{options.dimensions}.bin"
    if not large.exists():
        make(large, options.words, options.dimensions)
    own, ten = options.folder / "large.npz", options.folder / "large.safetensors"
    print(f"{large}: {os.path.getsize(large) / 1e9:.1f} GB\n")
    print("| command | seconds | of the processors | peak memory, GB |\n| --- | --- | --- | --- |")
    for arguments in (
        ["inspect", str(large)],
        ["similar", str(large), "w5", "--limit", "100000"],
        ["similar", str(large), "w5"],
        ["convert", str(large), str(own)],
        ["inspect", str(own)],
        ["similar", str(own), "w5"],
        ["similar", str(own), "w5", "--limit", "100000"],
        ["analogy", str(own), "w5", "w6", "w7"],
        ["convert", str(own), str(ten), "--dtype", "float16", "--limit", "1000000"],
        ["similar", str(ten), "w5"],
    ):
        seconds, used, memory = measured(arguments)
        shown = " ".join(each.replace(f"{options.folder}/", "") for each in arguments)
        print(f"| `npw2v {shown}` | {seconds:.1f} | {used:.1f} | {memory:.2f} |", flush=True)


if __name__ == "__main__":
    main()
