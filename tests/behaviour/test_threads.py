"""Threads that query one KeyedVectors while others add to it: every answer is that of one moment."""

from __future__ import annotations

import copy
import itertools
import pickle
import sys
from functools import partial

import numpy as np
import pytest

from npw2v import KeyedVectors
from npw2v.vectors import store
from tests.support.threads import PATIENCE, Gate, threads, wait_until

SIZE = 24
KEYS = [f"k{number}" for number in range(40)]


def row(key):
    """The vector of a key, whatever else there is."""
    return np.random.default_rng(int(key[1:]) + 1000 * ord(key[0])).normal(size=SIZE)


def vectors(keys=KEYS, **options):
    kv = KeyedVectors(SIZE, **options)
    kv.add_vectors(keys, np.array([row(key) for key in keys]), {"count": np.arange(len(keys), 0, -1)})
    return kv


QUERIES = {
    "most_similar": lambda kv: kv.most_similar("k0", topn=4),
    "most_similar of all": lambda kv: kv.most_similar("k0", topn=None).tolist(),
    "batch": lambda kv: kv.most_similar_batch(["k0", "k1"], topn=3),
    "cosmul": lambda kv: kv.most_similar_cosmul(["k0", "k1"], ["k2"], topn=3),
    "distances": lambda kv: kv.distances("k0").tolist(),
    "closer_than": lambda kv: kv.closer_than("k0", "k5"),
    "rank": lambda kv: kv.rank("k0", "k5"),
    "normed": lambda kv: kv.get_normed_vectors().tolist(),
    "unit vector": lambda kv: kv.get_vector("k0", norm=True).tolist(),
    "mean": lambda kv: kv.get_mean_vector(["k0", "k1"]).tolist(),
    "norms": lambda kv: (kv.fill_norms(), kv.norms.tolist())[1],
}


@pytest.mark.parametrize("count", [0, 100], ids=["new rows", "free rows"])
@pytest.mark.parametrize("name", QUERIES)
def test_an_addition_waits_for_a_query_that_has_begun(monkeypatch, name, count):
    kv, query, gate = vectors(count=count), QUERIES[name], Gate()
    before = query(kv)
    kv.vectors[0] += 0  # so that norms are computed anew, in the middle of the query
    real = store.row_norms

    def stopping(matrix):
        gate()
        return real(matrix)

    monkeypatch.setattr(store, "row_norms", stopping)
    with threads(2, gate) as start:
        asked = start(query, kv)
        gate.wait_until_reached()
        added = start(kv.add_vectors, ["z1"], [row("k0") * 2], None, True)
        wait_until(lambda: kv._lock._waiting)
        assert "z1" not in kv
        gate.open()
        answer = asked.result(PATIENCE)
        added.result(PATIENCE)
    later = vectors(count=count)
    later.add_vectors(["z1"], [row("k0") * 2])
    assert answer == before or (name == "norms" and answer == query(later))  # two questions, each of one moment
    assert query(kv) == query(later)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_waits_for_an_addition_that_has_begun(monkeypatch, name):
    kv, query, gate = vectors(), QUERIES[name], Gate()
    query(kv)
    real = KeyedVectors._grow

    def stopping(self, rows):
        real(self, rows)
        if self is kv:
            gate()

    monkeypatch.setattr(KeyedVectors, "_grow", stopping)
    with threads(2, gate) as start:
        added = start(kv.add_vectors, ["z1", "k1"], [row("k0") * 2, row("k9")], None, True)
        gate.wait_until_reached()
        asked = start(query, kv)
        # What takes no lock finds the keys that are complete, and those alone.
        assert "z1" not in kv
        assert len(kv) == len(kv.index_to_key) == len(kv.key_to_index) == len(KEYS)
        assert kv["k3"].tolist() == row("k3").astype(np.float32).tolist()
        assert not asked.done()
        gate.open()
        answer = asked.result(PATIENCE)
        added.result(PATIENCE)
    later = vectors()
    later.add_vectors(["z1", "k1"], [row("k0") * 2, row("k9")], replace=True)
    assert answer == query(later)


def test_a_key_that_is_looked_up_while_it_is_added_has_its_vector(monkeypatch):
    """It takes no lock: between the index and the vectors anything may be added."""
    kv, real, gate = vectors(), KeyedVectors.get_index, Gate()

    def stopping(self, key, default=None):
        if self is kv and key == "z1":
            gate()
        return real(self, key, default)

    with threads(1, gate) as start:
        monkeypatch.setattr(KeyedVectors, "get_index", stopping)
        asked = start(kv.get_vector, "z1")
        gate.wait_until_reached()
        kv.add_vectors(["z1"], [row("z1")])
        gate.open()
        assert asked.result(PATIENCE).tolist() == row("z1").astype(np.float32).tolist()


def test_a_key_that_is_looked_up_while_rows_are_sorted_has_its_vector():
    gate = Gate()

    class Stopping(KeyedVectors):
        """Stops where keys have moved and vectors have not."""

        @property
        def expandos(self):
            return vars(self)["kept"]

        @expandos.setter
        def expandos(self, attributes):
            if "count" in attributes:
                gate()
            vars(self)["kept"] = attributes

    kv = Stopping(SIZE)
    kv.add_vectors(KEYS, np.array([row(key) for key in KEYS]))
    kv.expandos["count"] = np.arange(len(KEYS))
    with threads(2, gate) as start:
        sorting = start(kv.sort_by_descending_frequency)
        gate.wait_until_reached()
        assert kv.key_to_index["k0"] == len(KEYS) - 1
        asked = start(kv.get_vector, "k0")
        wait_until(lambda: asked.running() or asked.done())
        gate.open()
        assert asked.result(PATIENCE).tolist() == row("k0").astype(np.float32).tolist()
        sorting.result(PATIENCE)


def test_who_takes_the_vectors_while_norms_are_computed_is_not_forgotten(monkeypatch):
    kv, real = vectors(), store.row_norms
    taken = []

    def meanwhile(matrix):
        norms = real(matrix)
        if not taken:
            taken.append(kv.vectors)
        return norms

    monkeypatch.setattr(store, "row_norms", meanwhile)
    kv.fill_norms()
    taken[0][0] = 0
    assert kv.most_similar("k1", topn=None)[0] == 0
    assert kv.norms[0] == 0


def test_norms_that_could_not_be_computed_are_computed_later(monkeypatch):
    kv = vectors()
    expected = kv.most_similar("k0")
    kv.vectors[:] *= 2

    def failing(matrix):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(store, "row_norms", failing)
        with pytest.raises(MemoryError):
            kv.most_similar("k0")
    assert kv.most_similar("k0") == expected
    assert kv.norms[0] == pytest.approx(2 * np.linalg.norm(row("k0")))


def test_an_addition_that_fails_halfway_stores_nothing(monkeypatch):
    kv = vectors()

    def failing(*arguments):
        raise MemoryError

    monkeypatch.setattr(store.np, "concatenate", failing)
    with pytest.raises(MemoryError):
        kv.add_vectors(["z1"], [row("k1")])
    assert "z1" not in kv
    assert len(kv) == len(kv.vectors) == len(KEYS)


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, *(lambda kv, p=p: pickle.loads(pickle.dumps(kv, p)) for p in (0, 1, 2, 4))],
)
def test_a_copy_has_locks_of_its_own(copied):
    kv = vectors()
    twin = copied(kv)
    assert twin._lock is not kv._lock
    assert twin._norms_lock is not kv._norms_lock
    twin.add_vectors(["z1"], [row("k1")])
    assert twin.most_similar("z1", topn=1)[0][0] == "k1"
    assert "_lock" not in vars(twin)


def test_an_indexer_may_add_to_the_vectors_that_ask_it():
    kv = vectors()

    class Indexer:
        def most_similar(self, query, topn):
            kv.add_vectors(["z1"], [query])
            return kv.most_similar(query, topn=topn)

    assert kv.most_similar("k0", topn=1, indexer=Indexer())[0][0] in ("k0", "z1")


@pytest.mark.parametrize("count", [0, 200], ids=["new rows", "free rows"])
def test_eight_threads_query_while_two_add(count):
    """Every answer is what a single thread would get once some of either thread's batches have been added."""
    rounds = 12
    batches = {name: [[f"{name}{2 * i}", f"{name}{2 * i + 1}"] for i in range(rounds)] for name in "ab"}
    kv = vectors(count=count)
    kv.add_vectors(["constant"], [np.ones(SIZE)])

    def add(name):
        for number, batch in enumerate(batches[name]):
            kv.add_vectors(batch, [row(key) for key in batch], {"count": np.full(2, number)})
            kv.add_vectors(["constant"], [np.full(SIZE, number + 2.0)], replace=True)

    def ask(number):
        found, key = [], KEYS[number]
        while True:
            last = len(kv) >= len(KEYS) + 1 + 4 * rounds and kv.has_index_for(f"b{2 * rounds - 1}")
            found.append(kv.most_similar(key, topn=6))
            found.append(kv.most_similar_batch([key], topn=6)[0])
            (row_now,) = kv[["constant"]]
            assert len(set(row_now.tolist())) == 1
            assert kv.distance("constant", "constant") == 0
            for known in list(kv.index_to_key)[-3:]:
                assert known is None or np.any(kv[known])
            if last and all(f"{name}{2 * rounds - 1}" in kv for name in "ab"):
                return key, found

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with threads(10) as start:
            asking = [start(ask, number) for number in range(8)]
            adding = [start(add, name) for name in "ab"]
            for added in adding:
                added.result(PATIENCE)
            answers = [asked.result(PATIENCE) for asked in asking]
    finally:
        sys.setswitchinterval(interval)
    assert sorted(key for key in kv.index_to_key if key) == sorted(
        [*KEYS, "constant", *itertools.chain(*batches["a"], *batches["b"])]
    )
    assert all(kv.index_to_key[index] == key for key, index in kv.key_to_index.items())
    for key, found in answers:
        everything = kv.most_similar(key, topn=1000)
        moments = set()
        for a, b in itertools.product(range(rounds + 1), repeat=2):
            there = {*KEYS, "constant", *itertools.chain(*batches["a"][:a], *batches["b"][:b])}
            moments.add(tuple([pair for pair in everything if pair[0] in there][:6]))
        assert {tuple(answer) for answer in found} <= moments


def test_every_thread_that_sorts_saves_and_replaces_leaves_a_whole_table(tmp_path):
    kv = vectors()

    def sort():
        for _ in range(20):
            kv.sort_by_descending_frequency()

    def save():
        for number in range(10):
            kv.save(tmp_path / "kv")
            loaded = KeyedVectors.load(tmp_path / "kv")
            assert all(np.array_equal(loaded[key], row(key).astype(np.float32)) for key in KEYS), number

    def ask():
        for _ in range(50):
            assert kv.most_similar("k3", topn=3) == expected

    expected = kv.most_similar("k3", topn=3)
    with threads(4) as start:
        for done in [start(sort), start(save), *map(start, (ask, partial(ask)))]:
            done.result(PATIENCE)
