"""Checkpoints: how often one is written, and what it holds besides the model.

The random generators are keyed by counters, so what training needs to go on is the model, the job, where in which epoch
it stands, and what was summed up of that epoch.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

import npw2v
from npw2v.checks import as_count, described, shown
from npw2v.errors import FormatError
from npw2v.formats.opening import check_writable
from npw2v.training.job import Job
from npw2v.training.reports import EpochReport, PartReport
from npw2v.training.schedule import Schedule
from npw2v.training.weights import Weights

#: How often: seconds, or an amount with its unit, such as ``"10 min"``; None leaves it to `Interval`.
Every: TypeAlias = "str | float | None"

#: The version of what a checkpoint holds besides the model. The first did not know held-out sentences again, and had no
#: patience and no versions.
VERSION = 2

#: What stands in a checkpoint before the names of the tables that weights in lanes were last moved by.
LAST = "last"

#: Unless it is said how often: seconds between two checkpoints, and the share of the time that writing them may take.
DEFAULT_SECONDS, DEFAULT_SHARE = 60.0, 0.01

#: What an interval is counted in.
SECONDS, WORDS, EPOCHS = "seconds", "words", "epochs"

#: Units by their names without an "s" at the end, and how many of what is counted each of them is.
UNITS = {
    **dict.fromkeys(("s", "sec", "second"), (SECONDS, 1.0)),
    **dict.fromkeys(("min", "minute"), (SECONDS, 60.0)),
    **dict.fromkeys(("h", "hour"), (SECONDS, 3600.0)),
    "word": (WORDS, 1.0),
    "epoch": (EPOCHS, 1.0),
}


@dataclass(frozen=True)
class Interval:
    """What lies between two checkpoints.

    Attributes
    ----------
    amount : float
        How much.
    unit : {"seconds", "words", "epochs"}
        Of what.
    share : float
        Where writing one takes more than this share of the interval, the interval grows until it does not.
    """

    amount: float
    unit: str
    share: float = 1.0

    @classmethod
    def of(cls, every: Every) -> Interval:
        """Read an interval.

        Parameters
        ----------
        every : str, float or None
            A number of seconds; an amount with a unit; or None for a minute, or longer where writing takes long.

        Raises
        ------
        TypeError, ValueError
            It is no interval.

        Examples
        --------
        >>> Interval.of("10 min"), Interval.of("5_000_000 words")
        (Interval(amount=600.0, unit='seconds', share=1.0), Interval(amount=5000000.0, unit='words', share=1.0))
        """
        if every is None:
            return cls(DEFAULT_SECONDS, SECONDS, DEFAULT_SHARE)
        if isinstance(every, bool) or not isinstance(every, (str, int, float, np.integer, np.floating)):
            raise TypeError(
                f"checkpoint_every must be a number of seconds or a string such as '10 min', got {described(every)}"
            )
        number, name = (every, "s") if not isinstance(every, str) else _amount_and_unit(every)
        try:
            unit, size = UNITS[name]
            amount = float(number) * size
        except (KeyError, ValueError):
            amount, unit = 0.0, ""
        if not (0 < amount < float("inf")) or (unit == EPOCHS and amount != int(amount)):
            raise ValueError(
                "checkpoint_every must be a number of seconds or an amount with its unit, such as '600 s', '10 min', "
                f"'2 h', '5_000_000 words' or '1 epoch', and more than nothing; got {shown(every)}"
            )
        return cls(amount, unit)


def _amount_and_unit(text: str) -> tuple[str, str]:
    """Split ``"10 minutes"`` into ``"10"`` and ``"minute"``; the unit is "" if it is written otherwise."""
    found = re.fullmatch(r"\s*([\d._]+(?:e\d+)?)\s*([a-z]+?)s?\s*", text)
    return (found[1], found[2]) if found else (text, "")


def check_path(path: Any) -> str:
    """Return the path of a checkpoint, if one can be written there, before anything is trained.

    It is absolute: the program may go to another folder while it trains.

    Raises
    ------
    TypeError
        It is no path.
    ValueError
        It is a URL or a device, where a file cannot be replaced at once.
    OSError
        There is no such folder, it or the file is read-only, or the name is that of a folder.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"checkpoint must be the path of a file, got {described(path)}")
    name = os.fspath(path)
    if not isinstance(name, str):
        raise TypeError(f"checkpoint must be a path as str, got {described(path)}")
    if "://" in name:
        raise ValueError(f"checkpoint must be a local file, which can be replaced in one go, got {name!r}")
    if os.path.exists(name) and not os.path.isfile(name) and not os.path.isdir(name):
        raise ValueError(f"checkpoint must be a file, which can be replaced in one go, got a device: {name!r}")
    try:
        check_writable(name)
    except OSError as error:
        raise OSError(error.errno, f"no checkpoint can be written: {error.strerror}", name) from error
    return os.path.abspath(name)


def cannot_write(error: OSError) -> OSError:
    """Return the error to raise for one in writing a checkpoint: it says what became of training, too."""
    if error.errno is None:
        return error
    return OSError(
        error.errno,
        "the checkpoint cannot be written, so training has ended; the model is as far as it was trained, and can be "
        f"saved elsewhere: {error.strerror}",
        error.filename,
    )


class Checkpoints:
    """Writes a checkpoint whenever one is due.

    Parameters
    ----------
    interval : Interval
    write : callable or None
        Writes one; None if there are to be none.
    clock : callable
        Returns the time in seconds.
    """

    def __init__(
        self, interval: Interval, write: Callable[[], None] | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._interval, self._write, self._clock = interval, write, clock
        self._wait, self._words, self._epochs, self._since = interval.amount, 0, 0, clock()

    def part(self, part: PartReport, between_parts: bool = True) -> None:
        """Count a part that has been trained, and say whether a checkpoint can be written between two parts."""
        self._words += part.read
        if between_parts:
            self._write_if_due()

    def epoch(self) -> None:
        """Count an epoch that has been trained, the callbacks at its end included."""
        self._epochs += 1
        self._write_if_due()

    def now(self) -> None:
        """Write one at once."""
        if self._write is None:
            return
        began = self._clock()
        self._write()
        self._words, self._epochs, self._since = 0, 0, self._clock()
        if self._interval.share < 1:
            self._wait = max(self._interval.amount, (self._since - began) / self._interval.share)

    def _write_if_due(self) -> None:
        done = {SECONDS: self._clock() - self._since, WORDS: self._words, EPOCHS: self._epochs}
        if done[self._interval.unit] >= self._wait:
            self.now()


@dataclass
class Sums:
    """What has been summed up of the epoch that is being trained.

    Attributes
    ----------
    parts : int
        That are trained; 0 between epochs.
    known, trained : int
        Words of the vocabulary in them, and those that were left by subsampling.
    loss, pairs : float
        As in the parts' reports.
    alpha : float
        At the end of the last part.
    seconds : float
        That they took.
    """

    parts: int = 0
    known: int = 0
    trained: int = 0
    loss: float = 0.0
    pairs: float = 0.0
    alpha: float = 0.0
    seconds: float = 0.0

    def add(self, part: PartReport) -> None:
        """Add a part that has been trained."""
        self.parts, self.known, self.trained = self.parts + 1, self.known + part.read, self.trained + part.trained
        # float of NumPy's float64 is the same number, in a type that JSON knows.
        self.loss, self.pairs = float(self.loss + part.loss), float(self.pairs + part.pairs)
        self.alpha = float(part.alpha)


@dataclass(frozen=True)
class Begun:
    """What a session had come to when a checkpoint was written.

    Attributes
    ----------
    corpus : dict of str to object
        What :func:`npw2v.corpus.ids.fingerprint` said of the corpus; empty if the next epoch's need not be this one.
    job : Job or None
        With the sizes that training began with; None if an epoch begins from the model alone.
    sums : Sums
        Of the epoch that had begun.
    arrays : dict of str to array
        Tables that training has besides the weights, by name. A checkpoint holds them beside the model's.
    """

    corpus: dict[str, Any]
    job: Job | None = None
    sums: Sums = field(default_factory=Sums)
    arrays: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def with_last(self, arrays: Mapping[str, NDArray[Any]], weights: Weights, where: str) -> Begun:
        """Return this with what lanes were last moved by, if they are trained in; the parameters are `stored_tables`'.

        Raises
        ------
        FormatError
            It is missing, or of other weights.
        """
        if self.job is None or self.job.rounds is None:
            return self
        found = stored_tables(arrays, LAST, "the last moves of the", weights, where)
        return replace(self, arrays=last_named(found))


def last_named(last: Weights) -> dict[str, NDArray[np.float32]]:
    """Name the tables of what weights were last moved by, as a checkpoint does."""
    return {f"{LAST}.{name}": table for name, table in last.tables().items()}


def stored_tables(
    arrays: Mapping[str, NDArray[Any]], kind: str, said: str, weights: Weights, where: str, fewer_rows: bool = False
) -> Weights:
    """Return tables of weights that a checkpoint holds besides the model's.

    Parameters
    ----------
    arrays : mapping of str to array
        What it holds.
    kind : str
        Stands before their names in it.
    said : str
        What to call them.
    weights : Weights
        The model's, of the same shapes.
    where : str
        Names the file in errors.
    fewer_rows : bool
        Whether they may have fewer rows than those.

    Raises
    ------
    FormatError
        One is missing, or of another shape.
    """
    found = {}
    for name, table in weights.tables().items():
        got = arrays.get(f"{kind}.{name}")
        fits = got is not None and got.dtype == np.float32 and got.shape[1:] == table.shape[1:]
        if got is None or not fits or len(got) > len(table) or (len(got) < len(table) and not fewer_rows):
            its = "missing" if got is None else f"{got.dtype} {got.shape}"
            raise FormatError(f"{where}: {said} {name} are {its}, expected float32 {table.shape}")
        found[name] = got
    return Weights(**found)


def check_same(what: str, begun: dict[str, Any], found: dict[str, Any], note: str = "") -> None:
    """Raise ValueError unless a corpus is the one that training was begun with, or one of the two is not known.

    Parameters
    ----------
    what : str
        What to call it.
    begun, found : dict of str to object
        Their fingerprints, empty if not known.
    note : str
        To say in addition.
    """
    if not found or not begun or found == begun:
        return
    said = "{words:,} words in {sentences:,} sentences, {known:,} of them in the vocabulary".format
    same_size = {**found, "digest": ""} == {**begun, "digest": ""}
    raise ValueError(
        f"training can go on with the {what} that it was begun with only: that had "
        + (f"other words than this one, or in another order ({said(**found)})" if same_size else "")
        + ("" if same_size else f"{said(**begun)}; this one has {said(**found)}")
        + note
    )


@dataclass
class Judged:
    """What held-out sentences have said so far.

    Attributes
    ----------
    patience : int or None
        End training after so many epochs that were not better than the best one.
    corpus : dict of str to object, or None
        Their fingerprint; None as long as it is not known.
    epochs : int
        How many they have judged.
    best : int
        The one with the lowest loss, from 1; 0 before there is one, or without patience.
    lowest : float or None
        Its loss.
    """

    patience: int | None = None
    corpus: dict[str, Any] | None = None
    epochs: int = 0
    best: int = 0
    lowest: float | None = None

    @classmethod
    def by(cls, validation: Any, patience: Any) -> Judged | None:
        """Return what is known at first, None without held-out sentences.

        Raises
        ------
        TypeError, ValueError
            Patience is no number of epochs, or has nothing to judge by.
        """
        if patience is not None:
            if validation is None:
                raise ValueError("patience needs validation: give held-out sentences, by whose loss to stop")
            patience = as_count(patience, "patience")
            if patience < 1:
                raise ValueError(f"patience must be at least 1 epoch, got {patience}")
        return None if validation is None else cls(patience)


def versions() -> dict[str, str]:
    """Return the versions of what decides on the bytes that are trained."""
    return {"npw2v": npw2v.__version__, "NumPy": np.__version__}


@dataclass
class Run:
    """A call of ``train``: what was asked for, and what it has come to.

    Attributes
    ----------
    epochs : int
        To train.
    schedule : Schedule
        Of the learning rate, for epochs of the size that the user says.
    totals : tuple of two, int or None
        Sentences and words of the corpus, as the user says.
    from_file : bool
        Whether the corpus was given as ``corpus_file``.
    every : str, float or None
        How often to write a checkpoint.
    judged : Judged or None
        By held-out sentences; None if there are none.
    epoch : int
        The epoch that is trained, or the next one.
    trained, read : int
        Words, in the epochs that are done.
    seconds : float
        Time that training took so far.
    stop : bool
        Whether a callback has asked to end training.
    begun : Begun or None
        Where to go on; None at the beginning.
    versions : dict of str to str
        With which that was written.
    """

    epochs: int
    schedule: Schedule
    totals: tuple[int | None, int | None]
    from_file: bool
    every: Every = None
    judged: Judged | None = None
    epoch: int = 0
    trained: int = 0
    read: int = 0
    seconds: float = 0.0
    stop: bool = False
    begun: Begun | None = None
    versions: dict[str, str] = field(default_factory=versions)

    def note(self) -> str:
        """Return what to say in messages of the versions that wrote the checkpoint: nothing if they are these."""
        return _note(self.versions)

    def count(self, report: EpochReport) -> None:
        """Count an epoch as done."""
        self.epoch += 1
        self.trained += report.words_trained
        self.read += report.words_read

    def _check(self) -> None:
        """Raise TypeError or ValueError unless this can have been written by a run."""
        Interval.of(self.every)
        if len(self.totals) != 2:
            raise ValueError(f"totals are {shown(self.totals)}")
        for total in self.totals:
            if total is not None:
                _check_value("a total", "int", total)
        if self.begun is not None and self.begun.corpus:  # which is empty if it may be another one next time
            for name in ("words", "sentences", "known"):
                _check_value(f"corpus {name}", "int", self.begun.corpus[name])
        for part in _parts(self):
            for each in fields(part):
                _check_value(each.name, str(each.type), getattr(part, each.name))

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        begun = None if self.begun is None else replace(self.begun, arrays={})
        values = asdict(replace(self, begun=begun))
        if begun is not None:
            del values["begun"]["arrays"]
        return {"version": VERSION, **values, "versions": versions()}

    @classmethod
    def from_dict(cls, values: Any, where: str) -> Run:
        """Rebuild what :meth:`as_dict` returned; ``where`` names the file in errors.

        Raises
        ------
        FormatError
            It is missing, of a newer version, or damaged.
        """
        if values is None:
            raise FormatError(
                f"{where} is a model but no checkpoint: it says nothing of a training to go on with. Load it with "
                "Word2Vec.load() and call train()"
            )
        note = ""
        try:
            rest = dict(values)
            version, written = rest.pop("version"), rest.setdefault("versions", {})
            note = _note(written)
            if version > VERSION:
                raise FormatError(
                    f"{where} is a checkpoint of version {version}, of a newer npw2v; this one reads versions up to "
                    f"{VERSION}{note}"
                )
            if version == 1:
                rest["judged"] = asdict(Judged()) if rest.pop("validates") else None
            if rest["judged"] is not None:
                rest["judged"] = Judged(**rest["judged"])
            begun, sums = rest["begun"], Sums(**rest["begun"]["sums"])
            start = rest["epoch"], sums.parts
            job = None if begun["job"] is None else replace(Job.from_dict(begun["job"]), start=start)
            rest["begun"] = Begun(dict(begun["corpus"]), job, sums)
            rest["schedule"], rest["totals"] = Schedule(**rest["schedule"]), tuple(rest["totals"])
            run = cls(**rest)
            run._check()
            return run
        except FormatError:
            raise
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            raise FormatError(f"{where}: what the checkpoint says of training is damaged ({error!r}){note}") from error


def _note(written: dict[str, str]) -> str:
    if written == versions():
        return ""
    said = ", ".join(f"{name} {version}" for name, version in written.items()) or "an npw2v that did not say which"
    return f"; the checkpoint was written with {said}, and this is {', '.join(map(' '.join, versions().items()))}"


def _parts(record: Any) -> Iterator[Any]:
    """Yield a record and those in it."""
    yield record
    for each in fields(record):
        if is_dataclass(value := getattr(record, each.name)):
            yield from _parts(value)


def _check_value(name: str, kind: str, value: Any) -> None:
    """Raise ValueError unless a number is of the type that its record says, and of a size that there can be."""
    if value is None and kind.endswith(" | None"):
        return
    kind = kind.removesuffix(" | None")
    if kind == "bool":
        fits = type(value) is bool
    elif kind == "int":
        fits = type(value) is int and 0 <= value < 1 << 63
    elif kind == "float":
        fits = isinstance(value, int | float)
    elif kind.startswith("tuple[int,"):
        fits = all(type(each) is int for each in value)
    else:
        return
    if not fits:
        raise ValueError(f"{name} is {shown(value)}, expected {kind}")
