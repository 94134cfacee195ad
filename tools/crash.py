"""Kill a process at random moments, again and again, and look whether anything was lost: ``make crash``.

A scenario is a subclass of `Scenario`, in `SCENARIOS`: what a process does until it is killed, and what must be there
afterwards. The process runs this file with ``--work NAME FOLDER`` and prints a line before what may be interrupted
begins; it is killed, with the signal that no process can handle, some random time after that.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from npw2v import KeyedVectors, Word2Vec
from npw2v.formats.opening import open_for_writing

BEGUN = b"begun"


class Scenario:
    """Something that is killed."""

    #: The process is killed at a random moment of so many seconds after it has begun.
    seconds = 0.3

    def prepare(self, folder: Path) -> None:
        """Make what is there before."""

    def work(self, folder: Path) -> None:
        """Work until killed: call `begun` as soon as that may happen."""
        raise NotImplementedError

    def check(self, folder: Path) -> str:
        """Raise if anything is lost; else return in a word what was found. Leave the folder fit for the next kill."""
        raise NotImplementedError


def begun() -> None:
    """Tell the parent that it may kill from now on."""
    sys.stdout.buffer.write(BEGUN + b"\n")
    sys.stdout.buffer.flush()


class Saving(Scenario):
    """Saves over one file again and again; version v of the vectors has v in the first place of every row."""

    rows, size = 3000, 50

    def prepare(self, folder: Path) -> None:
        self.save(self.version(0), folder / "target")

    def work(self, folder: Path) -> None:
        kept = self.number(folder)
        following = [self.version(kept + step) for step in (1, 2)]
        begun()
        for step in itertools.count(1):
            vectors = following[step % 2 - 1]
            self.renumber(vectors, kept + step)
            self.save(vectors, folder / "target")

    def check(self, folder: Path) -> str:
        number = self.number(folder)
        left = sorted(set(os.listdir(folder)) - {"target", "number"})
        for name in left:  # what a killed process could not remove is recognised by its name
            assert name.startswith(".npw2v-"), f"{name} was left"
            assert name.endswith(".tmp"), f"{name} was left"
            (folder / name).unlink()
        moved = number != self.last(folder)
        assert number >= self.last(folder), f"version {number} came back after version {self.last(folder)}"
        (folder / "number").write_text(str(number))
        return ("new" if moved else "old") + (" file, in mid-save" if left else " file")

    def last(self, folder: Path) -> int:
        path = folder / "number"
        return int(path.read_text()) if path.exists() else 0

    def number(self, folder: Path) -> int:
        """Load the file, make sure that it is whole, and return its version."""
        vectors = self.load(folder / "target")
        number = round(float(self.table(vectors)[0, 0]))
        expected = self.version(number)
        assert list(self.keys(vectors)) == list(self.keys(expected)), "keys differ"
        assert np.allclose(self.table(vectors), self.table(expected), rtol=1e-6), f"version {number} is not whole"
        return number

    def version(self, number: int) -> KeyedVectors:
        rows = np.random.default_rng(1).random((self.rows, self.size), np.float32)
        vectors = KeyedVectors(self.size)
        vectors.add_vectors([f"w{row}" for row in range(self.rows)], rows, {"count": np.arange(self.rows, 0, -1)})
        self.renumber(vectors, number)
        return vectors

    def renumber(self, vectors: KeyedVectors, number: int) -> None:
        self.table(vectors)[:, 0] = number

    def table(self, vectors: KeyedVectors) -> np.ndarray:
        return vectors.vectors

    def keys(self, vectors: KeyedVectors) -> list[str]:
        return vectors.index_to_key

    def save(self, vectors: KeyedVectors, path: Path) -> None:
        vectors.save(path)

    def load(self, path: Path) -> KeyedVectors:
        return KeyedVectors.load(path)


class Model(Saving):
    """A whole model."""

    def version(self, number: int) -> Word2Vec:
        model = Word2Vec(vector_size=self.size, min_count=1, seed=1)
        model.build_vocab([[f"w{word}" for word in range(self.rows)]])
        self.renumber(model, number)
        return model

    def table(self, model: Word2Vec) -> np.ndarray:
        return model.wv.vectors

    def keys(self, model: Word2Vec) -> list[str]:
        return model.wv.index_to_key

    def load(self, path: Path) -> Word2Vec:
        return Word2Vec.load(path)


class Binary(Saving):
    """word2vec's binary file."""

    def save(self, vectors: KeyedVectors, path: Path) -> None:
        vectors.save_word2vec_format(path, binary=True)

    def load(self, path: Path) -> KeyedVectors:
        return KeyedVectors.load_word2vec_format(path, binary=True)


class Text(Saving):
    """word2vec's text file."""

    def save(self, vectors: KeyedVectors, path: Path) -> None:
        vectors.save_word2vec_format(path)

    def load(self, path: Path) -> KeyedVectors:
        return KeyedVectors.load_word2vec_format(path)


class Mapped(Saving):
    """The file of vectors while it is mapped: it is saved over what it is mapped from."""

    def save(self, vectors: KeyedVectors, path: Path) -> None:
        vectors.save(path)
        mapped = KeyedVectors.load(path, mmap="r")
        mapped.save(path)


class InPlace(Saving):
    """What npw2v does not do: write over the old file. To see that the tool finds what it is there for."""

    def save(self, vectors: KeyedVectors, path: Path) -> None:
        with open(path, "wb") as file, open_for_writing(file) as same:
            vectors.save(same)


SCENARIOS: dict[str, type[Scenario]] = {
    "vectors": Saving,
    "model": Model,
    "binary": Binary,
    "text": Text,
    "mapped": Mapped,
}
COUNTER_EXAMPLES: dict[str, type[Scenario]] = {"in place": InPlace}


def kill_once(name: str, folder: Path, chance: random.Random) -> str:
    """Let the work of a scenario begin, kill it at a random moment, and check what it left."""
    scenario = {**SCENARIOS, **COUNTER_EXAMPLES}[name]()
    errors = folder.with_name(folder.name + ".errors")
    with (
        open(errors, "w+b") as log,
        subprocess.Popen(
            [sys.executable, __file__, "--work", name, str(folder)], stdout=subprocess.PIPE, stderr=log
        ) as process,
    ):
        try:
            line = process.stdout.readline()
            time.sleep(chance.uniform(0, scenario.seconds))
            process.send_signal(signal.SIGKILL)
        finally:
            process.kill()
        process.wait()
        log.seek(0)
        assert line.strip() == BEGUN, f"{name} did not begin: {log.read().decode()}"
        assert process.returncode == -signal.SIGKILL, f"{name} ended before it was killed: {log.read().decode()}"
    return scenario.check(folder)


def crash(names: list[str], kills: int, seed: int) -> Counter[tuple[str, str]]:
    """Kill every scenario in turn, so many times in all, and return how often each was found how."""
    chance = random.Random(seed)
    found: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as base:
        folders = {name: Path(base) / name.replace(" ", "-") for name in names}
        for name, folder in folders.items():
            folder.mkdir()
            {**SCENARIOS, **COUNTER_EXAMPLES}[name]().prepare(folder)
        for number in range(kills):
            name = names[number % len(names)]
            try:
                found[name, kill_once(name, folders[name], chance)] += 1
            except Exception as error:
                raise SystemExit(f"kill {number + 1} of {kills} (seed {seed}), {name}: {error!r}") from error
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--only", choices=list(SCENARIOS), nargs="+", default=list(SCENARIOS))
    parser.add_argument("--work", nargs=2, metavar=("NAME", "FOLDER"), help="be the process that is killed")
    options = parser.parse_args()
    if options.work:
        name, folder = options.work
        {**SCENARIOS, **COUNTER_EXAMPLES}[name]().work(Path(folder))
        return
    found = crash(options.only, options.kills, options.seed)
    for (name, what), times in sorted(found.items()):
        print(f"{name:10} {what:24} {times}")
    print(f"{sum(found.values())} kills (seed {options.seed}), nothing lost")


if __name__ == "__main__":
    main()
