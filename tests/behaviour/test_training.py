"""Training: the same bytes at any worker count, failures that reach the caller, figures that add up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

from npw2v import CallbackAny2Vec, TrainingError, Word2Vec
from npw2v.corpus import ids as idstore
from npw2v.kernels import damping, reference
from npw2v.training import plan, tables, worker
from npw2v.training.backends import memory as sharing
from npw2v.training.backends import processes

needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="finds processes through Linux's /proc")

SEED_WORDS = [f"w{i}" for i in range(60)]


def random_corpus(sentences=400, seed=0, vocabulary=SEED_WORDS, longest=20):
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, len(vocabulary) + 1)
    weights /= weights.sum()
    return [
        [vocabulary[i] for i in rng.choice(len(vocabulary), size=rng.integers(0, longest + 1), p=weights)]
        for _ in range(sentences)
    ]


@pytest.fixture
def any_number_of_workers(monkeypatch):
    """Start as many workers as asked for, however small the job and the machine."""
    monkeypatch.setattr(plan, "WORKER_WORTH", 0)
    monkeypatch.setattr(plan, "ROOTS_A_STEP", {"skipgram": 8.0, "cbow": 8.0})
    monkeypatch.setattr(plan, "ROW_PAIRS", {kind: 4 * pairs for kind, pairs in plan.ROW_PAIRS.items()})
    monkeypatch.setattr(plan, "available_cores", lambda: 64)


@pytest.fixture
def children(monkeypatch):
    """The processes that are started."""
    started, original = [], processes.WorkerProcesses._start
    monkeypatch.setattr(processes.WorkerProcesses, "_start", lambda crew: started.append(original(crew)) or started[-1])
    return started


def train(**parameters):
    parameters = {"vector_size": 12, "min_count": 1, "epochs": 2, "seed": 3, "sample": 0.01, **parameters}
    return Word2Vec(random_corpus(), **parameters)


def weights(model):
    outputs = [getattr(model, name) for name in ("syn1neg", "syn1") if hasattr(model, name)]
    return b"".join(table.tobytes() for table in [model.wv.vectors, *outputs])


@pytest.mark.usefixtures("any_number_of_workers")
@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"window": 30, "shrink_windows": False, "cbow_mean": 0, "negative": 2},
        {"hs": 1, "negative": 0},
        {"hs": 1, "window": 2, "cbow_mean": 0},
    ],
)
def test_same_bytes_at_any_worker_count(sg, options):
    models = [train(sg=sg, workers=count, compute_loss=True, **options) for count in (1, 2, 3, 4)]
    assert len({weights(model) for model in models}) == 1
    rows = [[{**row, "seconds": 0} for row in model.history] for model in models]
    assert all(row == rows[0] for row in rows)
    assert models[0].history[0]["loss"] > 0


@pytest.mark.usefixtures("any_number_of_workers")
@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("options", [{}, {"hs": 1}, {"vector_size": 10}, {"vector_size": 7}])
def test_shared_tables_train_the_same_bytes_as_copies(monkeypatch, sg, options):
    copied, shared, original = [], [], processes.WorkerProcesses.open

    def look(backend, job, *others):
        (copied if job.copies else shared).append(job.workers)
        return original(backend, job, *others)

    monkeypatch.setattr(processes.WorkerProcesses, "open", look)
    expected = weights(train(sg=sg, workers=3, **options))
    monkeypatch.setattr(plan, "COPIES", 0)
    for count in (2, 3):
        assert weights(train(sg=sg, workers=count, **options)) == expected
    assert (copied, shared) == ([3], [2, 3])


@pytest.mark.usefixtures("any_number_of_workers")
@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("options", [{}, {"negative": 2, "window": 9}])
def test_changing_between_copies_and_shared_tables_trains_the_same_bytes(monkeypatch, sg, options):
    monkeypatch.setattr(plan, "piece_words", lambda skipgram, tree: 60)
    monkeypatch.setattr(plan, "PART_WORDS", 250)
    expected, ways, chosen = weights(train(sg=sg, workers=1, **options)), "01101001100", []

    def alternate(choice):
        chosen.append(int(ways[len(chosen) % len(ways)]))
        return chosen[-1]

    monkeypatch.setattr(tables.FasterOf, "next", alternate)
    for count in (2, 3):
        assert weights(train(sg=sg, workers=count, **options)) == expected
    assert len(chosen) > 20


def test_the_faster_mode_is_taken_though_it_changes():
    choice, seconds, ways = tables.FasterOf(), [1.0, 1.4], []
    for round_ in range(300):
        if round_ == 150:
            seconds = [1.4, 1.3]
        ways.append(choice.next())
        choice.took(seconds[ways[-1]])
    assert ways[:2] == [0, 1]
    assert sum(ways[:150]) * 0.4 <= 150 * tables.TRIALS + 0.4  # lost by trials, the first one beside
    assert 1 in ways[150:160]
    assert sum(ways[200:]) > 85


@pytest.mark.usefixtures("any_number_of_workers")
@pytest.mark.parametrize("copies", [0, plan.COPIES])
def test_weights_changed_between_epochs_reach_every_worker(monkeypatch, copies):
    class Halves(CallbackAny2Vec):
        def on_epoch_end(self, model):
            model.wv.vectors /= 2
            model.syn1neg *= 0.5

    monkeypatch.setattr(plan, "COPIES", copies)
    expected = weights(train(workers=1, epochs=3, callbacks=[Halves()]))
    assert weights(train(workers=3, epochs=3, callbacks=[Halves()])) == expected
    assert weights(train(workers=1, epochs=3)) != expected


@pytest.mark.usefixtures("any_number_of_workers")
def test_workers_were_really_started(children):
    train(workers=3)
    assert len(children) == 2
    assert all(child.poll() is not None for child in children), "workers outlive train()"


@pytest.mark.usefixtures("any_number_of_workers")
def test_files_in_the_working_folder_do_not_get_in_the_workers_way(tmp_path, monkeypatch):
    for name in ("numpy", "random", "npw2v"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    assert weights(train(workers=2)) == weights(train(workers=1))


def test_small_corpora_never_start_a_worker(monkeypatch):
    monkeypatch.setattr(plan, "available_cores", lambda: 64)
    monkeypatch.setattr(
        processes.WorkerProcesses, "_start", lambda *args: pytest.fail("started a worker for a tiny corpus")
    )
    train(workers=8)


@pytest.mark.usefixtures("any_number_of_workers")
def test_workers_start_before_the_corpus_is_read(children):
    """When the vocabulary says how many words there are; a corpus that raises ends them, too."""
    model = Word2Vec(vector_size=8, min_count=1, workers=3)
    model.build_vocab(random_corpus())

    class Corpus:
        def __iter__(self):
            assert len(children) == 2
            yield from random_corpus()
            raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        model.train(Corpus(), total_examples=model.corpus_count, epochs=1)
    assert all(child.poll() is not None for child in children)


def test_runs_and_seeds():
    assert weights(train()) == weights(train())
    assert weights(train()) != weights(train(seed=4))


@pytest.mark.usefixtures("any_number_of_workers")
def test_a_worker_that_is_killed_ends_training_with_an_error(children):

    class Kills:
        def on_train_begin(self, model): ...
        def on_train_end(self, model): ...
        def on_epoch_begin(self, model): ...

        def on_epoch_end(self, model):
            children[0].kill()
            children[0].wait()

    with pytest.raises(TrainingError, match=r"worker 1 \(process \d+\) ended with exit code -9"):
        train(workers=2, epochs=3, callbacks=[Kills()])


@pytest.mark.usefixtures("any_number_of_workers")
def test_a_worker_that_raises_ends_training_with_its_error(monkeypatch):
    original = processes.Job.as_dict
    monkeypatch.setattr(processes.Job, "as_dict", lambda job: {**original(job), "negative": "five"})
    with pytest.raises(TrainingError, match=r"(?s)worker 1 .*TypeError"):
        train(workers=2)


@pytest.mark.usefixtures("any_number_of_workers")
def test_a_callback_that_raises_leaves_a_usable_model_and_no_process(children):

    class Fails:
        def on_train_begin(self, model): ...
        def on_train_end(self, model): ...
        def on_epoch_begin(self, model): ...

        def on_epoch_end(self, model):
            raise KeyboardInterrupt

    model = Word2Vec(vector_size=12, min_count=1, workers=2)
    corpus = random_corpus()
    model.build_vocab(corpus)
    before = model.wv.vectors.copy()
    with pytest.raises(KeyboardInterrupt):
        model.train(corpus, total_examples=model.corpus_count, epochs=5, callbacks=[Fails()])
    assert all(child.poll() is not None for child in children)
    assert len(model.history) == 1
    assert not np.array_equal(model.wv.vectors, before)
    model.train(corpus, total_examples=model.corpus_count, epochs=1)


@needs_proc
def test_ctrl_c_leaves_no_process_and_no_shared_memory(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            """
            import signal
            import numpy as np
            from npw2v import Word2Vec; from npw2v.training import plan
            signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
            plan.WORKER_WORTH, plan.ROOTS_A_STEP, plan.available_cores = 0, {'skipgram': 8.0, 'cbow': 8.0}, lambda: 8
            rng = np.random.default_rng(0)
            corpus = [[f"w{i}" for i in rng.integers(0, 50, size=20)] for _ in range(500)]
            class Say:
                def on_train_begin(self, model): ...
                def on_train_end(self, model): ...
                def on_epoch_begin(self, model): ...
                def on_epoch_end(self, model): print("epoch", flush=True)
            Word2Vec(corpus, workers=3, epochs=1_000_000, min_count=1, callbacks=[Say()])
            """
        )
    )
    shm = set(os.listdir("/dev/shm")) if os.path.isdir("/dev/shm") else set()
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "epoch\n"
    pids = children_of(process.pid)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert errors.count("KeyboardInterrupt") == 1, errors  # the parent's alone
    assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    if shm:
        assert set(os.listdir("/dev/shm")) <= shm


@needs_proc
def test_workers_end_when_their_parent_is_killed(tmp_path):
    script = (
        "import numpy as np\n"
        "from npw2v import Word2Vec; from npw2v.training import plan\n"
        "plan.WORKER_WORTH, plan.ROOTS_A_STEP, plan.available_cores = 0, {'skipgram': 8.0, 'cbow': 8.0}, lambda: 8\n"
        "corpus = [[f'w{i}' for i in range(50)] for _ in range(500)]\n"
        "class Say:\n"
        "    on_train_begin = on_train_end = on_epoch_begin = lambda self, model: None\n"
        "    def on_epoch_end(self, model): print('epoch', flush=True)\n"
        "Word2Vec(corpus, workers=2, epochs=1_000_000, min_count=1, callbacks=[Say()])\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "epoch\n"
    (pid,) = children_of(process.pid)
    process.kill()
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and _runs(pid):
        time.sleep(0.05)
    assert not _runs(pid)


def _runs(pid):
    return state_of(pid)[0] not in ("", "Z")


def children_of(parent):
    """Return the numbers of a process's children."""
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if state_of(pid)[1] == parent]


def state_of(pid):
    """Return the letter of a process's state and its parent's number, as Linux tells them; "" and 0 if it has ended."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            state, parent = file.read().rpartition(")")[2].split()[:2]
    except OSError:
        return "", 0
    return state, int(parent)


def test_no_main_guard_is_needed(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text(
        "from npw2v import Word2Vec; from npw2v.training import plan\n"
        "plan.WORKER_WORTH, plan.ROOTS_A_STEP, plan.available_cores = 0, {'skipgram': 8.0, 'cbow': 8.0}, lambda: 8\n"
        "model = Word2Vec([[f'w{i}' for i in range(50)]] * 50, min_count=1, workers=2)\n"
        "print(len(model.wv), model.train_count)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == "50 1\n"


def test_a_full_shared_memory_folder_means_another_folder(monkeypatch, tmp_path):
    tried = []

    def reserve(descriptor, offset, size):
        tried.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        if len(tried) == 1:
            raise OSError(28, "No space left on device")
        os.truncate(descriptor, size)

    monkeypatch.setattr(os, "posix_fallocate", reserve, raising=False)
    monkeypatch.setattr(sharing, "FOLDERS", (os.path.dirname(tmp_path), str(tmp_path)))
    shared = sharing.SharedArrays({"a": ((3, 4), np.float32), "b": ((0,), np.int8)})
    assert tried[1].startswith(str(tmp_path))
    shared.arrays["a"][...] = 7
    np.testing.assert_array_equal(sharing.attach(shared.address())["a"], 7)
    shared.close()


def test_no_room_anywhere_is_an_error_that_says_where(monkeypatch, tmp_path):
    monkeypatch.setattr(sharing, "FOLDERS", (str(tmp_path), "/no/such/folder"))

    def refuse(descriptor, offset, size):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", refuse, raising=False)
    with pytest.raises(OSError, match=rf"no room for 4,096 bytes .*{tmp_path}: No space left on device"):
        sharing.SharedArrays({"a": ((3,), np.float32)})


@pytest.mark.parametrize("sg", [0, 1])
def test_counts_add_up(sg):
    corpus = random_corpus()
    model = Word2Vec(vector_size=8, min_count=5, sample=0.02, sg=sg, epochs=3)
    model.build_vocab(corpus)
    extra = [*corpus, ["unknown", "words"], []]
    trained, read = model.train(extra, total_examples=len(extra), epochs=3, compute_loss=True)
    raw = sum(map(len, extra))
    known = sum(word in model.wv for sentence in extra for word in sentence)
    assert read == 3 * raw
    assert trained == sum(row["words_trained"] for row in model.history)
    for row in model.history:
        assert row["words_read"] == raw
        assert row["words_unknown"] == raw - known
        assert row["words_trained"] + row["words_subsampled"] == known
        assert 0 < row["words_subsampled"] < known
    assert [row["epoch"] for row in model.history] == [0, 1, 2]
    assert model.history[0]["alpha_start"] == 0.025
    assert model.history[2]["alpha_end"] < 0.01


@pytest.mark.parametrize(
    "options",
    [{"sg": 1}, {"sg": 0}, {"sg": 1, "hs": 1, "negative": 0}, {"sg": 0, "hs": 1}],
    ids=["skip-gram", "CBOW", "hs skip-gram", "hs and negative CBOW"],
)
def test_steps_prepared_together_are_those_prepared_one_by_one(options, monkeypatch):
    together = train(**options)
    monkeypatch.setattr(damping, "TOGETHER", 0)
    assert damping.Damping(len(together.wv)).steps == 1
    np.testing.assert_array_equal(together.wv.vectors, train(**options).wv.vectors)


def test_loss_is_the_mean_of_a_positive_pair_and_falls():
    """Zero output weights give every pair a loss of log 2: 1 + k of them for each positive pair."""
    corpus = [["a", "b"] * 8, ["c", "d"] * 8] * 50
    model = Word2Vec(vector_size=20, min_count=1, sample=0, sg=1, negative=5, alpha=0.05)
    model.build_vocab(corpus)
    model.train(corpus, total_examples=100, epochs=1, start_alpha=1e-12, end_alpha=1e-12, compute_loss=True)
    # a noise word that equals its center is left out: 1/4 of them
    assert model.history[0]["loss"] == pytest.approx(np.log(2) * (1 + 5 * 3 / 4), rel=1e-2)
    model.train(corpus, total_examples=100, epochs=20, compute_loss=True)
    losses = [row["loss"] for row in model.history[1:]]
    assert losses[-1] < losses[0] < 0.55 * model.history[0]["loss"]
    assert model.get_latest_training_loss() > 0
    model.train(corpus, total_examples=100, epochs=1)
    assert model.history[-1]["loss"] is None
    assert model.get_latest_training_loss() == 0


@pytest.mark.parametrize("options", [{}, {"hs": 1, "negative": 0}, {"hs": 1, "negative": 2}])
def test_the_fast_kernel_learns_what_the_reference_learns(options):
    """On a small corpus with structure, blocks and one update at a time end at the same loss."""
    rng = np.random.default_rng(1)
    topics = [[f"{topic}{i}" for i in range(8)] for topic in "abc"]
    corpus = [list(rng.choice(topics[rng.integers(3)], size=10)) for _ in range(300)]
    model = Word2Vec(vector_size=16, min_count=1, sample=0, sg=1, window=3, epochs=6, seed=2, **options)
    model.build_vocab(corpus)
    inputs, outputs, nodes = model.wv.vectors.astype(float), *np.zeros((2, *model.wv.vectors.shape))
    paths = model.wv.expandos
    for epoch in range(6):
        total, pairs = 0.0, 0
        for number, sentence in enumerate(corpus):
            ids = [model.wv.get_index(word) for word in sentence]
            alpha = model.alpha * (1 - (epoch + number / 300) / 6) + 1e-4
            objectives = []
            if model.hs:
                objectives.append(reference.hierarchical_softmax(nodes, paths["point"], paths["code"], alpha))
            if model.negative:
                noise = np.diff(model.cum_table / model.cum_table[-1], prepend=0)
                draw = lambda _, noise=noise: rng.choice(24, model.negative, p=noise)  # noqa: E731
                objectives.append(reference.negative_sampling(outputs, draw, alpha))
            losses, count = reference.skipgram(inputs, ids, list(rng.integers(1, 4, 10)), objectives)
            total, pairs = total + sum(losses), pairs + count
    model.train(corpus, total_examples=300, epochs=6, compute_loss=True)
    assert model.history[-1]["loss"] == pytest.approx(total / pairs, rel=0.03)
    for topic in "abc":
        nearest = model.wv.most_similar(f"{topic}0", topn=7)
        assert {word[0] for word, _ in nearest} == {topic}


def test_weights_that_are_not_finite_raise():
    model = Word2Vec(vector_size=8, min_count=1)
    corpus = random_corpus()
    model.build_vocab(corpus)
    model.wv.vectors[3] = np.inf
    with pytest.raises(TrainingError, match=r"not finite .* smaller alpha"):
        model.train(corpus, total_examples=model.corpus_count, epochs=1)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("alpha", [0.025, 1.0, 50.0])
def test_no_warning_and_no_nan_at_any_alpha(alpha):
    model = train(alpha=alpha, epochs=5, sg=1)
    assert np.isfinite(model.wv.vectors).all()
    assert np.isfinite(model.syn1neg).all()


def test_a_locked_row_stays_as_it_is():
    model = Word2Vec(vector_size=8, min_count=1, sg=1)
    corpus = random_corpus()
    model.build_vocab(corpus)
    model.wv.vectors_lockf = np.ones(len(model.wv), np.float32)
    model.wv.vectors_lockf[2] = 0
    before = model.wv.vectors.copy()
    model.train(corpus, total_examples=model.corpus_count, epochs=2)
    changed = (model.wv.vectors != before).any(axis=1)
    assert not changed[2]
    assert changed.sum() == len(model.wv) - 1


def test_long_sentences_are_trained_whole():
    corpus = [[f"w{i % 100}" for i in range(30_000)]]
    model = Word2Vec(vector_size=4, min_count=1, sample=0)
    model.build_vocab(corpus)
    assert model.train(corpus, total_examples=1, epochs=1) == (30_000, 30_000)


def test_the_caller_keeps_its_blas_threads_and_float_errors():
    from threadpoolctl import threadpool_info

    before, errors = threadpool_info(), np.geterr()
    train()
    assert threadpool_info() == before
    assert np.geterr() == errors


def test_pace_of_alpha_follows_the_given_totals():
    corpus = random_corpus()
    model = Word2Vec(vector_size=4, min_count=1, epochs=1, batch_words=50)
    model.build_vocab(corpus)
    model.train(corpus, total_examples=4 * len(corpus), epochs=1)
    assert model.history[-1]["alpha_end"] == pytest.approx(0.025 * 3 / 4, rel=0.05)
    model.train(corpus, total_words=model.corpus_total_words // 4, epochs=1)
    assert model.history[-1]["alpha_end"] == 0.0001


def test_alpha_falls_from_batch_to_batch():
    """A corpus smaller than a batch is trained with alpha itself in its first epoch."""
    one, many = train(epochs=2), train(epochs=2, batch_words=100)
    assert [(row["alpha_start"], row["alpha_end"]) for row in one.history] == [(0.025, 0.025), (0.01255, 0.01255)]
    assert many.history[0]["alpha_end"] < 0.014
    assert many.history[1]["alpha_end"] < 0.002


@pytest.mark.usefixtures("any_number_of_workers")
def test_ids_in_a_file_train_the_same_bytes(monkeypatch):
    expected = weights(train(workers=1))
    monkeypatch.setattr(idstore, "MEMORY_BOUND", 1000)
    paths = []
    original = worker.Worker.__init__

    def look(self, job, arrays, ids, index, barrier):
        paths.append(ids.path)
        original(self, job, arrays, ids, index, barrier)

    monkeypatch.setattr(worker.Worker, "__init__", look)
    for count in (1, 3):
        assert weights(train(workers=count)) == expected
    assert len(paths) == 2
    assert not any(os.path.exists(path) for path in paths)


def test_alpha_never_falls_below_its_end_and_starts_there_if_that_is_higher():
    corpus = random_corpus()
    model = Word2Vec(vector_size=4, min_count=1)
    model.build_vocab(corpus)
    model.train(corpus, total_examples=len(corpus), epochs=2, start_alpha=0.01, end_alpha=0.02)
    assert {row["alpha_start"] for row in model.history} == {0.02}


def test_sample_set_to_zero_after_the_vocabulary_was_built_ends_subsampling():
    corpus = random_corpus()
    model = Word2Vec(vector_size=4, min_count=1, sample=0.001)
    model.build_vocab(corpus)
    model.sample = 0
    trained, read = model.train(corpus, total_examples=len(corpus), epochs=1)
    assert trained == read
