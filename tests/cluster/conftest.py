"""Clusters of processes, and a corpus in partitions."""

from __future__ import annotations

import os
from contextlib import contextmanager

import pytest

from npw2v import Word2Vec
from npw2v.distributed import flights, train
from tests.support.zipfcorpus import random_corpus, weights

PARTITIONS = 4
PARAMETERS = {"vector_size": 12, "min_count": 1, "epochs": 2, "seed": 3, "sample": 0.01, "compute_loss": True}


@pytest.fixture(scope="session", autouse=True)
def dask():
    """Skips all tests where there is no Dask."""
    return pytest.importorskip("distributed", reason="Dask is an optional package: make cluster installs it")


@pytest.fixture(scope="session")
def sentences():
    """The sentences of every partition."""
    return [random_corpus(seed=seed) for seed in range(PARTITIONS)]


@pytest.fixture(scope="session")
def paths(sentences, tmp_path_factory):
    """The same as files."""
    folder = tmp_path_factory.mktemp("partitions")
    for number, partition in enumerate(sentences):
        (folder / f"{number}.txt").write_text("\n".join(map(" ".join, partition)) + "\n")
    return [str(folder / f"{number}.txt") for number in range(PARTITIONS)]


@contextmanager
def started(workers, folder):
    """A client of a cluster of processes."""
    import distributed

    with (
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=":0", local_directory=str(folder)
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def client(tmp_path_factory):
    """A client of two workers, for all tests that leave them alive."""
    with started(2, tmp_path_factory.mktemp("workers")) as client:
        yield client


@pytest.fixture
def own_cluster(tmp_path):
    """Starts clusters for one test alone."""
    return lambda workers: started(workers, tmp_path)


def trained(corpus, client, rounds=6, parameters=PARAMETERS, **others):
    return train(Word2Vec(**parameters), corpus, client, rounds=rounds, progress=False, **others)


@pytest.fixture(scope="session")
def expected(paths, client):
    """The bytes that training gives."""
    return weights(trained(paths, client))


@pytest.fixture
def in_round(monkeypatch):
    """Does something when the tasks of a round have just been handed to the cluster, once."""

    def arrange(number, action):
        submit = flights.Flights._submit

        def watched(self, epoch, which, *rest):
            future = submit(self, epoch, which, *rest)
            if which == number and not done:
                done.append(True)
                action(self._client)
            return future

        done = []
        monkeypatch.setattr(flights.Flights, "_submit", watched)
        monkeypatch.setattr(flights, "LOOK", 0.2)
        return done

    return arrange


def pids(client):
    """The process of every worker, by its address."""
    return client.run(os.getpid)
