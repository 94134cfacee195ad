"""Read hostile files in processes of their own, with little memory and time: ``python -m attacks.run`` makes the table.

npw2v and gensim read with the same call; of archives, NumPy reads all that numpy.load finds.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from attacks import ATTACKS

MEMORY = 2 << 30  # bytes of address space above what importing takes
SECONDS = 60

OPTIONS = {"detected": {}, "text": {"binary": False}, "binary": {"binary": True}, "glove": {"no_header": True}}


def reader(library, kind, path):
    """What `library` reads a file with."""
    if library == "numpy":
        import numpy as np

        def read():
            with np.load(path) as opened:
                return [opened[name] for name in opened.files]

        return read
    if library == "gensim":
        from gensim.models import KeyedVectors
    else:
        from npw2v import KeyedVectors
    if kind == "load":
        return lambda: KeyedVectors.load(str(path))
    return lambda: KeyedVectors.load_word2vec_format(str(path), **OPTIONS[kind])


def attack(library, name, folder):
    """Make the file and read it; print what came of it as JSON."""
    kind, make = ATTACKS[name]
    path, canary = Path(folder) / "hostile", Path(folder) / "canary"
    path = make(path, canary) or path
    read = reader(library, kind, path)
    status = Path("/proc/self/statm")
    before = int(status.read_text().split()[0]) * resource.getpagesize() if status.exists() else 0
    resource.setrlimit(resource.RLIMIT_AS, (before + MEMORY, before + MEMORY))
    used = resource.getrusage(resource.RUSAGE_SELF)
    try:
        read()
        error = None
    except Exception as raised:
        error = [each.__name__ for each in type(raised).__mro__], str(raised)[:300]
    now = resource.getrusage(resource.RUSAGE_SELF)
    found = {
        "error": error,
        "canary": canary.exists(),
        "path": str(path),
        "seconds": now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime,
        "megabytes": (now.ru_maxrss - used.ru_maxrss) // 1024,
    }
    print(json.dumps(found))


def outcome(library, name, seconds=SECONDS):
    """Run one attack in another process; None if it takes too long, and what is known of a crash."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "attacks.run", library, name, folder]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
    if done.returncode:
        return {"error": [["crash"], done.stderr[-300:]], "canary": False, "seconds": 0, "megabytes": 0}
    return json.loads(done.stdout.splitlines()[-1])


def told(found):
    if found is None:
        return f"still reads after {SECONDS} s"
    if found["canary"]:
        return "**runs it**"
    what = "loads" if found["error"] is None else f"`{found['error'][0][0]}`"
    more = f", {found['megabytes']:,} MB" if found["megabytes"] > 100 else ""
    return what + more + (f", {found['seconds']:.0f} s" if found["seconds"] > 3 else "")


def main():
    print("| file | npw2v | gensim or NumPy |\n| --- | --- | --- |")
    for name in ATTACKS:
        other = "numpy" if name.startswith(("zip:", "npy:")) else "gensim"
        print(f"| {name} | {told(outcome('npw2v', name))} | {other}: {told(outcome(other, name))} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        attack(*sys.argv[1:])
    else:
        main()
