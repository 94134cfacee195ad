"""What cannot be trained says why in a line, and nothing stays behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import time

import pytest

import npw2v
from npw2v import Word2Vec
from npw2v.distributed import train
from tests.cluster.conftest import PARAMETERS, trained
from tests.support.zipfcorpus import weights

pytestmark = pytest.mark.cluster


def test_an_address_without_a_scheduler_is_named(paths, monkeypatch):
    monkeypatch.setattr("npw2v.distributed.cluster.PATIENCE", 1)
    with pytest.raises(OSError, match="no Dask scheduler answers at 'tcp://127.0.0.1:9'"):
        trained(paths, "tcp://127.0.0.1:9")


def test_what_is_no_client_is_refused(paths):
    with pytest.raises(TypeError, match="client must be a distributed.Client or the address of a scheduler, got 3"):
        trained(paths, 3)


def test_a_client_that_is_closed_is_refused(paths, own_cluster):
    with own_cluster(1) as client:
        client.close()
        with pytest.raises(OSError, match="the client's scheduler cannot be reached"):
            trained(paths, client)


def test_a_cluster_without_workers_is_refused(paths, own_cluster, monkeypatch):
    monkeypatch.setattr("npw2v.distributed.cluster.PATIENCE", 1)
    with own_cluster(0) as client, pytest.raises(RuntimeError, match="has no worker: start some, then train"):
        trained(paths, client)


@pytest.mark.parametrize("package", ["npw2v", "numpy"])
def test_a_worker_with_another_version_is_refused_by_name(paths, own_cluster, package):
    def pretend(package):
        sys.modules[package].__version__ = "0.0.1"

    with own_cluster(2) as client:
        client.run(__import__, package)
        address = min(client.nthreads())
        client.run(pretend, package, workers=[address])
        name = {"numpy": "NumPy"}.get(package, package)
        expected = f"the worker {address} has {name} 0.0.1, this process {sys.modules[package].__version__}: install"
        with pytest.raises(ValueError, match=re.escape(expected)):
            trained(paths, client)


def test_an_empty_partition_is_named_in_the_log_and_the_others_are_trained(paths, client, tmp_path, caplog):
    empty = tmp_path / "empty.txt"
    empty.write_text("\n\n")
    model = trained([*paths, str(empty)], client)
    assert f"partition 4, {str(empty)!r} has no words" in caplog.text
    assert model.history[0]["words_read"] == trained(paths, client).history[0]["words_read"]


def test_no_words_at_all_are_refused(client, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    with pytest.raises(ValueError, match="no word of the 0 in all partitions occurs 1 times, the most frequent one 0"):
        trained([str(empty)] * 2, client)


def test_a_partition_that_cannot_be_read_is_named(paths, client, tmp_path):
    missing, model = str(tmp_path / "missing.txt"), Word2Vec(**PARAMETERS)
    with pytest.raises(OSError, match=re.escape(f"partition 2, {missing!r} cannot be read: ")):
        train(model, [*paths[:2], missing], client)
    assert not len(model.wv), "something partial is left"


def test_a_partition_of_a_bag_that_cannot_be_computed_is_named(sentences, client):
    bag = pytest.importorskip("dask.bag", reason="an optional package")

    def fail(sentence):
        raise ZeroDivisionError("of the bag's own")

    broken = bag.from_sequence(sentences[0], npartitions=2).map(fail)
    with pytest.raises(ValueError, match="partition 0 of the Bag cannot be read: of the bag's own"):
        trained(broken, client)


def test_words_that_are_nowhere_frequent_are_said_to_be_so(client, tmp_path):
    for number in range(2):
        (tmp_path / f"{number}.txt").write_text("to be or not to be\n")
    paths = [str(tmp_path / f"{number}.txt") for number in range(2)]
    message = "no word of the 12 in all partitions occurs 5 times, the most frequent one 4: give more text, or a lower"
    with pytest.raises(ValueError, match=message):
        train(Word2Vec(), paths, client)


def test_words_that_partitions_have_often_enough_only_together_stay(client, tmp_path):
    for number in range(2):
        (tmp_path / f"{number}.txt").write_text("to be or not to be\n" * 2)
    model = train(Word2Vec(min_count=8), [str(tmp_path / f"{number}.txt") for number in range(2)], client, epochs=1)
    assert sorted(model.wv.index_to_key) == ["be", "to"]


def test_a_vocabulary_of_which_no_partition_has_a_word_is_refused(paths, client):
    model = Word2Vec(**PARAMETERS)
    model.build_vocab([["other", "words"]] * 9)
    with pytest.raises(ValueError, match=r"none of the .* words of the corpus is in the model's vocabulary"):
        train(model, paths, client)


def test_replay_is_refused(paths, client):
    with pytest.raises(ValueError, match='a cluster trains with kernel="blocks"'):
        train(Word2Vec(kernel="replay"), paths, client)


def test_an_error_in_a_round_reaches_the_caller_and_the_cluster_trains_on(paths, client, expected):
    model = Word2Vec(**PARAMETERS)
    model.build_vocab_from_freq({f"w{number}": 60 - number for number in range(60)})
    model.wv.vectors[:] = float("nan")
    with pytest.raises(npw2v.TrainingError, match="diverged"):
        train(model, paths, client, epochs=1)
    assert weights(trained(paths, client)) == expected


def test_a_script_without_a_guard_is_told_so(paths, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        f"from npw2v import Word2Vec\nfrom npw2v.distributed import train\ntrain(Word2Vec(workers=1), {paths!r})\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith('under if __name__ == "__main__":, as they begin by importing it')


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="finds processes through Linux's /proc")
def test_an_interrupt_leaves_no_worker_and_no_temporary_file(paths, tmp_path):
    script, temporary = tmp_path / "script.py", tmp_path / "temporary"
    temporary.mkdir()
    script.write_text(
        textwrap.dedent(f"""
            import os
            from npw2v import Word2Vec, CallbackAny2Vec
            from npw2v.distributed import train

            class Tell(CallbackAny2Vec):
                def on_epoch_begin(self, model):
                    print("training", flush=True)

            if __name__ == "__main__":
                model = Word2Vec(vector_size=12, min_count=1, epochs=10_000, workers=2)
                train(model, {paths!r}, rounds=6, callbacks=[Tell()])
        """)
    )
    environment = {**os.environ, "TMPDIR": str(temporary)}
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout.readline() == "training\n"
        assert len(session_of(process.pid)) > 2, "no workers"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert "KeyboardInterrupt" in errors
        assert process.returncode == 128 + signal.SIGINT or process.returncode == -signal.SIGINT
        until = time.monotonic() + 30  # Python's own tracker of resources ends when it sees that the script has
        while session_of(process.pid) and time.monotonic() < until:
            time.sleep(0.05)
        assert session_of(process.pid) == []
        assert list(temporary.iterdir()) == []
    finally:
        for pid in session_of(process.pid):
            os.kill(pid, signal.SIGKILL)


def session_of(leader):
    """The processes of a session."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(name))
    return found
