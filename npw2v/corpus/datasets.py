"""Data sets by name: found on disk, else downloaded and checked.

A data set is looked for in the folder that the environment variable ``NPW2V_DATA`` names, then in the user's cache
folder; what is found nowhere and has an address is downloaded into the cache. ``data/README.md`` in the project tells
where each comes from.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from npw2v.corpus import downloading
from npw2v.errors import FormatError
from npw2v.logs import logger_of

logger = logger_of(__name__)

#: The environment variable that names a folder of data sets.
VARIABLE = "NPW2V_DATA"

#: The analogy questions that are published with word2vec, under the name that they have there.
QUESTIONS = "questions-words.txt"


@dataclass(frozen=True)
class DataSet:
    """A corpus that comes as a zip archive with one member.

    Attributes
    ----------
    name : str
        Of the member; the archive is `name`.zip.
    archive_bytes, text_bytes : int
        Sizes of the archive and of the member.
    sha256 : str
        Of the archive, in hexadecimal.
    url : str or None
        Where the archive can be downloaded, if anywhere.
    stand_in : str or None
        The data set to use when this one is not on disk and that one is.
    """

    name: str
    archive_bytes: int
    text_bytes: int
    sha256: str
    url: str | None = None
    stand_in: str | None = None

    @property
    def archive(self) -> str:
        """The archive's file name."""
        return f"{self.name}.zip"


#: The data sets that `find` knows, by name.
DATA_SETS = {
    "text8": DataSet(
        name="text8",
        archive_bytes=31_344_016,
        text_bytes=100_000_000,
        sha256="a6640522afe85d1963ad56c05b0ede0a0c000dddc9671758a6cc09b7a38e5232",
        url="http://mattmahoney.net/dc/text8.zip",
        stand_in="wiki8",
    ),
    "wiki8": DataSet(
        name="wiki8",
        archive_bytes=32_482_957,
        text_bytes=100_000_000,
        sha256="e4de7cdfc2032d96ebe9fc0a64170e59113eb736a57b75bd6e6a851c91f4b539",
    ),
}


@dataclass(frozen=True)
class Found:
    """A data set on disk: which one it is (the one asked for or its stand-in) and the path of its archive or text."""

    name: str
    path: Path


def cache_folder() -> Path:
    r"""Return the folder for downloads, after each platform's custom; it may not exist yet.

    ``$XDG_CACHE_HOME/npw2v`` (by default ``~/.cache/npw2v``), on macOS ``~/Library/Caches/npw2v``, on Windows
    ``%LOCALAPPDATA%\npw2v``.
    """
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "npw2v"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "npw2v"
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "npw2v"


def folders() -> list[Path]:
    """Return the folders that are searched, in order: ``$NPW2V_DATA`` if it is set, then the cache."""
    named = os.environ.get(VARIABLE)
    return [*([Path(named).expanduser()] if named else []), cache_folder()]


def find(name: str, *, progress: bool | None = None) -> Found:
    """Find a data set on disk or download it.

    In each folder of `folders` the archive ``name.zip`` is preferred to the unpacked text ``name``. A data set that is
    on disk nowhere gives way to its stand-in, if that is; else it is downloaded into the cache and checked by size and
    SHA-256. The path can be given to `npw2v.corpus.sentences.Text8Corpus` either way.

    Parameters
    ----------
    name : str
        ``"text8"`` or ``"wiki8"``.
    progress : bool, optional
        Show a progress bar while downloading; None shows it if the standard error is a terminal.

    Returns
    -------
    Found
        Its name differs from `name` if it is the stand-in.

    Raises
    ------
    ValueError
        There is no data set of that name.
    FormatError
        A file on disk has the wrong size, or a download has the wrong size or checksum.
    FileNotFoundError
        It is not on disk and has no address.
    OSError
        It cannot be downloaded; the message says where to put the file by hand.
    """
    if name not in DATA_SETS:
        raise ValueError(f"no data set is called {name!r}: known are {', '.join(DATA_SETS)}")
    wanted = DATA_SETS[name]
    known = [wanted] if wanted.stand_in is None else [wanted, DATA_SETS[wanted.stand_in]]
    for data_set in known:
        path = on_disk(data_set.name)
        if path is not None:
            return Found(data_set.name, path)
    return Found(name, fetch(name, progress=progress))


def find_text(name: str) -> Path:
    """Return the path of a text that is on disk in one of `folders`, compressed or not; it is never downloaded.

    Parameters
    ----------
    name : str
        Of the file, without its endings ``.txt.gz`` or ``.txt``.

    Raises
    ------
    FileNotFoundError
        It is in neither folder.
    """
    files = [folder / f"{name}{ending}" for folder in folders() for ending in (".txt.gz", ".txt")]
    for file in files:
        if file.is_file():
            return file
    raise FileNotFoundError(
        f"no text called {name}: put {name}.txt or {name}.txt.gz into {' or '.join(map(str, folders()))}, "
        f"or into a folder that the variable {VARIABLE} names"
    )


def find_questions() -> Path | None:
    """Return the path of word2vec's ``questions-words.txt`` in one of `folders`, or None; it is never downloaded."""
    return next((folder / QUESTIONS for folder in folders() if (folder / QUESTIONS).is_file()), None)


def on_disk(name: str) -> Path | None:
    """Return the path of the archive or the text of a data set in one of `folders`, None if it is in none of them.

    Raises
    ------
    FormatError
        A file has the wrong size.
    """
    data_set = DATA_SETS[name]
    for folder in folders():
        for path, expected in (
            (folder / data_set.archive, data_set.archive_bytes),
            (folder / data_set.name, data_set.text_bytes),
        ):
            if path.is_file():
                size = path.stat().st_size
                if size != expected:
                    raise FormatError(
                        f"{path} is not {data_set.name}: it has {size:,} bytes, expected {expected:,}; "
                        "replace or remove the file"
                    )
                return path
    return None


def fetch(name: str, *, progress: bool | None = None) -> Path:
    """Download a data set into the cache, so that only a whole and right archive ever has its name.

    Parameters and errors are those of `find`. What was downloaded before a connection broke is kept for the next time.
    """
    data_set = DATA_SETS[name]
    if data_set.url is None:
        raise FileNotFoundError(f"{data_set.name} is not on disk, and there is no address for it: {_by_hand(data_set)}")
    target = cache_folder() / data_set.archive
    target.parent.mkdir(parents=True, exist_ok=True)
    expected = downloading.Expected(data_set.sha256, "sha256", data_set.archive_bytes)
    with downloading.alone(str(target.with_name(f".{target.name}.lock"))):
        try:
            if not target.exists():  # nor has another process just put it there
                downloading.fetch(data_set.url, str(target), expected, progress)
        except FormatError as error:
            raise FormatError(f"{error}: {_by_hand(data_set)}") from error
        except OSError as error:
            raise OSError(f"cannot download {data_set.archive}: {error}: {_by_hand(data_set)}") from error
    return target


def _by_hand(data_set: DataSet) -> str:
    """Say where the file goes, and where it comes from."""
    source = f"get {data_set.archive}" if data_set.url is None else f"fetch {data_set.url}"
    return f"{source} and put it into {cache_folder()}, or into a folder that the variable {VARIABLE} names"
