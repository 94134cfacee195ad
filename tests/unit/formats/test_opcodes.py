"""What is told of a pickle before it is run: no more work than its size explains."""

from __future__ import annotations

import io
import pickle
import random

import pytest

from npw2v.errors import PickleError, TruncatedError
from npw2v.formats.opcodes import check_codes
from npw2v.formats.pickles import read_pickle

FROZENSET = b"cbuiltins\nfrozenset\n"


def chain(first, again, levels=60):
    """A value, and `again(level)` as often: what makes one that has the last one twice."""
    return b"\x80\x04" + first + b"".join(map(again, range(levels))) + b"."


#: How a tuple can hold another one twice.
DOUBLED = {
    "copies": chain(b"N", lambda _: b"2\x86"),
    "copies, from a mark": chain(b"N", lambda _: b"q\0(h\0h\0t"),
    "one byte's numbers": chain(b"N\x85q\0", lambda n: b"0h%ch%c\x86q%c" % (n, n, n + 1)),
    "four bytes' numbers": chain(b"N\x85r\0\0\0\0", lambda n: b"0j%c\0\0\0j%c\0\0\0\x86r%c\0\0\0" % (n, n, n + 1)),
    "numbers as text": chain(b"N\x85p0\n", lambda n: b"0g%d\ng%d\n\x86p%d\n" % (n, n, n + 1)),
    "counted": chain(b"N\x85\x94", lambda n: b"0h%ch%c\x86\x94" % (n, n)),
    "remembered later": chain(b"N\x85", lambda n: b"N0q%c0h%ch%c\x86" % (n, n, n)),
    "with others": chain(b"N\x85q\0", lambda n: b"0K\1h%cK\2h%ctq%c" % (n, n, n + 1)).replace(b"0K\1", b"0(K\1"),
    "sets": chain(b"N\x85q\0", lambda n: b"0(h%ch%c\x85\x91q%c" % (n, n, n + 1)),
    "taken off and put back": chain(b"N\x85q\0", lambda n: b"0h%c(1h%c\x86q%c" % (n, n, n + 1)),
}


@pytest.mark.parametrize("content", DOUBLED.values(), ids=DOUBLED)
def test_what_would_be_hashed_for_centuries_is_refused(content):
    with pytest.raises(PickleError, match=r"file: the pickle is damaged, at byte \d+: hashing what is in it"):
        check_codes(content, "file")
    pickle.loads(content)  # which hashes nothing of it, but is a pickle indeed, unless there are sets


def test_tuples_within_tuples():
    def nested(levels):
        return b"\x80\x02}N" + b"\x85" * levels + b"Ns."

    check_codes(nested(100), "file")
    with pytest.raises(
        PickleError, match="file: the pickle is damaged, at byte 104: it has more than 100 tuples within"
    ):
        check_codes(nested(101), "file")


def test_a_large_tuple_is_not_hashed_many_times():
    content = b"\x80\x02](" + b"N" * 100_000 + b"tq\0" + b"h\0" * 100_000 + b"."
    with pytest.raises(PickleError, match="hashing what is in it"):
        check_codes(content, "file")


def test_integers_that_all_have_one_hash():
    def integers(count):
        numbers = {number * (2**61 - 1): None for number in range(16, 16 + count)}
        return pickle.dumps(numbers, 2)

    check_codes(integers(1), "file")
    large = b"\x8a\x20" + b"\1" * 32
    with pytest.raises(PickleError, match="hashing what is in it"):
        check_codes(b"\x80\x02(" + large * 10_000 + b"t.", "file")


@pytest.mark.parametrize("mixed", [b"N\x94Nq\0.", b"Nq\0N\x94.", b"Np0\n\x94."])
def test_two_ways_to_number_objects(mixed):
    with pytest.raises(PickleError, match="numbers objects in two ways"):
        check_codes(mixed, "file")


@pytest.mark.parametrize("content", [b"Nt.", b"1.", b"Ne.", b"(t1."])
def test_marks_that_are_missing(content):
    with pytest.raises(PickleError, match="no mark where it needs one"):
        check_codes(content, "file")


@pytest.mark.parametrize("content", [b"", b"N", b"\x80", b"X\3\0\0\0ab", b"p1", b"cos\n", b"(lp0\n"])
def test_early_ends(content):
    with pytest.raises(TruncatedError, match=f"file: the pickle ends early, after {len(content)} bytes"):
        check_codes(content, "file")


def test_every_name_of_a_set_is_looked_through():
    for name in (b"frozenset", b"set"):
        made = b"\x80\x02cbuiltins\n" + name + b"\n]N\x85\x85a\x85R."
        with pytest.raises(PickleError, match="a set or dict is made of tuples within tuples"):
            read_pickle(_file(made))
    for name in (b"OrderedDict", b"Counter"):
        made = b"\x80\x02ccollections\n" + name + b"\n]N\x85\x85N\x86a\x85R."
        with pytest.raises(PickleError, match="a set or dict is made of tuples within tuples"):
            read_pickle(_file(made))


def test_what_python_pickles_is_read():
    draw = random.Random(1)

    def value(depth):
        kind = draw.randrange(10 if depth < 5 else 4)
        if kind < 4:
            return (None, draw.randrange(-5, 2**40), 2.5, f"text {draw.random()}")[kind]
        items = [value(depth + 1) for _ in range(draw.randrange(5))]
        if kind == 4:
            return {"a": items, "b": items}
        return (
            (
                tuple(items),
                tuple(items),
                items,
                {str(number): each for number, each in enumerate(items)},
                frozenset("a"),  # one element, as the order of several is not always the same
                {1, 2},
            )[kind - 5]
            if kind > 5
            else (items, items)
        )

    for number in range(60):
        made = value(0)
        content = pickle.dumps(made, number % 6)
        check_codes(content, "file")
        if number % 6 != 3:  # bytes and sets of which need names that are not on the list
            assert repr(read_pickle(_file(content))) == repr(made)


def _file(content):
    return io.BytesIO(content)
