"""Workers start, fail and end as they should, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

from npw2v import TrainingError, Word2Vec
from npw2v.training import plan
from npw2v.training.backends import processes
from tests.support.zipfcorpus import random_corpus, train, weights

needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="finds processes through Linux's /proc")


@pytest.fixture
def children(monkeypatch):
    """The processes that are started."""
    started, original = [], processes.WorkerProcesses._start
    monkeypatch.setattr(processes.WorkerProcesses, "_start", lambda crew: started.append(original(crew)) or started[-1])
    return started


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
