"""A table of vectors with a key for each row, attributes of the keys, and the rows' norms: storage, no queries."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from npw2v.checks import KEY_TYPES, described
from npw2v.errors import ShapeError
from npw2v.formats.attributes import writable
from npw2v.formats.lifecycle import Lifecycle
from npw2v.vectors.locks import SharedLock, changing, reading
from npw2v.vectors.notebooks import html_table
from npw2v.vectors.search import divisors, row_norms, unit_rows
from npw2v.vocabulary.selection import descending_order

Array = NDArray[Any]
Self = TypeVar("Self", bound="KeyStore")

# What a repr shows of the keys and vectors.
_KEYS_OF_A_LINE, _KEYS_OF_A_TABLE, _NUMBERS_SHOWN, _LONGEST_SHOWN = 3, 10, 5, 30


def initial_vectors(count: int, vector_size: int, seed: int, dtype: DTypeLike = np.float32) -> Array:
    """Return random rows, uniform in [-1/d, 1/d), as word2vec starts from.

    ``(numpy.random.default_rng(seed).random((count, d), float32) * 2 - 1) / d``, bit for bit what gensim draws, so
    row i depends on the seed and i only.
    """
    rows = np.random.default_rng(seed).random((count, vector_size), dtype=np.float32)
    rows *= 2
    rows -= 1
    rows /= vector_size
    return rows.astype(dtype, copy=False)


def _as_vectors(weights: ArrayLike) -> Array:
    vectors = np.asarray(weights)
    if not vectors.ndim or vectors.dtype.kind == "O":  # NumPy would turn None into nan
        raise TypeError(f"expected vectors of numbers, got {described(weights)}")
    return vectors


class KeyStore(Lifecycle):
    """Keys, one vector each, and named attributes of the keys.

    Parameters
    ----------
    vector_size : int
        Dimensions of each vector.
    count : int
        How many rows to allocate, free until `add_vector` or `add_vectors` fills them.
    dtype : dtype
        Floating dtype of the vectors: float32, float16 or float64.
    mapfile_path : str, optional
        Kept as an attribute, unused, as in gensim.

    Attributes
    ----------
    index_to_key : list
        The key of each row; None where a row is free.
    key_to_index : dict
        The row of each key.
    vectors : float array (rows, vector_size)
        Writable. Reading this attribute marks the norms for renewal at the next query, as the caller may write to
        the array; one who keeps the array and writes to it later, after a query, calls ``fill_norms(force=True)``.
    norms : float array (rows,) or None
        Length of each row once a query or `fill_norms` has needed it. float32 (float64 if the vectors are).
    expandos : dict of str to array
        The attributes, an array over rows for each. See `get_vecattr`.
    next_index : int
        Where `add_vector` puts the next new key.

    Notes
    -----
    Several threads may query while others add vectors, or replace or sort them by the methods: each answer is that of
    one moment. Writing to the array `vectors`, or changing `index_to_key` and `key_to_index` themselves, is not
    guarded, and a view of a row shows what is stored there later.
    """

    __slots__ = ("_lock", "_moves", "_norms_lock")  # apart from the attributes that are saved, pickled and copied

    _lock: SharedLock
    _norms_lock: threading.RLock
    _moves: int  # how often rows have begun or ended to move; odd while they do

    vector_size: int
    index_to_key: list[Any]
    key_to_index: dict[Any, int]
    next_index: int
    expandos: dict[str, Array]

    def __new__(cls: type[Self], *arguments: Any, **options: Any) -> Self:
        """Make an object with locks of its own, however else it comes about: unpickled, copied, loaded."""
        self = super().__new__(cls)
        self._make_locks()
        return self

    def _make_locks(self) -> None:
        self._lock, self._moves = SharedLock(), 0
        self._norms_lock = threading.RLock()  # within the other one: queries at once need the norms only once

    def __init__(
        self, vector_size: int, count: int = 0, dtype: DTypeLike = np.float32, mapfile_path: str | None = None
    ) -> None:
        self.vector_size = vector_size
        self.index_to_key = [None] * count
        self.key_to_index = {}
        self.next_index = 0
        self.expandos = {}
        self.mapfile_path = mapfile_path
        self._vectors = np.zeros((count, vector_size), dtype=dtype)
        self._forget_norms()

    def __str__(self) -> str:
        return f"{type(self).__name__}<vector_size={self.vector_size}, {len(self)} keys>"

    def __repr__(self) -> str:
        try:
            keys = [repr(str(key)[:_LONGEST_SHOWN]) for key in self.index_to_key[:_KEYS_OF_A_LINE]]
            more = ["..."] * (len(self) > _KEYS_OF_A_LINE)
            return f"<{', '.join([str(self), str(self._vectors.dtype), *keys, *more])}>"
        except AttributeError:  # not all there yet
            return object.__repr__(self)

    def _repr_html_(self) -> str:
        columns: dict[str, list[Any]] = {"key": list(map(str, self.index_to_key[:_KEYS_OF_A_TABLE]))}
        counts = self.expandos.get("count")
        if counts is not None:
            columns["count"] = counts[:_KEYS_OF_A_TABLE].tolist()
        first = self._vectors[:_KEYS_OF_A_TABLE, :_NUMBERS_SHOWN].tolist()
        more = ["..."] * (self.vector_size > _NUMBERS_SHOWN)
        columns["vector"] = [", ".join([*(f"{number:.3f}" for number in row), *more]) for row in first]
        rows = list(zip(*columns.values(), strict=False))  # a model that is not trained yet may have no vectors
        return html_table(rows, list(columns), f"{self}, {self._vectors.dtype}")

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "vectors": np.asarray(self._vectors), "_norms": None, "_divisors": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Unpickle, also what gensim 4 pickled (its names lead here where npw2v stands in for it)."""
        self._make_locks()  # which pickle protocols 0 and 1 leave out
        if "_norms_are_stale" in state:
            renamed = {"_vectors": "vectors"}  # which had that name before
            vars(self).update(writable({renamed.get(name, name): value for name, value in state.items()}))
        else:
            KeyStore.__init__(self, state["vector_size"])
            for name, value in state.items():
                setattr(self, name, value)

    # ---- vectors and norms

    @property
    def vectors(self) -> Array:
        """All vectors, one a row; see the class."""
        self._norms_are_stale = True
        return self._vectors

    @vectors.setter
    @changing
    def vectors(self, vectors: Array) -> None:
        self._vectors = vectors
        self._norms_are_stale = True

    @property
    def _vectors(self) -> Array:
        """The vectors, of one who leaves them as they are. They lie where programs look that read gensim's ``vars``."""
        return cast(Array, self.__dict__["vectors"])

    @_vectors.setter
    def _vectors(self, vectors: Array) -> None:
        self.__dict__["vectors"] = vectors

    @property
    @reading
    def norms(self) -> Array | None:
        """Length of each row, or None while nothing has needed it; assign None to have it computed anew."""
        with self._norms_lock:
            if self._norms is not None:
                self.fill_norms()
            return self._norms

    @norms.setter
    @changing
    def norms(self, norms: Array | None) -> None:
        with self._norms_lock:
            self._norms = norms
            self._divisors = None if norms is None else divisors(norms)
            self._norms_are_stale = norms is None

    def _forget_norms(self) -> None:
        self.norms = None

    @reading
    def fill_norms(self, force: bool = False) -> None:
        """Compute `norms` if they are missing or may be out of date, or in any case with `force`.

        Squares are summed in float64, a block of rows at a time.
        """
        with self._norms_lock:
            if force or self._norms is None or self._norms_are_stale or len(self._norms) != len(self._vectors):
                self._norms = None  # should this fail
                self._norms_are_stale = False  # before, so that one who takes the vectors meanwhile is not forgotten
                norms = row_norms(self._vectors)
                self._divisors = divisors(norms)
                self._norms = norms

    @reading
    def _row_divisors(self) -> Array:
        """Return the current norms with 1 in place of 0, to divide by."""
        with self._norms_lock:
            self.fill_norms()
            return cast(Array, self._divisors)

    def _unit_rows(self, rows: Any) -> Array:
        """Return a copy of chosen rows, scaled to length 1, in the dtype of `norms`."""
        return unit_rows(self._vectors, self._row_divisors(), rows)

    @reading
    def get_normed_vectors(self) -> Array:
        """Return a copy of all vectors scaled to length 1; zeros stay zeros."""
        return self._unit_rows(slice(None))

    @changing
    def unit_normalize_all(self) -> None:
        """Scale all vectors to length 1 where they are. Training cannot sensibly go on after that."""
        self._vectors /= self._row_divisors()[:, np.newaxis].astype(self._vectors.dtype)
        self._norms_are_stale = True

    @changing
    def resize_vectors(self, seed: int = 0) -> None:
        """Give each key in `index_to_key` a row: old rows stay as they are, new ones are random.

        A new row is the one that `initial_vectors` draws for its place in a whole table.
        """
        target = (len(self.index_to_key), self.vector_size)
        if self._vectors.shape != target:
            grown = initial_vectors(*target, seed, self._vectors.dtype)
            rows, columns = (min(old, new) for old, new in zip(self._vectors.shape, target, strict=True))
            grown[:rows, :columns] = self._vectors[:rows, :columns]
            self._vectors = grown
        self.allocate_vecattrs()
        self._forget_norms()

    # ---- keys

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __contains__(self, key: Hashable) -> bool:
        return self.has_index_for(key)

    def has_index_for(self, key: Hashable) -> bool:
        """Tell whether `get_index` finds `key`."""
        return self.get_index(key, -1) >= 0

    def get_index(self, key: Hashable, default: int | None = None) -> int:
        """Return the row of `key`; an int that is no key is taken as the row itself.

        Raises
        ------
        KeyError
            There is no such key or row, and no default. Negative ints are never rows.
        """
        index = self.key_to_index.get(key, -1)
        if index >= 0:
            return index
        if isinstance(key, (int, np.integer)) and 0 <= key < len(self.index_to_key):
            return int(key)
        if default is None:
            raise KeyError(f"Key '{key}' not present")
        return default

    def get_vector(self, key: Hashable, norm: bool = False) -> Array:
        """Return the vector of `key`: a read-only view, or if `norm` a read-only copy scaled to length 1.

        Raises
        ------
        KeyError
            There is no such key.
        """
        vector: Array
        if norm:
            vector = self._unit_vector(key)
        else:  # without the lock, which would take longer than the rest
            moves = self._moves
            index = self.get_index(key)  # before the vectors are looked at: an addition's keys come last
            vector = self._vectors[index]
            if moves % 2 or moves != self._moves:
                vector = self._row(key)
        vector.setflags(write=False)
        return vector

    @reading
    def _row(self, key: Hashable) -> Array:
        row: Array = self._vectors[self.get_index(key)]
        return row

    @reading
    def _unit_vector(self, key: Hashable) -> Array:
        index = self.get_index(key)
        unit: Array = self._unit_rows(slice(index, index + 1))[0]
        return unit

    def __getitem__(self, key_or_keys: Any) -> Array:
        """Return the vector of one key (a read-only view), or of several as the rows of a new array."""
        if isinstance(key_or_keys, KEY_TYPES):
            return self.get_vector(key_or_keys)
        if getattr(self.get_vector, "__func__", None) is not KeyStore.get_vector:  # a subclass's, or somebody's
            return np.vstack([self.get_vector(key) for key in key_or_keys])
        return self._rows_of(key_or_keys)

    @reading
    def _rows_of(self, key_or_keys: Iterable[Any]) -> Array:
        indices = [self.get_index(key) for key in key_or_keys]
        if not indices:
            raise ValueError("no keys were given")
        return self._vectors[indices]

    # ---- adding

    @changing
    def add_vector(self, key: Hashable, vector: ArrayLike) -> int:
        """Store one vector and return its row: the key's own, else the first free one, else a new one.

        A new row costs a copy of the whole table, and a `UserWarning`: prefer `add_vectors`, or allocate rows at
        the start (``count``).
        """
        if key not in self.key_to_index and self._filled() == len(self):
            warnings.warn(
                "add_vector() copies all vectors to add one row; use add_vectors(), or allocate rows with count=",
                UserWarning,
                stacklevel=3,
            )
        self.add_vectors([key], np.asarray(vector)[np.newaxis], replace=True)
        return self.key_to_index[key]

    @changing
    def add_vectors(
        self,
        keys: Any,
        weights: ArrayLike,
        extras: Mapping[str, Array] | None = None,
        replace: bool = False,
    ) -> None:
        """Store vectors; new keys take the free rows, then new ones.

        Parameters
        ----------
        keys : key or sequence of keys
            A key that comes twice counts once: its first vector is stored, with `replace` its last.
        weights : array (len(keys), vector_size) or list of vectors
            The vector of each key.
        extras : mapping of str to array (len(keys),), optional
            Attributes of these keys, stored along with their vectors.
        replace : bool
            Overwrite the vectors and extras of keys that are there already, rather than keep the old ones.

        Raises
        ------
        ValueError
            Vectors of another size, or (also an IndexError) more or fewer than keys; None as a key.
        TypeError
            Vectors that are not numbers, keys that are not hashable, or an attribute that exists with another dtype.

        Notes
        -----
        If anything raises, nothing has been stored.
        """
        if isinstance(keys, KEY_TYPES):
            keys, weights = [keys], np.reshape(weights, (1, -1))
        keys, vectors, replace = list(keys), _as_vectors(weights), bool(replace)
        extras = {attr: np.asarray(values) for attr, values in (extras or {}).items()}
        if None in set(keys):
            raise ValueError("None cannot be a key: it marks free rows")
        if len(vectors) != len(keys):
            raise ShapeError(f"expected a vector for each key, got {len(vectors)} vectors for {len(keys)} keys")
        if keys and vectors.shape != (len(keys), self.vector_size):
            raise ValueError(f"expected vectors of shape ({self.vector_size},), got an array of shape {vectors.shape}")
        if wrong := [attr for attr, values in extras.items() if len(values) != len(keys)]:
            raise ValueError(f"{len(keys)} keys need {len(keys)} values of each extra attribute, unlike {wrong}")
        if not keys:
            return
        vectors = vectors.astype(self._vectors.dtype, copy=False)
        self.allocate_vecattrs(extras, [values.dtype for values in extras.values()])
        filled = self._filled()
        stored, new = self._places(keys, replace, filled)
        source, target = list(stored.values()), list(stored)
        self._grow(max(len(self.index_to_key), filled + len(new)))
        self._vectors[target] = vectors[source]
        for attr, values in extras.items():
            self.expandos[attr][target] = values[source]
        self._norms_are_stale = True
        # Keys come last: who finds one, without a lock, finds all that belongs to it.
        self.key_to_index.update(new)
        reused = min(len(new), len(self.index_to_key) - filled)
        self.index_to_key[filled : filled + reused] = list(new)[:reused]
        self.index_to_key.extend(list(new)[reused:])
        self.next_index = filled + len(new)

    def _places(self, keys: Sequence[Hashable], replace: bool, free: int) -> tuple[dict[int, int], dict[Hashable, int]]:
        """Return in which rows to store which of `keys`, and the rows of those that are new."""
        stored: dict[int, int] = {}  # row: position in keys
        new: dict[Hashable, int] = {}
        for position, key in enumerate(keys):
            row = self.key_to_index.get(key, new.get(key))
            if row is None:
                row = new[key] = free + len(new)
            elif not replace:
                continue
            stored[row] = position
        return stored, new

    def _grow(self, rows: int) -> None:
        """Append zero rows and attributes up to so many rows."""
        missing = rows - len(self._vectors)
        if missing > 0:
            zeros = np.zeros((missing, self.vector_size), dtype=self._vectors.dtype)
            self._vectors = np.concatenate((self._vectors, zeros))
        self._grow_vecattrs(rows)

    def _filled(self) -> int:
        """Return how many rows, from the first, have a key."""
        filled = len(self.index_to_key)
        while filled and self.index_to_key[filled - 1] is None:
            filled -= 1
        return filled

    def __setitem__(self, keys: Any, weights: ArrayLike) -> None:
        """Store the vector of one key, or those of a list of keys, replacing what was there."""
        if isinstance(keys, list):
            self.add_vectors(keys, weights, replace=True)
        else:
            self.add_vectors([keys], np.reshape(weights, (1, -1)), replace=True)

    # ---- attributes

    @changing
    def allocate_vecattrs(self, attrs: Iterable[str] | None = None, types: Iterable[Any] | None = None) -> None:
        """Make an array over all rows for each named attribute, zero where it is new; by default for all there are.

        Raises
        ------
        TypeError
            An attribute exists with a dtype that the given type does not fit; nothing has been allocated.
        """
        if attrs is None or types is None:
            attrs = list(self.expandos)
            types = [self.expandos[attr].dtype for attr in attrs]
        attrs, types = list(attrs), list(types)
        if len(attrs) != len(types):
            raise ValueError(f"expected a type for each attribute, got {len(types)} for {len(attrs)}")
        dtypes = [np.dtype({int: np.int64, str: object, np.str_: object}.get(kind, kind)) for kind in types]
        for attr, dtype in zip(attrs, dtypes, strict=True):
            old = self.expandos.get(attr)
            if old is not None and not np.issubdtype(dtype, old.dtype):
                raise TypeError(f"attribute {attr!r} is of dtype {old.dtype}, which {dtype} does not fit")
        rows = len(self.index_to_key)
        for attr, dtype in zip(attrs, dtypes, strict=True):
            self.expandos.setdefault(attr, np.zeros(rows, dtype=dtype))
        self._grow_vecattrs(rows, attrs)

    def _grow_vecattrs(self, rows: int, attrs: Iterable[str] | None = None) -> None:
        """Make named attributes, or all, as long as there are rows."""
        for attr in list(self.expandos if attrs is None else attrs):
            old = self.expandos[attr]
            if len(old) != rows:
                grown = np.zeros(rows, dtype=old.dtype)
                grown[: len(old)] = old[:rows]
                self.expandos[attr] = grown

    @changing
    def set_vecattr(self, key: Hashable, attr: str, val: Any) -> None:
        """Set an attribute of `key`. The first value's type becomes the type of the attribute, 0 for other keys."""
        index = self.get_index(key)
        self.allocate_vecattrs([attr], [type(val)])
        self.expandos[attr][index] = val

    @reading
    def get_vecattr(self, key: Hashable, attr: str) -> Any:
        """Return an attribute of `key`, such as its ``"count"``; `KeyError` if either is unknown."""
        index = self.get_index(key)
        return self.expandos[attr][index]

    @changing
    def sort_by_descending_frequency(self) -> None:
        """Sort keys, vectors and attributes by ``"count"``, highest first; of equal counts the later key comes first.

        That order among equals is gensim's. Only keys and attributes are sorted if there are no vectors yet.
        """
        if not len(self):
            return
        order = descending_order(self.expandos["count"])
        self.allocate_vecattrs()
        keys = [self.index_to_key[index] for index in order]
        places = {key: index for index, key in enumerate(keys)}
        expandos = {attr: values[order] for attr, values in self.expandos.items()}
        vectors = self._vectors[order] if len(self._vectors) else self._vectors
        self._moves += 1
        try:
            self.index_to_key, self.key_to_index, self.expandos, self._vectors = keys, places, expandos, vectors
            self._norms_are_stale = True
        finally:
            self._moves += 1
