"""Vectors and corpora of the gensim-data project, by name: gensim's functions and folders, and nothing but data.

gensim downloads a program with every data set and runs it to read the data. npw2v neither downloads it nor runs one
that lies in the folder already: what a file is, its content says.
"""

from __future__ import annotations

import argparse
import difflib
import http.client
import json
import logging
import os
import re
import shutil
import sys
from collections.abc import Sequence
from typing import Any

from npw2v.corpus import datasets, downloading
from npw2v.corpus.recordfiles import JsonLines, Table, parse_json
from npw2v.corpus.sentences import Text8Corpus
from npw2v.errors import FormatError
from npw2v.formats.opening import open_for_reading, open_for_writing
from npw2v.logs import logger_of
from npw2v.vectors.keyedvectors import KeyedVectors

logger = logger_of(__name__)

#: Where downloaded data are kept; the environment variable ``GENSIM_DATA_DIR`` names another folder.
BASE_DIR = os.environ.get("GENSIM_DATA_DIR", os.path.expanduser("~/gensim-data"))
base_dir = BASE_DIR

DATA_LIST_URL = "https://raw.githubusercontent.com/RaRe-Technologies/gensim-data/master/list.json"
DOWNLOAD_BASE_URL = "https://github.com/RaRe-Technologies/gensim-data/releases/download"

#: Bytes of the longest list that is read; the one of 2024 has some 30,000.
_LONGEST_LIST = 1 << 24

#: Names that may become a folder, a file and a part of an address.
_PLAIN = re.compile(r"\w[\w.+-]*", re.ASCII)

#: Corpora whose files do not say what they are.
_TABLES = ("fake-news", "quora-duplicate-questions")
_ONE_OBJECT = ("semeval-2016-2017-task3-subtaskBC",)


def load(name: str, return_path: bool = False) -> Any:
    """Find a data set on disk, or download it, and load it.

    It is looked for as ``NAME/NAME.gz`` in `BASE_DIR` and in the folder that ``NPW2V_DATA`` names, where text8 may also
    be as ``text8.zip``. What is there needs no network. A download that broke off is continued, and checked before it
    gets its name.

    Parameters
    ----------
    name : str
        As in `info`.
    return_path : bool
        Return the path of the file instead of reading it.

    Returns
    -------
    KeyedVectors
        Of a model.
    iterable
        Of a corpus: lists of words for text8, a dict a record for the others. It can be read again and again.
    dict
        Of ``semeval-2016-2017-task3-subtaskBC``.
    str
        With `return_path`.

    Raises
    ------
    ValueError
        There is no data set of that name; the message suggests others. Or the list of names cannot be had.
    OSError
        It cannot be downloaded.
    FormatError
        What the server gave is not what the list promises; or the file is nothing that npw2v reads.
    """
    _check_name(name)
    path = _on_disk(name)
    if path is None and name == "text8" and not return_path and (found := datasets.on_disk(name)):
        return Text8Corpus(found)
    if path is None:
        path = _download(name)
    return path if return_path else _read(name, path)


def info(name: str | None = None, show_only_latest: bool = True, name_only: bool = False) -> dict[str, Any]:
    """Tell what there is, after the list of the gensim-data project: a fresh one if the network is there.

    Parameters
    ----------
    name : str, optional
        Tell about this data set only.
    show_only_latest : bool
        Leave out what has a newer version.
    name_only : bool
        Give names only.

    Returns
    -------
    dict
        Of one data set; or with the keys "corpora" and "models", each a dict by name or, with `name_only`, a list of
        names.

    Raises
    ------
    ValueError
        There is no data set of that name; the message suggests others. Or the list cannot be had.
    """
    information = _load_info()
    if name is not None:
        return _entry(information, name)
    if not show_only_latest:
        return information
    if name_only:
        return {kind: list(information[kind]) for kind in ("corpora", "models")}
    return {
        kind: {name: entry for name, entry in information[kind].items() if entry.get("latest", True)}
        for kind in ("corpora", "models")
    }


# ---- the list


def _load_info(url: str | None = None, encoding: str = "utf-8") -> dict[str, Any]:
    """Return the list from the network; else the copy that every list from the network leaves in `BASE_DIR`."""
    url = _constant("DATA_LIST_URL") if url is None else url
    copy = os.path.join(_constant("BASE_DIR"), "information.json")
    try:
        data = downloading.read(url, _LONGEST_LIST)
        information = _parsed_list(data, url)
    except (OSError, FormatError) as error:
        if not os.path.isfile(copy):
            raise ValueError(
                f"no list of data sets: {error}, there is no copy of it in {copy}; connect to the Internet and retry"
            ) from error
        logger.warning("%s; using the copy of the list in %s", error, copy)
        with open_for_reading(copy) as file:
            return _parsed_list(file.read(), copy)
    try:
        _create_base_dir()
        with open_for_writing(copy) as file:
            file.write(data)
    except OSError as error:
        logger.warning("the list of data sets is not kept for the next time: %s", error)
    return information


def _parsed_list(data: bytes, where: str) -> dict[str, Any]:
    information = parse_json(data, f"the list of data sets in {where}")
    kinds = [information.get(kind) if isinstance(information, dict) else None for kind in ("corpora", "models")]
    if not all(isinstance(kind, dict) and all(isinstance(each, dict) for each in kind.values()) for kind in kinds):
        raise FormatError(
            f"the list of data sets in {where}: expected the objects corpora and models, got {data[:40]!r}"
        )
    return dict(information)


def _entry(information: dict[str, Any], name: str) -> dict[str, Any]:
    """Return what a list says of a data set."""
    for kind in ("corpora", "models"):
        if name in information[kind]:
            return dict(information[kind][name])
    names = [*information["corpora"], *information["models"]]
    near = difflib.get_close_matches(str(name), names, n=3, cutoff=0.4)
    advice = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(names)}"
    raise ValueError(f"Incorrect model/corpus name: {name!r} is not in the list of data sets; {advice}")


def _get_filename(name: str) -> str:
    return str(_entry(_load_info(), name)["file_name"])


def _get_parts(name: str) -> int:
    return int(_entry(_load_info(), name)["parts"])


def _get_checksum(name: str, part: int | None = None) -> str:
    return str(_entry(_load_info(), name)["checksum" if part is None else f"checksum-{part}"])


# ---- files


def _constant(name: str) -> Any:
    """Return `BASE_DIR` or an address as they are now: programs set them in the module that they import."""
    own = globals()[name]
    for place in ("gensim.downloader", "npw2v.downloader"):
        module = sys.modules.get(place)
        value = vars(module).get(name, own) if getattr(module, "load", None) is load else own
        if value != own:
            return value
    return own


def _create_base_dir() -> None:
    """Make the folder for downloads if it is not there."""
    folder = _constant("BASE_DIR")
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise OSError(
            error.errno,
            "cannot make the folder for downloads: let the environment variable GENSIM_DATA_DIR name another",
            folder,
        ) from error


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not _PLAIN.fullmatch(name):
        raise ValueError(f"Incorrect model/corpus name: expected letters, digits and any of _.+- , got {name!r}")


def _on_disk(name: str) -> str | None:
    """Return the path of a data set that is there already."""
    named = os.environ.get(datasets.VARIABLE)
    for folder in (_constant("BASE_DIR"), *([os.path.expanduser(named)] if named else [])):
        path: str = os.path.join(folder, name, f"{name}.gz")
        if os.path.isfile(path):
            return path
    return None


def _download(name: str) -> str:
    """Download a data set; its folder holds nothing but its whole file, and is there only when that is."""
    _check_name(name)
    entry = _entry(_load_info(), name)
    if entry.get("file_name") != f"{name}.gz":
        raise FormatError(
            f"the list of data sets: the file of {name} is {entry.get('file_name')!r}, expected {name}.gz"
        )
    _create_base_dir()
    base = _constant("BASE_DIR")
    target = os.path.join(base, name, f"{name}.gz")
    unfinished = os.path.join(base, f"{name}.part")
    with downloading.alone(os.path.join(base, f".{name}.lock")):
        if os.path.isfile(target):  # another process was faster
            return target
        os.makedirs(unfinished, exist_ok=True)
        try:
            path = _fetch(name, entry, unfinished)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.replace(path, target)
            shutil.rmtree(unfinished)
        finally:
            if os.path.isdir(unfinished) and not os.listdir(unfinished):
                os.rmdir(unfinished)
    return target


def _fetch(name: str, entry: dict[str, Any], folder: str) -> str:
    """Download the file of a data set, or its parts, into `folder`; return the path of the whole file."""
    url = f"{_constant('DOWNLOAD_BASE_URL')}/{name}/{name}.gz"
    whole = os.path.join(folder, f"{name}.gz")
    size = entry.get("file_size")
    size = size if isinstance(size, int) and size > 0 else None
    parts = _number_of_parts(name, entry)
    if parts == 1:
        downloading.fetch(url, whole, downloading.Expected(_checksum(name, entry), "md5", size))
        return whole
    paths = [f"{whole}_0{part}" for part in range(parts)]
    for part, path in enumerate(paths):
        expected = downloading.Expected(_checksum(name, entry, part), "md5")
        if not os.path.isfile(path) or downloading.digest_of(path, "md5") != expected.digest:
            downloading.fetch(f"{url}_0{part}", path, expected)
    with open(whole, "wb") as file:
        for path in paths:
            with open(path, "rb") as piece:
                shutil.copyfileobj(piece, file)
        file.flush()
        os.fsync(file.fileno())
    if size is not None and os.path.getsize(whole) != size:
        got = os.path.getsize(whole)
        shutil.rmtree(folder)
        raise FormatError(
            f"{url}: the {parts} parts have {got:,} bytes, expected {size:,}; nothing was kept: try again"
        )
    return whole


def _number_of_parts(name: str, entry: dict[str, Any]) -> int:
    parts = entry.get("parts", 1)
    if isinstance(parts, str) and parts.isdecimal():  # as early lists have it
        parts = int(parts)
    if not isinstance(parts, int) or not 1 <= parts <= 100:
        raise FormatError(f"the list of data sets: expected a number of parts of {name} from 1 to 100, got {parts!r}")
    return parts


def _checksum(name: str, entry: dict[str, Any], part: int | None = None) -> str:
    key = "checksum" if part is None else f"checksum-{part}"
    digest = entry.get(key)
    if not isinstance(digest, str) or not re.fullmatch("[0-9a-fA-F]{32}", digest):
        raise FormatError(f"the list of data sets: expected an MD5 checksum as {key} of {name}, got {digest!r}")
    return digest.lower()


# ---- reading


def _read(name: str, path: str) -> Any:
    """Return what is in the file of a data set, by its content, or by its name where the content does not tell."""
    if name == "text8":
        return Text8Corpus(path)
    with open_for_reading(path) as file:
        if name in _ONE_OBJECT:
            return parse_json(file.read(), path)
        is_json = re.match(rb'\s*\{\s*["}]', file.read(200)) is not None
    if is_json:
        return JsonLines(path)
    if name in _TABLES:
        return Table(path)
    try:
        return KeyedVectors.load_word2vec_format(path)
    except FormatError as error:
        raise FormatError(
            f"{error}. gensim reads {name} with a program that it downloads, which npw2v does not run; "
            f"load({name!r}, return_path=True) gives the file"
        ) from error


# ---- command line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``python -m npw2v.downloader`` with the arguments of a command line, by default that of this process.

    Returns
    -------
    int
        The exit status: 1 after an error, which is one line on the standard error; 130 if interrupted.
    """
    logging.basicConfig(
        format="%(asctime)s : %(name)s : %(levelname)s : %(message)s", stream=sys.stdout, level=logging.INFO
    )
    parser = argparse.ArgumentParser(prog="python -m npw2v.downloader", description=__doc__.splitlines()[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("-d", "--download", metavar="NAME", nargs=1, help="download a corpus or a model")
    what.add_argument(
        "-i",
        "--info",
        metavar="NAME",
        nargs="?",
        const="",
        help="tell about one, or all; with 'name', only their names",
    )
    options = parser.parse_args(arguments)
    try:
        if options.download is not None:
            path = load(options.download[0], return_path=True)
            logger.info("Data has been installed and data path is %s", path)
        elif options.info is not None:
            found = info(name_only=True) if options.info == "name" else info(options.info or None)
            print(json.dumps(found, indent=4))
    except (OSError, ValueError, http.client.HTTPException) as error:
        print(f"npw2v.downloader: error: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("npw2v.downloader: interrupted", file=sys.stderr)
        return 130
    return 0
