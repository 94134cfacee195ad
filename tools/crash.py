"""Kill a process at random moments, again and again, and look whether anything was lost: ``make crash``.

A scenario is a subclass of `Scenario`, in `SCENARIOS`: what a process does until it is killed, and what must be there
afterwards. The process runs this file with ``--work NAME FOLDER`` and prints a line before what may be interrupted
begins; it is killed, with the signal that no process can handle, some random time after that.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from npw2v import KeyedVectors, Word2Vec
from npw2v.formats.archive import read_archive, write_archive
from npw2v.formats.opening import open_for_writing
from npw2v.training import plan

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


def clear(folder: Path, expected: set[str]) -> list[str]:
    """Remove what a killed process could not remove, which is recognised by its name, and return it."""
    left = sorted(set(os.listdir(folder)) - expected)
    for name in left:
        assert name.startswith(".npw2v-"), f"{name} was left"
        assert name.endswith(".tmp"), f"{name} was left"
        (folder / name).unlink()
    return left


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
        number, left = self.number(folder), clear(folder, {"target", "number"})
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


class Begins:
    """Tells the parent that training begins."""

    def on_train_begin(self, model: Word2Vec) -> None:
        begun()


class Training(Scenario):
    """Training with a checkpoint after every part, by one worker or two: again and again, going on where it was killed.

    After each kill what is left is trained to its end, by one worker, and compared with a run that nobody killed.
    """

    seconds = 1.0
    words = [f"w{word}" for word in range(60)]
    parameters = {"vector_size": 12, "min_count": 1, "sample": 0.01, "hs": 1}
    options: dict[str, Any] = {"epochs": 4}

    def prepare(self, folder: Path) -> None:
        with small_parts():
            model = self.train(folder, checkpoint=None)
        (folder / "expected").write_text(self.digest(model))

    def work(self, folder: Path) -> None:
        path, workers = folder / "checkpoint", random.choice((1, 2))
        with small_parts():
            if path.exists():
                held_out = self.options.get("validation")
                Word2Vec.resume(path, self.corpus(1), workers=workers, validation=held_out, callbacks=[Begins()])
            while True:  # a file that is there is replaced at once
                safe = {"checkpoint": path, "checkpoint_every": "1 word"}
                self.train(folder, workers, callbacks=[Begins()], **safe)

    def check(self, folder: Path) -> str:
        path, copy = folder / "checkpoint", folder / "copy"
        unfinished = clear(folder, {"checkpoint", "expected", "started"})
        if not path.exists():
            assert not (folder / "started").exists(), "the checkpoint is gone"
            return "no checkpoint yet"
        (folder / "started").touch()
        shutil.copy(path, copy)
        with small_parts():
            model = Word2Vec.resume(copy, self.corpus(1), validation=self.options.get("validation"), workers=1)
        copy.unlink()
        assert self.digest(model) == (folder / "expected").read_text(), "it ends with other bytes"
        run = read_archive(path)[1]["training"]
        where = "in an epoch" if run["begun"]["sums"]["parts"] else "between epochs"
        return where + (", in mid-checkpoint" if unfinished else "")

    def corpus(self, seed: int, words: Sequence[str] = words) -> list[list[str]]:
        rng, often = np.random.default_rng(seed), 1 / np.arange(1, len(words) + 1)
        return [list(rng.choice(words, 10, p=often / often.sum())) for _ in range(100)]

    def train(self, folder: Path, workers: int = 1, **options: Any) -> Word2Vec:
        model, corpus = Word2Vec(**self.parameters, seed=3, workers=workers), self.corpus(1)
        model.build_vocab(corpus)
        model.train(corpus, total_examples=len(corpus), compute_loss=True, **self.options, **options)
        return model

    def digest(self, model: Word2Vec) -> str:
        """Return what is the same for the same bytes, history and losses alone."""
        tables = [model.wv.vectors, *(getattr(model, name) for name in ("syn1", "syn1neg") if hasattr(model, name))]
        rows = [{**row, "seconds": 0} for row in model.history]
        return hashlib.sha256(b"".join(table.tobytes() for table in tables) + json.dumps(rows).encode()).hexdigest()


class Patience(Training):
    """With held-out sentences, whose frequent words are the rare ones of the corpus: the second epoch is the best."""

    parameters = {"vector_size": 12, "min_count": 1, "sample": 0.01, "sg": 1}
    options = {"epochs": 9, "start_alpha": 0.1, "patience": 2}

    def __init__(self) -> None:
        self.options = {**self.options, "validation": self.corpus(9, self.words[::-1])}

    def prepare(self, folder: Path) -> None:
        super().prepare(folder)
        with small_parts():
            losses = [row["validation_loss"] for row in self.train(folder).history]
        assert 0 < losses.index(min(losses)) == len(losses) - 3, f"no best epoch to restore: {losses}"


class SkipsAPart(Training):
    """What npw2v does not do: go on at the wrong place. To see that the tool finds it."""

    def check(self, folder: Path) -> str:
        path = folder / "checkpoint"
        if path.exists():
            arrays, metadata = read_archive(path)
            metadata["training"]["begun"]["sums"]["parts"] += 1
            write_archive(path, arrays, metadata)
        return super().check(folder)


def small_parts() -> Any:
    """Train a small corpus in several parts an epoch, and with the workers that are asked for."""
    return mock.patch.multiple(
        plan,
        piece_words=lambda skipgram, tree: 60,
        PART_WORDS=250,
        WORKER_WORTH=0,
        ROOTS_A_STEP={"skipgram": 8.0, "cbow": 8.0},
        available_cores=lambda: 2,
    )


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
    "training": Training,
    "patience": Patience,
}
COUNTER_EXAMPLES: dict[str, type[Scenario]] = {"in place": InPlace, "skips a part": SkipsAPart}


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
        print(f"{name:10} {what:34} {times}")
    print(f"{sum(found.values())} kills (seed {options.seed}), nothing lost")


if __name__ == "__main__":
    main()
