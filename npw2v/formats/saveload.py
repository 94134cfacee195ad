"""`SaveLoad`: gives objects that gensim would pickle a file of npw2v's own instead."""

from __future__ import annotations

import os
from abc import ABCMeta
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from npw2v.checks import shown
from npw2v.errors import FormatError, NoModelError
from npw2v.formats import gensim, state
from npw2v.formats.archive import read_archive, write_archive
from npw2v.formats.attributes import sort_attributes
from npw2v.formats.lifecycle import Lifecycle
from npw2v.formats.opening import Source, label
from npw2v.formats.pickles import read_pickle
from npw2v.formats.sniff import is_pickle
from npw2v.logs import logger_of

logger = logger_of(__name__)

#: Protocol of the pickles that gensim writes. npw2v writes none and takes the parameter only.
PICKLE_PROTOCOL = 4

KIND = "SaveLoad"

T = TypeVar("T", bound="SaveLoad")

#: Classes with files of their own, by what `kind_of` says of those. Filled by `npw2v.compat.utils`, as `SaveLoad` is
#: public in `npw2v.utils`.
_LOADERS: dict[str | None, Any] = {}


def register_loader(kind: str, cls: type) -> None:
    """Have `SaveLoad.load` load files of some kind with another class, whose instances count as `SaveLoad`.

    Parameters
    ----------
    kind : str
        What `kind_of` says of such files.
    cls : type
        A class with a method ``load(fname, mmap)``.
    """
    _LOADERS[kind] = cls
    SaveLoad.register(cls)


class SaveLoad(Lifecycle, metaclass=ABCMeta):
    """Gives a class `save` and `load`: one file, written atomically, that holds no code and executes none.

    Stored are the attributes of an object that are numeric arrays or plain JSON (str, int, float, bool, None, and lists
    and dicts with str keys of those). A subclass with others turns them into those in `to_stored` and back in
    `from_stored`.

    Examples
    --------
    >>> import io
    >>> class Settings(SaveLoad):
    ...     def __init__(self, window):
    ...         self.window = window
    >>> file = io.BytesIO()
    >>> Settings(7).save(file)
    >>> Settings.load(io.BytesIO(file.getvalue())).window
    7
    """

    def save(
        self,
        fname_or_handle: Source,
        separately: Iterable[str] | None = None,
        sep_limit: int = 10 * 1024**2,
        ignore: Iterable[str] = frozenset(),
        pickle_protocol: int = PICKLE_PROTOCOL,
    ) -> None:
        """Write the object to one file.

        Parameters
        ----------
        fname_or_handle : path or binary file
            ``.gz`` and ``.bz2`` compress.
        separately, sep_limit, pickle_protocol : object
            Kept for gensim's sake: there is one file, and it is no pickle.
        ignore : iterable of str
            Attributes to leave out; they are None after loading.

        Raises
        ------
        TypeError
            An attribute is neither a numeric array nor plain JSON. Nothing is written.
        """
        ignored = sorted(set(ignore) & vars(self).keys())
        kept = {name: value for name, value in vars(self).items() if name not in ignored}
        found = sort_attributes(self.to_stored(kept))
        for name, value in found.refused.items():
            raise TypeError(
                f"cannot save attribute {name!r} of {type(self).__name__}, of type {type(value).__name__}: only "
                f"numeric arrays and plain JSON values are stored; leave it out with ignore=[{name!r}]"
            )
        self.add_lifecycle_event("saving", fname_or_handle=label(fname_or_handle))
        if "lifecycle_events" not in ignored:
            found.values["lifecycle_events"] = self.lifecycle_events
        described = {"kind": KIND, "class": type(self).__qualname__, "values": found.values, "ignored": ignored}
        write_archive(fname_or_handle, found.arrays, described)
        logger.info("saved %s", label(fname_or_handle))

    @classmethod
    def load(cls: type[T], fname: Source, mmap: str | None = None) -> T:
        """Read an object that `save` wrote.

        From a path, ``SaveLoad.load`` itself also reads what `register_loader` has been told of: models and vectors,
        those that gensim saved among them.

        Parameters
        ----------
        fname : path or binary file
            The file.
        mmap : {None, "r", "c"}
            Map the arrays into memory instead of reading them; see `npw2v.formats.archive.read_archive`.

        Returns
        -------
        object
            Of this class, or of the subclass of it that was saved.

        Raises
        ------
        FormatError
            The file is damaged, or holds something else.
        """
        if cls is SaveLoad and isinstance(fname, str | os.PathLike) and (other := _LOADERS.get(kind_of(fname))):
            model: T = other.load(fname, mmap)
            return model
        if is_pickle(fname):
            raise FormatError(f"{label(fname)} is a pickle, which {cls.__name__} does not load: it could run any code")
        logger.info("loading %s object from %s", cls.__name__, label(fname))
        arrays, metadata = read_archive(fname, mmap)
        where, saved, values = label(fname), metadata.get("class"), metadata.get("values")
        if metadata.get("kind") != KIND or not isinstance(values, dict):
            raise NoModelError(f"{where} holds no {cls.__name__} but {shown(metadata.get('kind'))}")
        found = next((each for each in cls._loadable() if each.__qualname__ == saved), None)
        if found is None:
            raise NoModelError(f"{where} holds a {saved}: load it with that class, not with {cls.__name__}")
        loaded = found.__new__(found)
        try:
            vars(loaded).update(loaded.from_stored({**dict.fromkeys(metadata.get("ignored", ())), **values, **arrays}))
            if not isinstance(vars(loaded).get("lifecycle_events"), list | None):
                raise TypeError("lifecycle_events is no list")
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
            raise FormatError(f"{where} lacks a part of a {saved}, or it is damaged: {error!r}") from error
        loaded.add_lifecycle_event("loaded", fname=where)
        return loaded

    @classmethod
    def _loadable(cls: type[T]) -> Iterable[type[T]]:
        """Return the classes that `load` may find in a file."""
        return with_subclasses(cls)

    def to_stored(self, attributes: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        """Turn attributes, as a dict that may be changed, into (name, numeric array or plain JSON value) pairs."""
        return attributes.items()

    def from_stored(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Turn what `to_stored` gave, as a dict that may be changed, into attributes by name."""
        return stored


def with_subclasses(cls: type[T]) -> Iterator[type[T]]:
    """Yield a class and all that are derived from it."""
    yield cls
    for subclass in cls.__subclasses__():
        yield from with_subclasses(subclass)


def kind_of(source: Source) -> str | None:
    """Return what a file holds: "Word2Vec", "KeyedVectors", another kind of archive, or None for other pickles."""
    if not is_pickle(source):
        kind = read_archive(source)[1].get("kind")
        return kind if isinstance(kind, str) else None
    name = getattr(read_pickle(source), "name", None)
    return state.MODEL if name == gensim.MODEL else state.VECTORS if name in gensim.VECTORS else None
