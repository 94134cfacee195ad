"""Reads changed files for a time and says which number gave an undocumented exception.

    python tests/fuzz/fuzz.py SECONDS [READER ...]

Each reader has a process of its own, with 1 GiB of memory above what importing takes and an alarm of 20 s for a file.
A number that failed is tried again with ``python tests/fuzz/fuzz.py 0 READER --seed NUMBER``.
"""

from __future__ import annotations

import argparse
import faulthandler
import logging
import resource
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.mutation import READERS, attempt  # noqa: E402

MEMORY = 1 << 30
ALARM = 20


def limit_memory():
    status = Path("/proc/self/statm")
    if status.exists():
        most = int(status.read_text().split()[0]) * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def run(name, seconds, first):
    """Read files until the time is over; return how many of them failed."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    failed, read, loaded = set(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        seeds = READERS[name].seeds(Path(folder))
        limit_memory()
        end = time.monotonic() + seconds
        while time.monotonic() < end or not read:
            faulthandler.dump_traceback_later(ALARM, exit=True)
            try:
                loaded += attempt(name, first + read, seeds, Path(folder))
            except Exception as error:
                where = traceback.extract_tb(error.__traceback__)[-1]
                at = (type(error).__name__, where.filename, where.lineno)
                if at not in failed:
                    failed.add(at)
                    print(f"{name}, number {first + read}: {''.join(traceback.format_exception(error)[-4:])}")
            read += 1
        faulthandler.cancel_dump_traceback_later()
    print(f"{name}: {read} files, {loaded} of them loaded, {len(failed)} kinds of undocumented exceptions", flush=True)
    return len(failed)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float)
    parser.add_argument("readers", nargs="*", default=list(READERS))
    parser.add_argument("--seed", type=int, default=0, help="the number to begin with")
    given = parser.parse_args()
    if len(given.readers) == 1:
        sys.exit(bool(run(given.readers[0], given.seconds, given.seed)))
    codes = [
        subprocess.run([sys.executable, __file__, str(given.seconds), name, "--seed", str(given.seed)]).returncode
        for name in given.readers
    ]
    sys.exit(any(codes))


if __name__ == "__main__":
    main()
