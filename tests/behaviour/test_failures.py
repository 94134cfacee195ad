"""Whatever fails, or is interrupted, reaches the caller, and leaves a model to go on with and nothing else behind."""

from __future__ import annotations

import errno
import gc
import logging
import os
import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest

from npw2v import TrainingError, Word2Vec
from npw2v.corpus import ids
from npw2v.training.backends import memory, processes
from tests.support.fulldisk import fill_disk
from tests.support.zipfcorpus import random_corpus, weights

pytestmark = pytest.mark.usefixtures("any_number_of_workers")

CORPUS = random_corpus()
PARAMETERS = {"vector_size": 12, "min_count": 1, "sample": 0.01, "seed": 3, "epochs": 2}


@pytest.fixture(autouse=True)
def nothing_left(tmp_path, monkeypatch):
    """No process, open file, temporary file or thread is left behind."""
    started, original = [], processes.WorkerProcesses._start
    monkeypatch.setattr(processes.WorkerProcesses, "_start", lambda crew: started.append(original(crew)) or started[-1])
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    gc.collect()
    before = left()
    yield started
    gc.collect()
    assert all(child.poll() is not None for child in started)
    assert os.listdir(folder) == []
    assert left() == before


def left():
    files = []
    for number in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else ():
        try:
            files.append(os.readlink(f"/proc/self/fd/{number}"))
        except OSError:  # that of the list itself
            continue
    return sorted(files), threading.active_count()


def built(**parameters):
    model = Word2Vec(**{**PARAMETERS, **parameters})
    model.build_vocab(CORPUS)
    return model


def trained(model, corpus=CORPUS, **arguments):
    model.train(corpus, total_examples=model.corpus_count, total_words=model.corpus_total_words, epochs=2, **arguments)
    return model


def check_usable(model, tmp_path):
    """It can be saved, loaded, and trained on: by one worker, as starting others is what takes time here."""
    assert all(np.isfinite(table).all() for table in model._weights().tables().values())
    model.workers = 1
    model.save(tmp_path / "model")
    assert weights(trained(Word2Vec.load(tmp_path / "model"))) == weights(trained(model))


class Gone(Exception):
    pass


class Raises:
    """A corpus, or a callback, that raises."""

    def __init__(self, error, moment=None):
        self.error = error
        if moment is not None:
            setattr(self, moment, self.fail)
        else:
            self.on_epoch_end = lambda model: None

    def fail(self, model=None):
        raise type(self.error)(*self.error.args)  # a new one, as it holds on to what it went through

    def __iter__(self):
        yield from CORPUS[:300]
        self.fail()


MODES = [{"workers": 1}, {"workers": 3}, {"workers": 1, "kernel": "replay"}]


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        (MODES[0], MemoryError()),
        (MODES[1], Gone("the disk is gone")),
        (MODES[1], KeyboardInterrupt()),
        (MODES[2], KeyboardInterrupt()),
    ],
)
def test_a_corpus_that_raises(mode, error, tmp_path, monkeypatch):
    """While its words are counted, or encoded, to memory or to a file."""
    for bound in (ids.MEMORY_BOUND, 100):
        monkeypatch.setattr(ids, "MEMORY_BOUND", bound)
        model = built(**mode)
        with pytest.raises(type(error)):
            trained(model, Raises(error))
        with pytest.raises(type(error)):
            trained(model, validation=Raises(error))
        with pytest.raises(type(error)):
            Word2Vec(Raises(error), **PARAMETERS, **mode)
        with pytest.raises(type(error)):
            model.build_vocab(Raises(error), update=True)
    check_usable(model, tmp_path)


@pytest.mark.parametrize("moment", ["on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end"])
@pytest.mark.parametrize(
    ("mode", "error"), [(MODES[0], Gone("no")), (MODES[1], KeyboardInterrupt()), (MODES[2], KeyboardInterrupt())]
)
def test_a_callback_that_raises(mode, error, moment, tmp_path):
    model = built(**mode)
    with pytest.raises(type(error)):
        trained(model, callbacks=[Raises(error, moment)], validation=CORPUS[:20], patience=1)
    assert len(model.history) == {"on_epoch_end": 1, "on_train_end": 2}.get(moment, 0)
    check_usable(model, tmp_path)


def in_workers(monkeypatch, statement):
    """Workers run a statement before anything else."""
    first = f"from npw2v.training.worker import Worker; {statement};"
    monkeypatch.setattr(processes, "START", processes.START.replace("from npw2v", f"{first} from npw2v", 1))


@pytest.mark.parametrize("place", ["kill", "memory"])
def test_a_worker_that_is_killed_or_has_no_memory(place, nothing_left, tmp_path, monkeypatch):
    def kill(part):
        for child in nothing_left:
            child.kill()

    if place == "kill":
        monkeypatch.setattr("npw2v.training.progress.Progress.part", lambda shown, part: kill(part))
    else:
        in_workers(monkeypatch, "Worker.epoch = lambda *a: bytearray(2**62)")
    model = built(workers=3)
    with pytest.raises(TrainingError, match="exit code -9" if place == "kill" else "(?s)exit code 1 .*MemoryError"):
        trained(model)
    monkeypatch.undo()
    check_usable(model, tmp_path)


def test_workers_that_print_more_than_a_pipe_holds(monkeypatch):
    """Nobody is stopped by a pipe that is full; of what a worker said that fails, the end is told."""
    model = built(workers=3)
    with monkeypatch.context() as patch:
        in_workers(patch, "Worker.step = lambda *a, do=Worker.step: [print('x' * 300_000), do(*a)][1]")
        trained(model)
    assert weights(model) == weights(trained(built(workers=1)))
    in_workers(monkeypatch, "Worker.step = lambda *a: [print('x' * 300_000, flush=True), 1 / 0]")
    with pytest.raises(TrainingError, match=r"(?s)\(2\d\d,\d{3} bytes more, .*xxx.*ZeroDivisionError") as caught:
        trained(model)
    assert len(str(caught.value)) < 20_000


@pytest.mark.parametrize("error", [OSError(errno.EAGAIN, "no more processes"), PermissionError("not allowed")])
@pytest.mark.parametrize("after", [0, 1])
def test_without_processes_one_worker_trains_the_same(error, after, nothing_left, monkeypatch, caplog):
    expected = weights(trained(built(workers=1)))
    original = processes.WorkerProcesses._start

    def start(crew):
        if len(nothing_left) >= after:
            raise type(error)(*error.args)
        return original(crew)

    monkeypatch.setattr(processes.WorkerProcesses, "_start", start)
    model = built(workers=3)
    with caplog.at_level(logging.WARNING):
        trained(model)
    assert weights(model) == expected
    (line,) = [record.message for record in caplog.records if "one worker" in record.message]
    assert line == f"training with one worker, as there can be no others: {error}"


@pytest.mark.parametrize("folders", [("/no/such/folder",), ()])
def test_without_memory_to_share_one_worker_trains_the_same(folders, monkeypatch, caplog):
    expected = weights(trained(built(workers=1)))
    monkeypatch.setattr(memory, "FOLDERS", folders)
    model = built(workers=3)
    with caplog.at_level(logging.WARNING):
        trained(model)
    assert weights(model) == expected
    assert [record.levelname for record in caplog.records if "could share" in record.message] == ["WARNING"]


@pytest.mark.parametrize("mode", MODES[:2])
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="writes to /dev/full")
def test_a_full_disk_where_ids_are_written(mode, tmp_path, monkeypatch):
    """The temporary file is removed, and the error says what to do."""
    model = built(**mode)
    with monkeypatch.context() as patch:
        made = fill_disk(patch, bound=100)
        for fails in (lambda: trained(model), lambda: Word2Vec(CORPUS, **PARAMETERS, **mode)):
            with pytest.raises(OSError, match=r"temporary file .*\.ids: No space left on device.* TMPDIR") as caught:
                fails()
            assert caught.value.errno == errno.ENOSPC
    assert len(made) == 3  # the constructor counts words all the same, and then needs the ids
    assert not any(map(os.path.exists, made))
    check_usable(model, tmp_path)


def test_without_a_folder_for_temporary_files_the_ids_stay_in_memory(tmp_path, monkeypatch, caplog):
    expected = weights(trained(built(workers=1)))
    model = built(workers=1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    monkeypatch.setattr(ids, "MEMORY_BOUND", 100)
    with caplog.at_level(logging.WARNING):
        trained(model)
    assert weights(model) == expected
    (line,) = [record.message for record in caplog.records if "temporary" in record.message]
    assert line.startswith("the corpus stays in memory, four bytes a word")
    assert "TMPDIR" in line


PHASES = {
    "scan": ("npw2v.vocabulary.counting.encoded_blocks", 0),
    "encode": ("npw2v.corpus.encoding.known_words", 0),
    "start": ("npw2v.training.backends.processes.WorkerProcesses._start", 1),
    "map": ("npw2v.training.backends.memory._reserve", 0),
    "send": ("npw2v.training.backends.processes._send", 1),
    "epoch": ("npw2v.training.worker.Worker.step", 3),
    "adding": ("npw2v.training.objectives.scatter_add", 5),
    "meeting": ("npw2v.training.backends.processes.SpinBarrier.wait", 3),
    "between": ("npw2v.word2vec.Word2Vec._note", 1),
    "validating": ("npw2v.training.validation.HeldOutLoss.of", 1),
    "writing a checkpoint": ("npw2v.formats.state.write_archive", 0),
    "closing": ("subprocess.Popen.wait", 0),
    "copying": ("npw2v.training.weights.Weights.copied", 0),
}


@pytest.mark.parametrize("phase", PHASES)
def test_an_interrupt_in_any_phase(phase, tmp_path):
    """The function of that phase is interrupted once, after so many calls."""
    name, calls = PHASES[phase]
    target = pytest.MonkeyPatch()
    original = _find(name)
    left_over = [calls]

    def interrupted(*args, **options):
        left_over[0] -= 1
        if left_over[0] == -1:
            raise KeyboardInterrupt
        return original(*args, **options)

    model = built(workers=3)
    try:
        target.setattr(name, interrupted)
        with pytest.raises(KeyboardInterrupt):
            go_through(model, tmp_path / "checkpoint")
    finally:
        target.undo()
    check_usable(model, tmp_path)


def go_through(model, path):
    model.build_vocab(CORPUS, update=True)
    trained(model, validation=CORPUS[:20], checkpoint=path, checkpoint_every="1 epoch")
    trained(model)


def _find(name):
    module, found = name, None
    while found is None:
        module = module.rpartition(".")[0]
        found = sys.modules.get(module)
    for part in name.removeprefix(f"{module}.").split("."):
        found = getattr(found, part)
    return found


def run(script, **options):
    """Run a program in another process; return what it printed, and the warnings that speak of one worker."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=120, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, [line for line in done.stderr.splitlines() if line.startswith("WARNING")]


TRAINS = """
        import logging
        logging.basicConfig(level=logging.WARNING)
        import npw2v
        from npw2v.training import plan
        plan.WORKER_WORTH, plan.ROOTS_A_STEP, plan.available_cores = 0, {"skipgram": 8.0, "cbow": 8.0}, lambda: 8
        model = npw2v.Word2Vec([[f"w{i}" for i in range(50)]] * 500, min_count=1, workers=3, vector_size=4)
        print(model.history[-1]["words_read"])
"""


def test_without_subprocess_and_mmap_the_package_trains():
    """As in WebAssembly. NumPy and the other packages may need them; this one does not."""
    script = f"""
        import sys
        import numpy, scipy, smart_open, threadpoolctl, tqdm
        missing = {{"subprocess", "multiprocessing", "_multiprocessing", "mmap"}}
        class Missing:
            def find_spec(self, name, path=None, target=None):
                if name in missing:
                    raise ImportError(f"no {{name}} here")
        for name in missing:
            sys.modules.pop(name, None)
        sys.meta_path.insert(0, Missing())
        {TRAINS}
        import npw2v.downloader, npw2v.cli.demo, npw2v.models.phrases, npw2v.utils
        assert not missing & set(sys.modules)
    """
    printed, (line,) = run(script)
    assert printed == "25000\n"
    assert line.endswith("training with one worker, as there can be no others: this Python cannot start another one")


@pytest.mark.skipif(sys.platform == "win32", reason="has another home and no such folders")
def test_where_nothing_can_be_written_everything_imports_and_trains():
    """No home, no temporary folder, no shared memory: as in a container with a read-only file system.

    Nobody but the system itself could keep the superuser from writing, so Python does, by an audit hook.
    """
    script = f"""
        import errno, os, pkgutil, sys
        WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
        def forbid(event, arguments):
            if event == "open" and isinstance(arguments[0], str) and arguments[2] & WRITING:
                raise OSError(errno.EROFS, "Read-only file system", arguments[0])
            if event in ("os.mkdir", "os.rename", "os.remove"):
                raise OSError(errno.EROFS, "Read-only file system")
        sys.addaudithook(forbid)
        {TRAINS}
        from npw2v.corpus import ids
        ids.MEMORY_BOUND = 100
        npw2v.Word2Vec([["w1", "w2"]] * 100, min_count=1, workers=1, vector_size=4)
        for found in pkgutil.walk_packages(npw2v.__path__, "npw2v."):
            if "formerly" not in found.module_finder.path and not found.name.endswith(("__main__", "annoy", "nmslib")):
                __import__(found.name)
        npw2v.install_as_gensim()
        import gensim.downloader
        for fails in (lambda: model.save("model"), lambda: gensim.downloader._create_base_dir()):
            try:
                fails()
            except OSError as error:
                print(error)
    """
    environment = {**os.environ, "HOME": "/nonexistent", "TMPDIR": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
    printed, lines = run(script, env=environment)
    assert printed.startswith("25000\n")
    assert "Read-only file system" in printed
    assert "GENSIM_DATA_DIR name another: '/nonexistent/gensim-data'" in printed
    one_worker, in_memory = lines
    assert "training with one worker, as there can be no others: no room for" in one_worker
    assert "the corpus stays in memory" in in_memory
