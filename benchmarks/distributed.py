"""Training in rounds on a cluster: quality, cost, memory, and a model of larger clusters.

    python benchmarks/distributed.py --quality [--lanes 4 16] [--modes skip-gram CBOW] [--seeds 1] [--rounds N]
    python benchmarks/distributed.py --lee
    python benchmarks/distributed.py --cost --idle [--megabytes 25]
    python benchmarks/distributed.py --memory [--copies 4]
    python benchmarks/distributed.py --predict

Every part adds its figures to ``results/distributed.json``; a run whose figures are there is left out, so that what was
interrupted goes on. ``--predict`` draws ``docs/cluster-speed.png`` from them, and ``docs/cluster-quality.png`` when
there are scores enough.

Quality is measured with the lanes one after the other in this process, which trains the bytes that a cluster trains
(``tests/cluster`` holds that), and takes one core. Costs are seconds of the processor, of all processes together: on a
machine that does other things, too, those of the clock say little.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
if Path(sys.path[0]).resolve() == FOLDER.resolve():  # else Dask's package of this name would not be found
    sys.path.append(sys.path.pop(0))

import numpy as np  # noqa: E402
from inputs import corpus_name, write_corpus  # noqa: E402
from measure import quality  # noqa: E402
from runs import machine, memory  # noqa: E402

from npw2v import CallbackAny2Vec, LineSentence, Text8Corpus, Word2Vec  # noqa: E402
from npw2v.corpus import datasets  # noqa: E402
from npw2v.corpus.ids import EncodedCorpus, Extent  # noqa: E402
from npw2v.distributed import divided, flights, train  # noqa: E402
from npw2v.distributed import tasks as cluster_tasks  # noqa: E402
from npw2v.distributed import training as cluster_training  # noqa: E402
from npw2v.distributed.cluster import open_client  # noqa: E402
from npw2v.distributed.partitions import (  # noqa: E402
    count_partition,
    counted_together,
    encode_partition,
    read_partition,
)
from npw2v.training.rounds import (  # noqa: E402
    Moving,
    Replica,
    RoundSession,
    RoundsJob,
    in_a_tree,
    joined,
    plan_rounds,
)
from npw2v.training.schedule import Schedule, stair  # noqa: E402
from npw2v.vocabulary.counting import scan_corpus  # noqa: E402

RESULTS = FOLDER / "results" / "distributed.json"
DOCS = FOLDER.parent / "docs"
MODES = {"skip-gram": {"sg": 1}, "CBOW": {"sg": 0}}
SCORES = ("analogies", "wordsim353", "simlex999")


def results() -> dict[str, Any]:
    """Read what has been measured."""
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {"quality": []}


def keep(name: str, value: Any) -> None:
    """Add what was measured."""
    found = results()
    if isinstance(found.get(name), list):
        found[name].append(value)
    else:
        found[name] = value
    found["machine"], found["corpus"] = machine(), corpus_name(None)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")


class Lanes:
    """Partitions of a corpus, trained in this process as on a cluster."""

    def __init__(self, model: Word2Vec, partitions: list[Any], epochs: int, rounds: int | None) -> None:
        read = [read_partition(each) for each in partitions]
        if not model.wv.key_to_index:
            counts = in_a_tree([count_partition(each) for each in read], counted_together)
            cluster_training.build_vocabulary(model, counts)
        self.shares = [encode_partition(each, model.wv.key_to_index) for each in read]
        schedule = Schedule(model.alpha, model.min_alpha, epochs, stair=stair(model.batch_words, self.size.raw_words))
        self.weights, words, settings = model._weights(), model._vocabulary_tables(), model._settings()
        seed = settings.seed, model.train_count
        self.job = plan_rounds(settings, words, self.size, schedule, seed, len(self.shares), rounds)
        self.moving = Moving.at_rest(self.weights)
        self.replica, self.words = Replica(RoundsJob(self.job, words, None), self.moving), words
        self.model, self.rows = model, 0

    @property
    def size(self) -> Extent:
        """Of the whole corpus."""
        return whole(self.shares)

    def flight(self, epoch: int, first: int) -> Iterator[Any]:
        """Train rounds as a cluster does."""
        for number in range(first, self.job.rounds or 1):
            changes = [self.replica.train(lane, share, epoch, number) for lane, share in enumerate(self.shares)]
            self.rows += sum(len(each.rows) for lane in changes for each in lane.tables.values())
            together = in_a_tree(changes, joined)
            self.replica.moving.move(together)
            self.moving.move(together)
            yield [together.report]

    def train(self) -> list[dict[str, Any]]:
        """Train all epochs; return their reports."""
        session, reports = RoundSession(self.job, self.moving, self.size, {}, self.flight), []
        for epoch in range(self.job.schedule.epochs):
            reports.append(session.epoch(epoch, lambda part: None).row())
            print(f"  epoch {epoch}: {reports[-1]['seconds']:.0f} s", file=sys.stderr)
        self.model.wv.norms = None
        return reports


def parts_of(items: list[Any], count: int) -> list[list[Any]]:
    """Divide a list into parts that follow each other."""
    return [items[len(items) * part // count : len(items) * (part + 1) // count] for part in range(count)]


def whole(shares: list[EncodedCorpus]) -> Extent:
    """Return the size of all shares together."""
    return Extent(
        sentences=sum(each.sentences for each in shares),
        raw_words=sum(each.raw_words for each in shares),
        known=sum(each.known for each in shares),
        longest=max(each.longest for each in shares),
    )


def measure_quality(modes: list[str], lanes: list[int], seeds: list[int], rounds: int | None, epochs: int) -> None:
    """Score models that were trained in partitions; 0 partitions is local training."""
    corpus = list(Text8Corpus(datasets.find("text8").path, 1000))
    for seed in seeds:
        for count in lanes:
            for mode in modes:
                known = {"mode": mode, "partitions": count, "seed": seed, "asked_rounds": rounds, "epochs": epochs}
                if any(all(row[name] == value for name, value in known.items()) for row in results()["quality"]):
                    continue
                print(known, file=sys.stderr)
                model = Word2Vec(**MODES[mode], seed=seed, workers=2, epochs=epochs, progress=False)
                started, more = time.perf_counter(), {}
                if count:
                    trained = Lanes(model, parts_of(corpus, count), epochs, rounds)
                    reports = trained.train()
                    words = sum(row["words_trained"] for row in reports)
                    number = trained.job.rounds or 1
                    more = {
                        "rounds": number,
                        "words_a_round": trained.size.raw_words // number,
                        "rows_a_trained_word": trained.rows / words,
                    }
                else:
                    model.build_vocab(corpus)
                    model.train(corpus, total_examples=model.corpus_count, epochs=epochs)
                seconds = time.perf_counter() - started
                keep("quality", {**known, **more, **quality(model.wv), "seconds": seconds})


def measure_lee(partitions: int = 40, epochs: int = 20) -> None:
    """Train the case in which Spark's vectors grow without bounds: a small corpus in many partitions."""
    from gensim.test.utils import datapath

    sentences = [line.lower().split() for line in Path(datapath("lee_background.cor")).read_text().splitlines()]
    found = {"partitions": partitions, "epochs": epochs, "words": sum(map(len, sentences))}
    for mode, parameters in MODES.items():
        rows = {}
        for name in ("cluster", "local"):
            model = Word2Vec(**parameters, epochs=epochs, workers=1, progress=False)
            if name == "cluster":
                trained = Lanes(model, parts_of(sentences, partitions), epochs, None)
                trained.train()
                found[f"rounds of {mode}"] = trained.job.rounds
            else:
                model.build_vocab(sentences)
                model.train(sentences, total_examples=model.corpus_count, epochs=epochs)
            norms = np.linalg.norm(model.wv.vectors, axis=1)
            near = {
                word: [other for other, _ in model.wv.most_similar(word, topn=5)] for word in ("israeli", "australia")
            }
            rows[name] = {"mean_norm": float(norms.mean()), "largest_norm": float(norms.max()), "near": near}
        found[mode] = rows
    keep("lee", found)
    print(json.dumps(found, indent=1))


def processor_seconds() -> float:
    """Return what this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_megabytes() -> float:
    """Return the most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def clock_the_tasks() -> None:
    """Count the seconds of the tasks, on a worker."""
    spent: dict[str, float] = {}
    for name in ("train_lanes", "combine"):
        function = getattr(cluster_tasks, name)

        def clocked(*given: Any, function: Callable[..., Any] = function, name: str = name) -> Any:
            started = time.thread_time()
            try:
                return function(*given)
            finally:
                spent[name] = spent.get(name, 0.0) + time.thread_time() - started

        setattr(cluster_tasks, name, clocked)
    cluster_tasks.spent = spent  # type: ignore[attr-defined]


def spent_so_far() -> dict[str, float]:
    """Return them, and the processor seconds of the whole worker."""
    return {**cluster_tasks.spent, "all": processor_seconds()}  # type: ignore[attr-defined]


class Watch(CallbackAny2Vec):
    """Notes what every epoch has used."""

    def __init__(self, client: Any) -> None:
        self.client, self.epochs = client, []

    def on_epoch_begin(self, model: Any) -> None:
        """Read the clocks."""
        self.before = self.client.run(spent_so_far) if self.client else {}
        self.started = processor_seconds(), time.perf_counter()

    def on_epoch_end(self, model: Any) -> None:
        """Read them again."""
        client = processor_seconds() - self.started[0]
        seconds = time.perf_counter() - self.started[1]
        row = {"seconds": seconds, "client": client, "words": model.history[-1]["words_trained"]}
        if self.client:
            for name in ("train_lanes", "combine", "all"):
                after = self.client.run(spent_so_far)
                row[name] = sum(its.get(name, 0) - self.before[at].get(name, 0) for at, its in after.items())
        self.epochs.append(row)


def measure_cost(megabytes: float | None, times: int = 3, epochs: int = 2, partitions: int = 4) -> None:
    """Train on two workers of this machine, and with two local workers, in turn; note what both use.

    The rounds are those of five epochs.
    """
    found: dict[str, Any] = {"megabytes": megabytes, "partitions": partitions}
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        write_corpus(text, megabytes)
        counts = scan_corpus(LineSentence(text), keep_ids=False).raw_vocab
        corpus = list(LineSentence(text))

        def fresh(mode: str) -> Word2Vec:
            model = Word2Vec(**MODES[mode], workers=2, progress=False)
            model.build_vocab_from_freq(counts, corpus_count=len(corpus))
            return model

        for mode in MODES:
            lanes = Lanes(fresh(mode), divided(text, partitions), 5, None)
            row: dict[str, Any] = {"rounds": lanes.job.rounds, "words": lanes.size.known, "cluster": [], "local": []}
            row["bytes"], row["rounds_here"] = bytes_of_a_round(lanes), of_one_process(lanes)
            del lanes
            for _ in range(times):
                with open_client("local:2", 2) as client:
                    client.run(clock_the_tasks)
                    watch = Watch(client)
                    given = {"epochs": epochs, "rounds": row["rounds"], "callbacks": [watch]}
                    train(fresh(mode), divided(text, partitions), client, **given)
                alone, local = Watch(None), fresh(mode)
                local.train(corpus, total_examples=len(corpus), epochs=epochs, callbacks=[alone])
                row["cluster"].append(watch.epochs)
                row["local"].append(alone.epochs)
                ours, its = (sum(epoch["seconds"] for epoch in row[name][-1]) for name in ("cluster", "local"))
                row.setdefault("speed_against_local", []).append(its / ours)
                print(mode, f"{its / ours:.2f} of the speed of two local workers", file=sys.stderr)
            found[mode] = row
    keep("cost", found)
    print(json.dumps(found, indent=1))


def measure_idle(seconds: float = 20) -> None:
    """Note what the client and two workers use when there is nothing to do, which counts on a busy machine."""
    with open_client("local:2", 2) as client:
        started, own, workers = time.perf_counter(), processor_seconds(), client.run(processor_seconds)
        time.sleep(seconds)
        passed, own = time.perf_counter() - started, processor_seconds() - own
        more = sum(its - workers[at] for at, its in client.run(processor_seconds).items())
    keep("idle", {"client": own / passed, "workers": more / passed})


def of_one_process(lanes: Lanes, rounds: int = 4) -> dict[str, float]:
    """Return the processor seconds of some rounds in this process: training, summing up, adding, pickling."""
    spent = dict.fromkeys(("train", "combine", "move", "serialise"), 0.0)

    def timed(name: str, function: Callable[..., Any], *given: Any) -> Any:
        started = time.thread_time()
        result = function(*given)
        spent[name] += time.thread_time() - started
        return result

    rounds = min(rounds, lanes.job.rounds or 1)
    for number in range(rounds):
        changes = [
            timed("train", lanes.replica.train, lane, share, 0, number) for lane, share in enumerate(lanes.shares)
        ]
        together = timed("combine", in_a_tree, changes, joined)
        for each in (*changes, together):
            timed("serialise", there_and_back, each)
        timed("move", lanes.replica.moving.move, together)
    return {name: value / rounds for name, value in spent.items()}


def there_and_back(value: Any) -> Any:
    """Pickle something as Dask does, its arrays apart, and read it again."""
    frames: list[Any] = []
    head = pickle.dumps(value, protocol=5, buffer_callback=frames.append)
    return pickle.loads(head, buffers=[bytearray(frame.raw()) for frame in frames])


def bytes_of_a_round(lanes: Lanes) -> dict[str, float]:
    """Return the megabytes that a lane's changes are, those of two lanes and of all."""

    def megabytes(changes: Any) -> float:
        return sum(each.changes.nbytes + 12 * len(each.rows) for each in changes.tables.values()) / 1e6

    changes = [lanes.replica.train(lane, share, 0, 0) for lane, share in enumerate(lanes.shares)]
    tables = sum(table.nbytes for table in lanes.weights.tables().values()) / 1e6
    return {
        "lane": megabytes(changes[0]),
        "two_lanes": megabytes(joined(*changes[:2])),
        "all": megabytes(in_a_tree(changes, joined)),
        "weights": tables,
    }


class Enough(Exception):
    """So many rounds are enough to see the memory."""


def measure_memory(copies: int, workers: int = 2, partitions: int = 8) -> None:
    """Note the memory of every process on a corpus of several copies, after counting, encoding and some rounds."""
    take = flights.Flights._take

    def enough(self: Any, *given: Any) -> None:
        take(self, *given)
        raise Enough

    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        write_corpus(text, None, copies)
        with open_client(f"local:{workers}", workers) as client:
            before = {"client": peak_megabytes(), "workers": list(client.run(peak_megabytes).values())}
            model = Word2Vec(sg=1, progress=False)
            flights.Flights._take = enough
            try:
                train(model, divided(text, partitions), client, epochs=1)
            except Enough:
                pass
            finally:
                flights.Flights._take = take
            found = {
                "copies": copies,
                "partitions": partitions,
                "text_megabytes": os.path.getsize(text) / 1e6,
                "words": model.corpus_total_words,
                "ids_megabytes": 4 * model.corpus_total_words / 1e6,
                "weights_megabytes": sum(table.nbytes for table in model._weights().tables().values()) / 1e6,
                "before": before,
                "client": peak_megabytes(),
                "workers": list(client.run(peak_megabytes).values()),
                "now": memory(os.getpid()),
            }
    keep("memory", found)
    print(json.dumps(found, indent=1))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("quality", "lee", "cost", "idle", "memory", "predict"):
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--modes", nargs="+", default=list(MODES), choices=list(MODES))
    parser.add_argument("--lanes", nargs="+", type=int, default=[0, 4, 16], help="partitions; 0 for local training")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--rounds", type=int, help="an epoch; by default as many as training chooses")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--megabytes", type=float, help="of the corpus, for --cost; by default all of it")
    parser.add_argument("--copies", type=int, default=4)
    args = parser.parse_args()
    if args.quality:
        measure_quality(args.modes, args.lanes, args.seeds, args.rounds, args.epochs)
    if args.lee:
        measure_lee()
    if args.cost:
        measure_cost(args.megabytes)
    if args.idle:
        measure_idle()
    if args.memory:
        measure_memory(args.copies)
    if args.predict:
        import cluster_model

        cluster_model.draw(results(), DOCS)


if __name__ == "__main__":
    main()
