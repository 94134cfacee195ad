"""The method of the bad-input tests: put every bad value into every argument of a good call, on gensim's and on ours.

What must hold: where gensim raises, we raise the same type of exception or a subclass; when we raise, the object is as
it was. Every other outcome must be explained by a `Difference`, and every `Difference` must occur.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

ALL = "*"


@dataclass
class Call:
    """A call that works.

    ``fatal`` names arguments with values that gensim hangs or crashes on, and so is not called with: "argument=value".
    """

    method: str
    arguments: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    fatal: str = ""

    def __post_init__(self) -> None:
        self.name = self.name or self.method


@dataclass
class Difference:
    """Where our outcome is deliberately another than gensim's.

    Outcomes are names of exceptions, "returns", or "ends" where gensim hangs or crashes. ``calls`` are names of calls,
    or "call.argument".
    """

    reason: str
    calls: str
    theirs: str = ALL
    ours: str = ALL
    seen: int = 0

    def explains(self, call: str, argument: str, theirs: str, ours: str) -> bool:
        return (
            bool({call, f"{call}.{argument}"} & set(self.calls.split()))
            and (self.theirs == ALL or theirs in self.theirs.split())
            and (self.ours == ALL or ours in self.ours.split())
        )


#: NumPy's own subclasses, which no program names: gensim's error is the built-in one above them.
BUILT_IN = {"UFuncTypeError": TypeError, "_UFuncNoLoopError": TypeError, "AxisError": ValueError}


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Work in a folder that is empty, and silently."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
            os.chdir(before)


def outcome(
    make: Callable[[], Any], call: Call, arguments: dict[str, Any]
) -> tuple[Any, type[BaseException] | None, str]:
    """Return the object called, the exception's type or None, and its message."""
    called = make()
    given = {name: value() if isinstance(value, Fresh) else value for name, value in arguments.items()}
    try:
        getattr(called, call.method)(**given)
    except Exception as error:
        return called, BUILT_IN.get(type(error).__name__, type(error)), str(error)
    return called, None, ""


class Fresh:
    """A value that is used up, and so made anew for each call."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make

    def __call__(self) -> Any:
        return self.make()


def sweep(
    call: Call,
    values: dict[str, Any],
    make_theirs: Callable[[], Any],
    make_ours: Callable[[], Any],
    state: Callable[[Any], Any],
    differences: list[Difference],
) -> list[str]:
    """Return what is wrong: outcomes that no difference explains, objects that an exception left changed."""
    problems = []
    before = state(make_ours())
    for argument in call.arguments:
        for label, value in values.items():
            arguments = {**call.arguments, argument: value}
            fatal = f"{argument}={label}" in call.fatal.split(", ")
            theirs = None if fatal else outcome(make_theirs, call, arguments)[1]
            called, ours, message = outcome(make_ours, call, arguments)
            what = f"{call.name}({argument}={label})"
            if ours is not None and state(called) != before:
                problems.append(f"{what}: {ours.__name__} left the object changed")
            if ours is not None and not message:
                problems.append(f"{what}: {ours.__name__} without a message")
            same = ours is theirs or (ours is not None and theirs is not None and issubclass(ours, theirs))
            if same and not fatal:
                continue
            names = [kind.__name__ if kind else "returns" for kind in (theirs, ours)]
            names[0] = "ends" if fatal else names[0]
            explained = [entry for entry in differences if entry.explains(call.name, argument, *names)]
            for entry in explained:
                entry.seen += 1
            if not explained:
                problems.append(f"{what}: gensim {names[0]}, npw2v {names[1]} {message[:100]}")
    return problems


def bad_values(size: int) -> dict[str, Any]:
    """Return what no argument, or hardly one, is meant to take; `size` is that of the vectors."""
    return {
        "None": None,
        "unknown word": "no such word",
        "empty string": "",
        "negative": -1,
        "zero": 0,
        "huge": 10**9,
        "fraction": 2.5,
        "nan": float("nan"),
        "True": True,
        "empty list": [],
        "empty tuple": (),
        "empty dict": {},
        "object": object(),
        "bytes": b"w1",
        "list of None": [None],
        "unknown words": ["no", "neither"],
        "mixed": ["w1", "w5", "no", 3, None],  # three known: of two, both are equally far from their mean
        "numbers": [2.5, -1],
        "nested": [["w1"], []],
        "set": {"w1"},
        "words in a tuple": ("w1", "w2"),
        "short vector": np.ones(3, np.float32),
        "short vectors": [np.ones(3, np.float32)],
        "matrix": np.ones((2, 3), np.float32),
        "cube": np.ones((2, 2, 2), np.float32),
        "vector of nan": np.full(size, np.nan, np.float32),
        "vector of strings": np.array(["a"] * size),
        "vector of None": np.array([None] * size),
        "word": "w2",
        "words": ["w1", "w2"],
    }


def bad_parameters() -> dict[str, Any]:
    """Return what no parameter of a model, or hardly one, is meant to take; small, lest gensim fill the memory."""
    return {
        "None": None,
        "negative": -1,
        "zero": 0,
        "fraction": 2.5,
        "nan": float("nan"),
        "infinity": float("inf"),
        "string": "no",
        "digits": "3",
        "empty list": [],
        "empty dict": {},
        "object": object(),
        "bytes": b"x",
        "list": [1],
        "array": np.ones(3),
        "True": True,
        "generator": Fresh(lambda: (text for text in [["human", "graph"], ["trees"]])),
    }
