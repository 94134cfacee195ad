"""Training, npw2v beside gensim: ratios of speed and memory, and the quality of both sides' vectors.

    python benchmarks/train.py                       one epoch on a part of the corpus, two rounds, about four minutes
    python benchmarks/train.py --full                five epochs, three seeds, everything, some hours
    python benchmarks/train.py --lines sg100 job     only these lines; the results of others stay

Each run is a process of its own under this one; rounds alternate between the sides, and the figures quoted are medians
of the rounds' ratios. Time is that of ``train()`` alone unless a line says otherwise, imports excluded; npw2v's has the
ids of ``build_vocab``, so that the text is read once, where gensim reads it again. The lines ``job`` time both. gensim
gets the number of workers and the kind of input (an iterable or ``corpus_file``) with which it is fastest at the line's
parameters, tried out on a piece of the corpus. npw2v reads an iterable, ``LineSentence``, with a worker a core.

Binaries with word2vec.c's command line can be further sides, with a thread a core: word2vec.c itself, and pWord2Vec
(Ji et al. 2016, "Parallelizing Word2Vec in Shared and Distributed Memory"), which trains skip-gram with negative
sampling alone.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import report
from inputs import corpus_name, write_corpus
from runs import Run, run

Figures = dict[str, Any]
CORES = os.cpu_count() or 1

#: Megabytes of the short version's corpus, and of the whole; and the share of it on which gensim's settings are tried.
SHORT, WHOLE, TRIED = 25.0, 100.0, 0.2

#: Seconds between two looks at the memory where nothing is timed.
OFTEN = 0.25


@dataclass
class Bench:
    """What the lines need: the corpora, how long to train, and gensim's best settings as they are found.

    ``binaries``: of :data:`BINARIES`, those that there are.
    """

    folder: Path
    full: bool
    megabytes: float | None
    binaries: dict[str, Path] = field(default_factory=dict)
    settings: dict[str, Figures] = field(default_factory=dict)

    @property
    def epochs(self) -> int:
        """Passes over the corpus."""
        return 5 if self.full else 1

    def corpus(self, megabytes: float | None = None, copies: int = 1) -> str:
        """Return the path of the corpus, or of its beginning, or of copies of it in a row."""
        megabytes = self.megabytes if megabytes is None else megabytes
        path = self.folder / f"corpus-{megabytes}-{copies}.txt"
        if not path.exists():
            write_corpus(path, megabytes, copies)
        return str(path)

    def vocabulary(self) -> str:
        """Return the path of the corpus's vocabulary as word2vec.c reads it: words and counts, first that of lines.

        The binaries could write it themselves, but pWord2Vec only along with vectors.
        """
        path, corpus = self.folder / "vocabulary", Path(self.corpus())
        if not path.exists():
            text = corpus.read_bytes()
            counts = [(b"</s>", text.count(b"\n")), *Counter(text.split()).most_common()]
            path.write_bytes(b"".join(b"%b %d\n" % each for each in counts))
        return str(path)

    def gensim(self, parameters: Figures) -> Figures:
        """Find the workers and the kind of input with which gensim is fastest."""
        key = str({name: value for name, value in parameters.items() if name != "epochs"})
        if key not in self.settings:
            tried, piece = [], (self.megabytes or WHOLE) * TRIED
            for workers in (1, 2, 3, 4) if self.full else (3,):
                for source in ("iterable", "file"):
                    task = {"source": source, "parameters": {**parameters, "epochs": 1, "workers": workers}}
                    found = run(measure="train", side="gensim", corpus=self.corpus(piece), **task, **PLAIN)
                    tried.append((found["words_per_second"], {"workers": workers, "source": source}))
            self.settings[key] = max(tried, key=lambda each: each[0])[1]
            print(f"  gensim, {key}: fastest with {self.settings[key]}", file=sys.stderr)
        return self.settings[key]

    def side(self, side: str, measure: str, parameters: Figures, number: int, **more: Any) -> Figures:
        """Measure one side: npw2v with a worker a core, gensim at its best."""
        best = self.gensim(parameters) if side == "gensim" else {"workers": CORES, "source": "iterable"}
        given = {"epochs": self.epochs, **parameters, "seed": number + 1, "workers": best["workers"]}
        task = {"measure": measure, "side": side, "corpus": self.corpus(), "source": best["source"], **more}
        return run(**task, parameters=given)


#: Programs with word2vec.c's command line, and what each is told besides. pWord2Vec computes the words of a window
#: together, of which its batch holds all: twice the window, and one more as its authors have it.
BINARIES: dict[str, Figures] = {"word2vec.c": {}, "pWord2Vec": {"batch-size": 2 * 5 + 1}}

#: A training run by itself that is not scored.
PLAIN = {"together": False, "scored": False}

Round = Callable[[Bench, int], dict[str, Figures]]


@dataclass(frozen=True)
class Line:
    """A comparison: see :func:`report.line` for ``what``, ``figure``, ``goal`` and ``sides``.

    ``round`` measures the sides once, given the round's number; ``quick``: also in the short version.
    """

    what: str
    figure: str
    goal: float
    round: Round
    sides: tuple[str, str] = ("npw2v", "gensim")
    quick: bool = False


def in_turn(number: int, sides: dict[str, Callable[[], Figures]]) -> dict[str, Figures]:
    """Measure all sides, every other round in the opposite order."""
    names = list(sides) if number % 2 == 0 else list(reversed(sides))
    return {name: sides[name]() for name in names}


def training(**parameters: Any) -> Round:
    """``train()`` alone, with the quality of the vectors."""

    def measure(bench: Bench, number: int) -> dict[str, Figures]:
        sides: dict[str, Callable[[], Figures]] = {
            side: lambda side=side: bench.side(side, "train", parameters, number, together=False, scored=True)
            for side in ("npw2v", "gensim")
        }
        for name in bench.binaries:
            if name != "pWord2Vec" or (parameters["sg"] and not parameters.get("hs")):
                sides[name] = lambda name=name: by_binary(bench, name, parameters)
        return in_turn(number, sides)

    return measure


def by_binary(bench: Bench, name: str, parameters: Figures) -> Figures:
    """Train with one of the binaries; the vocabulary is given, so counting words is not timed."""
    vectors, corpus = bench.folder / "vectors.bin", bench.corpus()
    options = {
        "train": corpus,
        "threads": CORES,
        "read-vocab": bench.vocabulary(),
        "output": vectors,
        "binary": 1,
        "iter": bench.epochs,
        "cbow": 1 - parameters["sg"],
        "size": parameters.get("vector_size", 100),
        "hs": parameters.get("hs", 0),
        "negative": parameters.get("negative", 5),
        "alpha": 0.025,
        "sample": 0.001,
        "window": 5,
        "min-count": 5,
        **BINARIES[name],
    }
    vectors.unlink(missing_ok=True)  # those of another side
    command = [str(bench.binaries[name]), *(part for key, value in options.items() for part in (f"-{key}", str(value)))]
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    words = bench.epochs * trained_words(corpus)
    return {**run(measure="score", path=str(vectors)), "words_per_second": words / seconds, "seconds": seconds}


def trained_words(corpus: str, min_count: int = 5, sample: float = 0.001) -> float:
    """Count the words of a corpus that are left on average when rare ones and subsampled ones are gone."""
    with open(corpus, "rb") as lines:
        counts = Counter(word for line in lines for word in line.split())
    known = [count for count in counts.values() if count >= min_count]
    threshold = sample * sum(known)
    return sum(min(count, (count * threshold) ** 0.5 + threshold) for count in known)


def whole_job(measure: str, **parameters: Any) -> Round:
    """Time everything from the file on, with the measure of this name."""

    def measured(bench: Bench, number: int) -> dict[str, Figures]:
        sides = ("npw2v", "gensim")
        return in_turn(
            number, {side: lambda side=side: bench.side(side, measure, parameters, number) for side in sides}
        )

    return measured


def lists_and_file(bench: Bench, number: int) -> dict[str, Figures]:
    """Train on a file and on lists in memory."""
    task = {"measure": "job", "side": "npw2v", "corpus": bench.corpus()}
    parameters = {"sg": 1, "epochs": bench.epochs, "workers": CORES}
    sources = {"list of lists": "lists", "file": "iterable"}
    sides = {
        name: lambda source=source: run(**task, source=source, parameters=parameters)
        for name, source in sources.items()
    }
    return in_turn(number, sides)


def side_by_side(**parameters: Any) -> Round:
    """Two workers, and two runs of one worker each at the same time: what the machine gives two processes."""

    def measure(bench: Bench, number: int) -> dict[str, Figures]:
        task = {"measure": "train", "side": "npw2v", "corpus": bench.corpus(), "source": "iterable", "scored": False}

        def given(workers: int, seed: int) -> Figures:
            return {"parameters": {**parameters, "epochs": min(bench.epochs, 2), "workers": workers, "seed": seed}}

        def apart() -> Figures:
            with (
                Run(**task, **given(1, number), together=True) as one,
                Run(**task, **given(1, number + 10), together=True) as other,
            ):
                for each in (one, other):
                    each.until("ready")
                for each in (one, other):
                    each.go()
                figures = one.result(), other.result()
            speed = "epochs_words_per_second"
            return {speed: sum(each[speed] for each in figures), "runs": figures}

        return in_turn(number, {"2 workers": lambda: run(**task, **given(2, number), together=False), "2 runs": apart})

    return measure


def small_job(sentences: str, repetitions: int, **parameters: Any) -> Round:
    """Train on few words, again and again in one process; gensim with one worker or three, as is faster."""

    def measure(bench: Bench, number: int) -> dict[str, Figures]:
        def side(name: str, workers: int) -> Figures:
            task = {"measure": "small", "side": name, "sentences": sentences, "repetitions": repetitions}
            return run(**task, parameters={**parameters, "workers": workers})

        def gensim() -> Figures:
            return min((side("gensim", workers) for workers in (1, 3)), key=lambda figures: figures["seconds"])

        return in_turn(number, {"npw2v": lambda: side("npw2v", 3), "gensim": gensim})

    return measure


def peak_memory(bench: Bench, number: int) -> dict[str, Figures]:
    """Peak of the process tree, from its start to the end of training."""
    parameters = {"sg": 1, "epochs": 1}
    sides = ("npw2v", "gensim")
    more = {"look_every": OFTEN}
    return in_turn(
        number, {side: lambda side=side: bench.side(side, "job", parameters, number, **more) for side in sides}
    )


def memory_of_more(bench: Bench, number: int) -> dict[str, Figures]:
    """Peak with the corpus and with four copies of it, which have the same vocabulary."""

    def peak(copies: int) -> Figures:
        corpus = bench.corpus(copies=copies)
        parameters = {"sg": 1, "epochs": 1, "workers": CORES, "min_count": 5 * copies}
        task = {"measure": "job", "side": "npw2v", "corpus": corpus, "source": "iterable", "parameters": parameters}
        return run(OFTEN, **task)

    return in_turn(number, {"four times the corpus": lambda: peak(4), "the corpus": lambda: peak(1)})


HS = {"hs": 1, "negative": 0}
SPEED, EPOCHS = "words_per_second", "epochs_words_per_second"
APART = ("2 workers", "2 runs")
LINES = {
    "sg100": Line("skip-gram, d=100", SPEED, 4.5, training(sg=1), quick=True),
    "sg300": Line("skip-gram, d=300", SPEED, 3, training(sg=1, vector_size=300)),
    "cbow": Line("CBOW, d=100", SPEED, 2, training(sg=0), quick=True),
    "hs-sg": Line("hierarchical softmax, skip-gram", SPEED, 1, training(sg=1, **HS), quick=True),
    "hs-cbow": Line("hierarchical softmax, CBOW", SPEED, 1, training(sg=0, **HS)),
    "workers-sg": Line("2 workers : two runs of one, skip-gram", EPOCHS, 0.85, side_by_side(sg=1), APART, quick=True),
    "workers-cbow": Line("2 workers : two runs of one, CBOW", EPOCHS, 0.85, side_by_side(sg=0), APART),
    "workers-hs-sg": Line("2 workers : two runs of one, hs skip-gram", EPOCHS, 0.85, side_by_side(sg=1, **HS), APART),
    "workers-hs-cbow": Line("2 workers : two runs of one, hs CBOW", EPOCHS, 0.85, side_by_side(sg=0, **HS), APART),
    "job": Line("whole job from file, skip-gram", "seconds", 4, whole_job("job", sg=1)),
    "job-cbow": Line("whole job from file, CBOW", "seconds", 2, whole_job("job", sg=0)),
    "vocabulary": Line(
        "vocabulary and encoding : gensim's vocabulary", "seconds", 1.5, whole_job("vocabulary", sg=1), quick=True
    ),
    "lists": Line("list of lists : file, whole job", "seconds", 1 / 1.15, lists_and_file, ("list of lists", "file")),
    "common_texts": Line("common_texts, skip-gram", "seconds", 1, small_job("common_texts", 30, sg=1, min_count=1)),
    "lee": Line("lee, skip-gram", "seconds", 1, small_job("lee", 5, sg=1), quick=True),
    "karate": Line("10,000 karate-club walks, skip-gram", "seconds", 1, small_job("karate", 3, sg=1, min_count=1)),
    "common_texts-cbow": Line("common_texts, CBOW", "seconds", 1, small_job("common_texts", 30, min_count=1)),
    "lee-cbow": Line("lee, CBOW", "seconds", 1, small_job("lee", 5), quick=True),
    "karate-cbow": Line("10,000 karate-club walks, CBOW", "seconds", 1, small_job("karate", 3, min_count=1)),
    "memory": Line("peak memory of training", "peak_megabytes", 1.5, peak_memory),
    "memory-x4": Line(
        "peak memory, four times the corpus : once",
        "peak_megabytes",
        1.1,
        memory_of_more,
        ("four times the corpus", "the corpus"),
    ),
}


def measure(bench: Bench, key: str, rounds: int) -> dict[str, Any]:
    """Measure a line's rounds and sum them up."""
    line, done = LINES[key], []
    for number in range(rounds):
        done.append(line.round(bench, number))
        ratio = report.ratio(line.figure, done[-1][line.sides[0]], done[-1][line.sides[1]])
        print(f"  {line.what}, round {number + 1}: {ratio:.2f}x", file=sys.stderr, flush=True)
    return report.line(line.what, line.figure, line.goal, line.sides, done, gensim=dict(bench.settings))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="five epochs, three seeds, every line, the whole corpus")
    parser.add_argument("--lines", nargs="+", metavar="LINE", choices=LINES, help=f"of {', '.join(LINES)}")
    parser.add_argument("--rounds", type=int, help="instead of two, or three with --full")
    parser.add_argument("--megabytes", type=float, help="how much of the corpus to use")
    for name in BINARIES:
        option = f"--{name.lower().replace('.', '-')}"
        parser.add_argument(option, dest=name, type=Path, metavar="PATH", help=f"a binary of {name}, to be a side, too")
    args = parser.parse_args()
    megabytes = args.megabytes if args.full or args.megabytes is not None else SHORT
    keys = args.lines or [key for key, line in LINES.items() if args.full or line.quick]
    rounds = args.rounds if args.rounds is not None else 3 if args.full else 2
    with tempfile.TemporaryDirectory() as folder:
        binaries = {name: vars(args)[name] for name in BINARIES if vars(args)[name] is not None}
        bench = Bench(Path(folder), args.full, megabytes, binaries)
        for key in keys:
            lines = {key: measure(bench, key, rounds)}
            target = report.save("train", args.full, corpus_name(megabytes), lines)
            print(report.speed_table(lines).splitlines()[-1], flush=True)
    print(f"written to {target}")


if __name__ == "__main__":
    main()
