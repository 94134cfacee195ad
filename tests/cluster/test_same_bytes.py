"""Same partitions, seed and rounds: same bytes, whatever happens to the workers."""

from __future__ import annotations

import gzip
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from npw2v.distributed import tasks
from npw2v.training.rounds import Moving, Replica, RoundsJob, in_a_tree, joined, plan_rounds
from npw2v.training.schedule import Schedule, stair
from tests.cluster.conftest import PARAMETERS, pids, trained
from tests.support.dataserver import serving
from tests.support.zipfcorpus import weights

pytestmark = pytest.mark.cluster


@pytest.mark.parametrize("workers", [1, 3])
def test_any_number_of_workers_trains_the_same_bytes(paths, expected, own_cluster, workers):
    with own_cluster(workers) as client:
        assert weights(trained(paths, client)) == expected


@pytest.mark.parametrize(
    "mode", [{"sg": 1}, {"sg": 1, "hs": 1, "negative": 0}, {"hs": 1}, {"cbow_exact": True}], ids=str
)
def test_every_objective_trains_the_same_bytes_on_one_worker_and_on_two(paths, client, own_cluster, mode):
    parameters = {**PARAMETERS, **mode, "epochs": 1}
    on_two = trained(paths, client, parameters=parameters)
    with own_cluster(1) as other:
        assert weights(trained(paths, other, parameters=parameters)) == weights(on_two)


def test_a_worker_that_is_killed_in_a_round_changes_nothing(paths, expected, own_cluster, in_round):
    killed = []

    def kill(client):
        address, pid = next(iter(pids(client).items()))
        killed.append(address)
        os.kill(pid, signal.SIGKILL)

    with own_cluster(2) as client:
        done = in_round(3, kill)
        assert weights(trained(paths, client)) == expected
        assert done
        assert killed[0] not in client.nthreads(), "it is alive"


def test_all_workers_killed_in_a_round_change_nothing(paths, expected, own_cluster, in_round):
    with own_cluster(2) as client:
        done = in_round(2, lambda client: [os.kill(pid, signal.SIGKILL) for pid in pids(client).values()])
        assert weights(trained(paths, client)) == expected
        assert done


def test_a_worker_that_joins_late_trains_with_the_others(paths, expected, own_cluster, in_round, monkeypatch):
    places = []

    def join(client):
        client.cluster.scale(3)
        client.wait_for_workers(3, timeout=60)

    class Look:
        def on_epoch_end(self, model):
            places.append(client.run(lambda: len(tasks._places)))

    with own_cluster(2) as client:
        done = in_round(1, join)
        assert weights(trained(paths, client, callbacks=[Look()])) == expected
        assert done
    assert len(places[-1]) == 3
    assert all(places[-1].values()), "one has trained nothing"


def test_bags_and_columns_train_the_bytes_of_the_files(paths, sentences, expected, client):
    bag = pytest.importorskip("dask.bag", reason="an optional package")
    lines = [[" ".join(sentence) for sentence in partition] for partition in sentences]
    of_words = bag.from_delayed([_delayed(partition) for partition in sentences])
    of_lines = bag.from_delayed([_delayed(partition) for partition in lines])
    assert weights(trained(of_words, client)) == expected
    assert weights(trained(of_lines, client)) == expected


def test_a_column_trains_the_bytes_of_the_files(sentences, expected, client):
    frames = pytest.importorskip("dask.dataframe", reason="an optional package")
    pandas = pytest.importorskip("pandas", reason="an optional package")
    parts = [
        _delayed(pandas.DataFrame({"text": [" ".join(sentence) for sentence in partition], "id": 1}))
        for partition in sentences
    ]
    frame = frames.from_delayed(parts, meta=pandas.DataFrame({"text": ["a"], "id": [1]}), verify_meta=False)
    assert weights(trained(frame["text"], client)) == expected
    with pytest.raises(TypeError, match="expected one column of a dask.dataframe"):
        trained(frame, client)


def test_urls_train_the_bytes_of_the_files(paths, expected, client):
    pytest.importorskip("requests", reason="an optional package, by which smart_open reads http")
    with serving() as server:
        for number, path in enumerate(paths):
            text = Path(path).read_bytes()
            packed = number % 2
            server.files[f"/{number}.txt{'.gz' * packed}"] = gzip.compress(text) if packed else text
        urls = [f"{server.url}/{number}.txt{'.gz' * (number % 2)}" for number in range(len(paths))]
        assert weights(trained(urls, client)) == expected
        with pytest.raises(OSError, match=r"partition 1, 'http://.*/none.txt' cannot be read: .*404"):
            trained([urls[0], f"{server.url}/none.txt"], client)


def _delayed(value):
    from dask.delayed import delayed

    return delayed(value)


def test_the_bytes_are_those_of_rounds_in_one_process(paths, expected, client):
    """The model as a loop over rounds and lanes trains it, without a cluster."""
    from npw2v import Word2Vec
    from npw2v.distributed.partitions import count_partition, counted_together, encode_partition, read_partition
    from npw2v.distributed.training import about_partition, build_vocabulary

    model, read = Word2Vec(**PARAMETERS), [read_partition(path) for path in paths]
    build_vocabulary(model, in_a_tree([count_partition(each) for each in read], counted_together))
    shares = [encode_partition(each, model.wv.key_to_index) for each in read]
    sizes = [about_partition(each)[0] for each in shares]
    whole = sizes[0].__class__(
        *(sum(getattr(each, name) for each in sizes) for name in ("sentences", "raw_words", "known")),
        longest=max(each.longest for each in sizes),
    )
    schedule = Schedule(model.alpha, model.min_alpha, model.epochs, stair=stair(model.batch_words, whole.raw_words))
    tables, words = model._weights(), model._vocabulary_tables()
    job = plan_rounds(model._settings(), words, whole, schedule, (model.seed, 0), len(shares), 6)
    moving = Moving.at_rest(tables)
    replica = Replica(RoundsJob(job, words, tables.locks), moving)
    for epoch in range(model.epochs):
        for number in range(6):
            changes = [replica.train(lane, share, epoch, number) for lane, share in enumerate(shares)]
            together = in_a_tree(changes, joined)
            replica.moving.move(together)
            moving.move(together)
    assert weights(model) == expected
    assert np.isfinite(model.wv.vectors).all()
