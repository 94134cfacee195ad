"""A lock that many threads hold to read, or one to write."""

from __future__ import annotations

import inspect

import pytest

from npw2v.vectors.locks import SharedLock, changing, reading
from tests.support.threads import PATIENCE, Gate, threads, wait_until


class Thing:
    def __init__(self):
        self._lock = SharedLock()
        self.value = 0

    @reading
    def read(self, meanwhile=None):
        """Read."""
        if meanwhile:
            meanwhile()
        return self.value

    @changing
    def add(self, number, meanwhile=None):
        self.value += number
        if meanwhile:
            meanwhile()
        return self.read()


def test_readers_do_not_wait_for_each_other():
    thing, gate = Thing(), Gate()
    with threads(2, gate) as start:
        first = start(thing.read, gate)
        gate.wait_until_reached()
        assert start(thing.read).result(PATIENCE) == 0
        assert not first.done()


def test_a_writer_waits_for_readers_and_readers_for_it():
    thing, gate = Thing(), Gate()
    with threads(3, gate) as start:
        early = start(thing.read, gate)
        gate.wait_until_reached()
        writer = start(thing.add, 1)
        wait_until(lambda: thing._lock._waiting)
        late = start(thing.read)  # goes after the writer, who would else wait for ever
        assert thing.value == 0
        assert not late.done()
        gate.open()
        assert (early.result(PATIENCE), writer.result(PATIENCE), late.result(PATIENCE)) == (0, 1, 1)


def test_a_writer_is_alone():
    thing, gate = Thing(), Gate()
    with threads(3, gate) as start:
        start(thing.add, 1, gate)
        gate.wait_until_reached()
        others = [start(thing.read), start(thing.add, 10)]
        wait_until(lambda: thing._lock._waiting)
        assert not any(other.done() for other in others)
        gate.open()
        assert {other.result(PATIENCE) for other in others} <= {1, 11}
    assert thing.value == 11


def test_a_reader_reads_again_though_a_writer_waits():
    thing, gate = Thing(), Gate()
    with threads(2, gate) as start:
        reader = start(thing.read, lambda: (gate(), thing.read()))
        gate.wait_until_reached()
        writer = start(thing.add, 1)
        wait_until(lambda: thing._lock._waiting)
        gate.open()
        assert (reader.result(PATIENCE), writer.result(PATIENCE)) == (0, 1)


def test_a_thread_writes_while_it_reads_or_writes():
    thing = Thing()
    assert thing.read(lambda: thing.add(1)) == 1
    assert thing.add(1, lambda: thing.add(1)) == 3


def test_two_that_read_and_then_write_do_not_wait_for_each_other_for_ever():
    thing, gate, other = Thing(), Gate(), Gate()
    with threads(2, gate, other) as start:
        first = start(thing.read, lambda: (gate(), thing.add(1)))
        second = start(thing.read, lambda: (other(), thing.add(1)))
        gate.wait_until_reached()
        other.wait_until_reached()
        gate.open()
        wait_until(lambda: thing._lock._waiting)
        other.open()
        with pytest.raises(RuntimeError, match="change them outside"):
            second.result(PATIENCE)
        assert first.result(PATIENCE) == 1


def test_what_raises_lets_the_lock_go():
    thing = Thing()
    for method, arguments in ((thing.read, ()), (thing.add, (1,))):
        with pytest.raises(ZeroDivisionError):
            method(*arguments, lambda: 1 / 0)
    assert (thing._lock._readers, thing._lock._writer, thing._lock._writes) == ({}, None, 0)


def test_methods_keep_their_names_and_parameters():
    assert (Thing.read.__name__, Thing.read.__doc__) == ("read", "Read.")
    assert list(inspect.signature(Thing.add).parameters) == ["self", "number", "meanwhile"]
