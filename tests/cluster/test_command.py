"""`npw2v train --cluster`."""

from __future__ import annotations

import json

import pytest

from npw2v import LineSentence, Word2Vec
from npw2v.cli import main
from npw2v.distributed import divided, flights, train
from tests.support.zipfcorpus import random_corpus, weights

pytestmark = pytest.mark.cluster

FLAGS = ("--vector-size", "12", "--min-count", "1", "--epochs", "2", "--seed", "3", "--no-progress")


@pytest.fixture
def text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [" ".join(sentence) for seed in range(4) for sentence in random_corpus(seed=seed)]
    (tmp_path / "corpus.txt").write_text("\n".join(lines) + "\n")
    return "corpus.txt"


def trained(partitions, client):
    return weights(train(Word2Vec(vector_size=12, min_count=1, epochs=2, seed=3), partitions, client, progress=False))


def test_a_file_is_trained_in_partitions(text, client, capsys):
    assert main(["train", text, "-o", "a.npz", "--cluster", client.scheduler.address, "--json", *FLAGS]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["words"] == sum(map(len, LineSentence(text)))
    assert len(told["history"]) == 2
    assert weights(Word2Vec.load("a.npz")) == trained(divided(text, 4), client)


def test_a_folder_has_a_partition_for_each_file(paths, client, tmp_path):
    folder, output = paths[0].rpartition("/")[0], str(tmp_path / "a.npz")
    assert main(["train", folder, "-o", output, "--cluster", client.scheduler.address, *FLAGS]) == 0
    assert weights(Word2Vec.load(output)) == trained(paths, client)


def test_training_that_was_interrupted_goes_on(text, client, monkeypatch, capsys):
    take, taken = flights.Flights._take, []

    def pulling_the_plug(self, *given):
        take(self, *given)
        taken.append(1)
        if len(taken) == 3:
            raise KeyboardInterrupt

    given = ["train", text, "-o", "a.npz", "--cluster", client.scheduler.address, "--checkpoint", "run.npz"]
    given += ["--checkpoint-every", "1 words", "--resume", *FLAGS]
    with monkeypatch.context() as patch:
        patch.setattr(flights.Flights, "_take", pulling_the_plug)
        patch.setattr(flights, "WAIT", 0)
        patch.setattr(flights, "SHARE", 1e9)
        assert main(given) == 130
    assert main(given) == 0
    assert "going on from run.npz" in capsys.readouterr().err
    assert weights(Word2Vec.load("a.npz")) == trained(divided(text, 4), client)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--cluster", "local:0"), "a cluster of this machine is 'local' or 'local:4'"),
        (("--cluster", "tcp://127.0.0.1:9"), "no Dask scheduler answers at 'tcp://127.0.0.1:9'"),
        (("--cluster", "local:1", "--min-count", "100000"), "no word of the"),
    ],
)
def test_errors_are_a_line(text, capsys, monkeypatch, flags, message):
    monkeypatch.setattr("npw2v.distributed.cluster.PATIENCE", 1)
    assert main(["train", text, "-o", "a.npz", *flags]) == 1
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("npw2v: error: ")]
    assert len(errors) == 1
    assert message in errors[0]
