"""A corpus as numbers in a folder, made once and read many times; NumPy and a reader of JSON are enough to use it.

=============================  =====================================================================================
file                           what it holds
=============================  =====================================================================================
``corpus.json``                ``format`` ("npw2v corpus"), ``version`` (1), ``sentences``, ``words``, ``types``, and
                               ``validation``, which has ``sentences`` and ``words`` of its own, or null
``vocabulary.json``            the list of different words, in the order in which they first appear
``counts.npy``                 int64 (words of the vocabulary,): how often each occurs in the corpus
``ids.npy``                    int32 (words,): the corpus, each word as its place in the vocabulary
``offsets.npy``                int64 (sentences + 1,): sentence i is ``ids[offsets[i]:offsets[i + 1]]``
``validation_ids.npy``,        the same of held-out text, if there is some
``validation_offsets.npy``
=============================  =====================================================================================

The first ``types`` words of the vocabulary occur in the corpus, the others in the held-out text alone. Nothing is left
out, rare words neither: training on the folder gives the same bytes as training on the text, with any parameters.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.numbered import NumberedCorpus
from npw2v.errors import FormatError
from npw2v.formats.opening import open_array

Array = NDArray[Any]

#: The file by which such a folder is known.
MARK = "corpus.json"

FORMAT, VERSION = "npw2v corpus", 1


class FolderCorpus(NumberedCorpus):
    """The corpus in a folder that `write_folder` wrote, or the held-out text beside it, mapped into memory.

    Parameters
    ----------
    path : str
        The folder.
    validation : bool
        Read the held-out text.

    Raises
    ------
    FormatError
        The folder lacks a file, or the files do not fit each other.
    ValueError
        There is no held-out text in it.
    """

    def __init__(self, path: str, validation: bool = False) -> None:
        about = read_about(path)
        if validation and about.get("validation") is None:
            raise ValueError(f"{path} has no held-out text: make it with npw2v preprocess --validation FILE")
        prefix = "validation_" if validation else ""
        words = _json(path, "vocabulary.json")
        ids, offsets = _array(path, f"{prefix}ids.npy", np.int32), _array(path, f"{prefix}offsets.npy", np.int64)
        types = len(words) if validation else about.get("types")
        if (
            not isinstance(types, int)
            or not 0 <= types <= len(words)
            or len(offsets) == 0
            or offsets[0] != 0
            or offsets[-1] != len(ids)
            or (np.diff(offsets) < 0).any()
            or (len(ids) and not (ids.min() >= 0 and ids.max() < types))
        ):
            raise FormatError(f"the files in {path} do not fit each other: make the folder anew")
        super().__init__(words[:types], ids, offsets)
        self.path = path


def is_folder(path: str) -> bool:
    """Tell whether a path is a folder that `write_folder` wrote."""
    return os.path.isfile(os.path.join(path, MARK))


def read_about(path: str) -> dict[str, Any]:
    """Return what ``corpus.json`` says.

    Raises
    ------
    FormatError
        The folder is another one, or of a newer version.
    """
    about = _json(path, MARK)
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise FormatError(f"{os.path.join(path, MARK)} is not of a corpus that npw2v preprocess wrote")
    if about.get("version") != VERSION:
        raise FormatError(f"{path} is of version {about.get('version')!r}; this npw2v reads version {VERSION}")
    return about


def write_folder(path: str, corpus: NumberedCorpus, validation: NumberedCorpus | None = None) -> None:
    """Write a corpus as numbers; the folder appears when it is complete.

    Parameters
    ----------
    path : str
        A folder that is not there yet, or empty.
    corpus, validation : NumberedCorpus
        The text, and held-out text, which may have words of its own.

    Raises
    ------
    OSError
        The folder is there and has files, or cannot be written.
    """
    check_new_folder(path)
    path = os.path.abspath(path)
    temporary = tempfile.mkdtemp(prefix=".npw2v-", suffix=".tmp", dir=os.path.dirname(path))
    try:
        about = {"format": FORMAT, "version": VERSION, "types": len(corpus.vocabulary), **_sizes(corpus)}
        about["validation"] = None if validation is None else _sizes(validation)
        places: defaultdict[str, int] = defaultdict(count().__next__)
        for prefix, each in (("", corpus), ("validation_", validation)):
            if each is not None:
                _write_ids(temporary, prefix, each, lambda words: map(places.__getitem__, words))
        _write_json(temporary, "vocabulary.json", list(places))
        counts = np.zeros(len(places), np.int64)
        counts[: len(corpus.vocabulary)] = corpus.counts()
        np.save(os.path.join(temporary, "counts.npy"), counts, allow_pickle=False)
        _write_json(temporary, MARK, about)
        os.chmod(temporary, 0o777 & ~_umask())
        if os.path.isdir(path):
            os.rmdir(path)
        os.replace(temporary, path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def check_new_folder(path: str) -> None:
    """Raise an OSError unless a folder could be made: nothing of the name is there, and the folder around it is."""
    if not path:
        raise FileNotFoundError("expected the name of a folder to make, got an empty one")
    around = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(around):
        raise FileNotFoundError(f"there is no folder {around} to make {os.path.basename(path)} in: make it first")
    if os.path.lexists(path) and (not os.path.isdir(path) or os.listdir(path)):
        raise FileExistsError(f"{path} is there already: remove it, or give another name")
    try:
        with tempfile.TemporaryFile(dir=around):
            pass
    except OSError as error:
        reason = f"{error.strerror}: the folder is made in {around}, which must be writable"
        raise OSError(error.errno, reason, path) from error


def _sizes(corpus: NumberedCorpus) -> dict[str, int]:
    return {"sentences": len(corpus), "words": corpus.words}


def _write_ids(
    folder: str, prefix: str, corpus: NumberedCorpus, lookup: Callable[[Iterable[str]], Iterable[int]]
) -> None:
    header = {"descr": "<i4", "fortran_order": False, "shape": (corpus.words,)}
    with open(os.path.join(folder, f"{prefix}ids.npy"), "wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for ids, _ in corpus.blocks(lookup):
            file.write(np.ascontiguousarray(ids, "<i4").data)
    offsets = np.asarray(corpus.offsets, np.int64)
    np.save(os.path.join(folder, f"{prefix}offsets.npy"), offsets, allow_pickle=False)


def _write_json(folder: str, name: str, value: Any) -> None:
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _json(folder: str, name: str) -> Any:
    path = os.path.join(folder, name)
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError as error:
        raise FormatError(f"{folder} lacks the file {name}: make the folder anew") from error
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{path} is damaged: {error}") from error


def _array(folder: str, name: str, dtype: Any) -> Array:
    path = os.path.join(folder, name)
    try:
        array: Any = open_array(path, "r")
    except FileNotFoundError as error:
        raise FormatError(f"{folder} lacks the file {name}: make the folder anew") from error
    except (ValueError, EOFError) as error:
        raise FormatError(f"{path} is damaged: {error}") from error
    if not isinstance(array, np.ndarray) or array.ndim != 1 or array.dtype != dtype:
        raise FormatError(f"{path} is no array of {np.dtype(dtype)} with one dimension")
    return np.asarray(array)
