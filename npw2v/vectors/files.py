"""`VectorFiles`: a `KeyStore` that reads and writes files, npw2v's own and word2vec's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import DTypeLike, NDArray

from npw2v.formats.attributes import without_methods
from npw2v.formats.opening import Source, label
from npw2v.formats.reading import read_vector_state
from npw2v.formats.state import VectorState, vectors_from_archive, vectors_to_archive, write_vectors
from npw2v.formats.word2vec import open_word2vec, read_vocabulary, read_word2vec, write_vocabulary, write_word2vec
from npw2v.logs import logger_of
from npw2v.vectors.locks import changing, reading
from npw2v.vectors.store import KeyStore

logger = logger_of(__name__)

Array = NDArray[Any]
Self = TypeVar("Self", bound="VectorFiles")


class _Unsaid(int):
    """False, as gensim's signature has it, but not the False that a caller passes."""

    def __repr__(self) -> str:
        return "False"


_UNSAID = cast(bool, _Unsaid(0))

#: What `KeyStore` keeps, which is saved apart or made anew.
_OWN_ATTRIBUTES = {
    "vector_size", "index_to_key", "key_to_index", "next_index", "expandos", "mapfile_path",
    "vectors", "_norms", "_divisors", "_norms_are_stale", "_of_a_model",
}  # fmt: skip


class VectorFiles(KeyStore):
    """Keys and vectors that can be saved and loaded."""

    #: Whether `load` took them from the file of a whole model.
    _of_a_model = False

    @property
    def wv(self: Self) -> Self:
        """The vectors themselves, if they were loaded from a model's file: of it, gensim's `load` returns the model."""
        if not self._of_a_model:
            raise AttributeError("vectors have no attribute 'wv': they are the vectors themselves")
        return self

    # ---- npw2v's own file

    @reading
    def save(
        self,
        fname_or_handle: Source,
        separately: Iterable[str] | None = None,
        sep_limit: int | None = None,
        ignore: Iterable[str] = frozenset(),
        pickle_protocol: int | None = None,
    ) -> None:
        """Save everything to one file, which `load` reads and `numpy.load` opens; see `npw2v.formats.archive`.

        Keys, vectors, attributes of keys, and any other attribute of the object that is JSON or a numeric array
        are saved; norms are not. The file replaces an old one only when it is complete.

        Parameters
        ----------
        fname_or_handle : path or binary file
            ``.gz`` and ``.bz2`` compress; such a file cannot be mapped into memory.
        separately, sep_limit, pickle_protocol : object
            Accepted for gensim's sake and without effect: there is always one file, and no pickle.
        ignore : iterable of str
            Names of attributes to leave out.

        Raises
        ------
        TypeError
            A key, or an attribute of keys, is of a type that the file cannot hold.
        """
        write_vectors(fname_or_handle, self._to_state(ignore))

    @classmethod
    def load(cls: type[Self], fname: Source, mmap: str | None = None) -> Self:
        """Load what `save` saved, or gensim's ``save()``; from a saved model, its vectors. No code is run.

        Parameters
        ----------
        fname : path or binary file
            The file.
        mmap : {None, "r", "c"}
            ``"r"`` maps the vectors from the file instead of reading them, ``"c"`` likewise but lets the program
            change its copy. Default: read into memory and verify checksums. Of gensim's files, the arrays that lie
            in files of their own are mapped.

        Raises
        ------
        FormatError
            The file is damaged or of another kind; the message says which, and what to do. Of gensim's files, see
            `npw2v.formats.gensim.read_state`.
        """
        state = read_vector_state(fname, mmap)
        loaded = cls._from_state(state)
        loaded._of_a_model = state.from_model
        if state.from_gensim:
            loaded.add_lifecycle_event("loaded", fname=label(fname))
        return loaded

    @reading
    def to_archive(self, ignore: Iterable[str] = frozenset()) -> tuple[dict[str, Array], dict[str, Any]]:
        """Return the object as arrays and JSON metadata, for a part of an archive; see `npw2v.formats.state`."""
        return vectors_to_archive(self._to_state(ignore))

    @classmethod
    def from_archive(cls: type[Self], arrays: Mapping[str, Array], metadata: Mapping[str, Any]) -> Self:
        """Make the object that `to_archive` described. The vectors are used as they are, not copied."""
        return cls._from_state(vectors_from_archive(arrays, metadata))

    def _to_state(self, ignore: Iterable[str] = frozenset()) -> VectorState:
        """Return the object as plain data, without the attributes to ignore."""
        ignored = set(ignore)
        return VectorState(
            vector_size=self.vector_size,
            vectors=self._vectors,
            index_to_key=self.index_to_key,
            key_to_index=self.key_to_index,
            next_index=self.next_index,
            expandos={} if "expandos" in ignored else self._expandos_of_keys(),
            attributes={name: value for name, value in vars(self).items() if name not in _OWN_ATTRIBUTES | ignored},
        )

    def _expandos_of_keys(self) -> dict[str, Any]:
        """Return the attributes by row, without rows that have no key, as programs may replace keys by fewer."""
        keys = len(self.index_to_key)
        return {name: values[:keys] if len(values) > keys else values for name, values in self.expandos.items()}

    @classmethod
    def _from_state(cls: type[Self], state: VectorState) -> Self:
        """Make an object of plain data, which is used as it is, not copied."""
        self = cls.__new__(cls)
        KeyStore.__init__(self, state.vector_size, dtype=state.vectors.dtype)
        self.index_to_key, self.key_to_index, self.next_index = state.index_to_key, state.key_to_index, state.next_index
        self.vectors, self.expandos = state.vectors, state.expandos
        vars(self).update(without_methods(cls, state.attributes))
        return self

    # ---- safetensors

    @reading
    def save_safetensors(self, fname: Source, ignore: Iterable[str] = frozenset()) -> None:
        """Save everything to a safetensors file, which any reader of that format opens.

        The matrix is the tensor ``"vectors"``; keys and attributes are tensors and metadata beside it, see
        `npw2v.formats.safetensors`. What `load_safetensors` gives back is what `load` gives of a file of `save`. The
        file replaces an old one only when it is complete.

        Parameters
        ----------
        fname : path or binary file
            ``.gz`` and ``.bz2`` compress; other programs do not read that.
        ignore : iterable of str
            Names of attributes to leave out.

        Raises
        ------
        TypeError
            A key, or an attribute of keys, is of a type that the file cannot hold.
        ValueError
            The attributes that are no arrays take more room than the format has for them.
        """
        from npw2v.formats.safetensors import write_safetensors  # few programs need it

        write_safetensors(fname, self._to_state(ignore))

    @classmethod
    def load_safetensors(cls: type[Self], fname: Source, mmap: str | None = None) -> Self:
        """Load what `save_safetensors` saved.

        Parameters
        ----------
        fname : path or binary file
            The file.
        mmap : {None, "r", "c"}
            ``"r"`` maps the vectors from the file instead of reading them, ``"c"`` likewise but lets the program
            change its copy.

        Raises
        ------
        FormatError
            The file is damaged, truncated or of another kind, or has no words; the message says which.
        """
        from npw2v.formats.safetensors import read_safetensors  # few programs need it

        return cls._from_state(read_safetensors(fname, mmap))

    # ---- word2vec's files

    @reading
    def save_word2vec_format(
        self,
        fname: Source,
        fvocab: Source | None = None,
        binary: bool = False,
        total_vec: int | None = None,
        write_header: bool = True,
        prefix: str = "",
        append: bool = False,
        sort_attr: str = "count",
    ) -> None:
        """Save keys and vectors as word2vec does; see `npw2v.formats.word2vec`.

        Parameters
        ----------
        fname : path, URL or binary file
            ``.gz`` and ``.bz2`` compress.
        fvocab : path, URL or binary file, optional
            Write the words and their `sort_attr` to this file too.
        binary : bool
            Binary rather than text.
        total_vec : int, optional
            Count to put into the header, if more vectors will be appended. Default: the number of keys.
        write_header : bool
            Write the first line, ``<count> <dimensions>``; GloVe's files have none.
        prefix : str
            Put this before every key.
        append : bool
            Add to the file rather than replace it. If that fails, it becomes what it was; a process that is killed may
            leave a record cut off, which reading finds if `total_vec` was right, and `npw2v.doctor` repairs.
        sort_attr : str
            Write keys by this attribute, highest first; without it, in the order of rows.

        Raises
        ------
        ValueError
            A key could not be read back (it is empty or has a space or newline in it), or `fvocab` is given and the
            keys have no `sort_attr`.
        """
        keys, rows = self.index_to_key[: self._filled()], None
        if sort_attr in self.expandos:
            values = self.expandos[sort_attr][: len(keys)]
            order = np.argsort(values[::-1], kind="stable")[::-1]  # reversed twice: descending, and equals in order
            rows = len(keys) - 1 - order
            keys = [keys[row] for row in rows.tolist()]
        elif fvocab is not None:
            raise ValueError(f"cannot write the vocabulary to {label(fvocab)}: keys have no attribute {sort_attr!r}")
        else:
            logger.warning("attribute %s not present in %s; will store in internal index_to_key order", sort_attr, self)
        if fvocab is not None:
            write_vocabulary(fvocab, keys, self.expandos[sort_attr][rows], prefix=prefix, append=append)
        write_word2vec(
            fname,
            keys,
            self._vectors[: len(keys)],
            rows=rows,
            binary=binary,
            total_vec=total_vec,
            write_header=write_header,
            prefix=prefix,
            append=append,
        )

    @classmethod
    def load_word2vec_format(
        cls: type[Self],
        fname: Source,
        fvocab: Source | None = None,
        binary: bool = _UNSAID,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
        limit: int | None = None,
        datatype: DTypeLike = np.float32,
        no_header: bool = False,
    ) -> Self:
        """Load vectors that word2vec.c, gensim, GloVe, fastText (``.vec``) or npw2v wrote.

        See `npw2v.formats.word2vec` for the formats. Without `binary`, the content of the file says which it is: text
        or binary, with a header or, as GloVe's, without; also within a zip of one file.

        Parameters
        ----------
        fname : path, URL or binary file
            Files compressed with gzip, bzip2 or xz are recognised.
        fvocab : path, URL or binary file, optional
            Take the attribute ``"count"`` from this vocabulary file, 0 for words not in it. Without it, counts are
            made up: descending, from the number of words to 1.
        binary : bool
            True: the file is binary. False: it is text. A file that is not what was passed is refused. Default: what
            the file is.
        encoding, unicode_errors : str
            How the bytes of a word become a `str`, as for `bytes.decode`.
        limit : int, optional
            Load only the first so many words; None and 0 load all.
        datatype : numpy.dtype
            Floating dtype to store the vectors in.
        no_header : bool
            The text begins with the first word, as GloVe's does.

        Raises
        ------
        FormatError
            The file is truncated (also an `EOFError`), ragged, or not what the arguments say; the message names the
            record, or what the file is (a model of fastText, a pickle, an HTML page, ...) and what can open it.
        UnicodeDecodeError
            A word is not `encoding`.
        """
        return cls._from_word2vec_format(
            fname,
            fvocab,
            binary=None if binary is _UNSAID else binary,
            encoding=encoding,
            unicode_errors=unicode_errors,
            limit=limit,
            datatype=datatype,
            no_header=no_header,
        )

    @classmethod
    def _from_word2vec_format(cls: type[Self], fname: Source, fvocab: Source | None, **how: Any) -> Self:
        """Load vectors; `how` are parameters of `read_word2vec`."""
        of_words = {"encoding": how["encoding"], "unicode_errors": how["unicode_errors"]}
        counts = None if fvocab is None else read_vocabulary(fvocab, **of_words)
        rows, vectors, total = read_word2vec(fname, **how)
        self = cls(vectors.shape[1], dtype=vectors.dtype)
        self.index_to_key, self.key_to_index, self.next_index = list(rows), rows, len(rows)
        self.vectors = vectors
        if counts is None:
            self.expandos["count"] = np.arange(total, total - len(rows), -1, dtype=np.int64)
        else:
            if missing := sum(word not in counts for word in rows):
                logger.warning("%s lacks %d of the %d words; their count is 0", label(fname), missing, len(rows))
            self.expandos["count"] = np.array([counts.get(word, 0) for word in rows], dtype=np.int64)
        return self

    @changing
    def intersect_word2vec_format(
        self,
        fname: Source,
        lockf: float = 0.0,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
    ) -> None:
        """Replace the vectors of keys that a word2vec file has; other keys, and words that are no keys, stay out of it.

        Parameters
        ----------
        fname, binary, encoding, unicode_errors : path, bool, str, str
            As for `load_word2vec_format`. Of a repeated word, the last vector counts.
        lockf : float
            Stored in ``vectors_lockf`` for each replaced row: the factor by which training scales its updates. 0
            keeps the row as it is, 1 trains it as any other.

        Raises
        ------
        ValueError
            The file's vectors are of another size; nothing has been replaced.
        """
        with open_word2vec(fname, binary=binary, encoding=encoding, unicode_errors=unicode_errors) as (_, size, blocks):
            if size != self.vector_size:
                raise ValueError(f"{label(fname)} has vectors of size {size}, these have {self.vector_size}")
            replaced, lock = 0, np.ones(len(self), dtype=np.float32)
            old = np.atleast_1d(getattr(self, "vectors_lockf", 1.0))
            lock[: len(old) if len(old) > 1 else None] = old  # a single factor is for all rows
            self._norms_are_stale = True
            for words, vectors in blocks:
                known = [(self.key_to_index[word], at) for at, word in enumerate(words) if word in self.key_to_index]
                rows = [row for row, _ in known]
                self._vectors[rows] = vectors[[at for _, at in known]]
                lock[rows] = lockf
                replaced += len(known)
        self.vectors_lockf = lock
        logger.info("replaced %d of %d vectors by those of %s", replaced, len(self), label(fname))
