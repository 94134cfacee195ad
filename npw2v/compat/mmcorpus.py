"""`MmCorpus`: bags of words in a file, in the Matrix Market format (https://math.nist.gov/MatrixMarket/formats.html).

::

    %%MatrixMarket matrix coordinate real general
    documents terms entries
    document term weight
    ...

Numbers begin with 1, documents come in their order, and those of no words have no line. Where each begins is in an
index beside the file, ``FILE.index``, by which documents can be asked for by number.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from npw2v.compat.interfaces import CorpusABC
from npw2v.errors import FormatError
from npw2v.formats.archive import read_archive, write_archive
from npw2v.formats.opening import Source, label, open_for_reading, open_for_writing
from npw2v.formats.pickles import read_pickle
from npw2v.formats.sniff import is_pickle
from npw2v.logs import logger_of

logger = logger_of(__name__)

_HEADER = b"%%MatrixMarket matrix coordinate real general\n"
_STATISTICS = 50  # characters, so that the first document begins at the same place in every file
_KIND = "corpus index"


class IndexedCorpus(CorpusABC):
    """A corpus in a file whose documents can be asked for by number; subclasses say in which format.

    They define `save_corpus`, which returns where each document begins, and ``docbyoffset``.

    Parameters
    ----------
    fname : path or binary file
        The file.
    index_fname : path, optional
        The index; by default ``FILE.index``. Without it documents can be read in their order alone.
    """

    def __init__(self, fname: Any, index_fname: Any = None) -> None:
        self.index: NDArray[np.int64] | None = None
        self.length: int | None = None
        if index_fname is None and isinstance(fname, str | os.PathLike):
            index_fname = _index_of(fname)
        if index_fname is not None and os.path.exists(index_fname):
            try:
                self.index = _read_index(index_fname)
            except FormatError as error:
                logger.warning("documents cannot be asked for by number: %s", error)

    @classmethod
    def serialize(
        cls,
        fname: Any,
        corpus: Iterable[Any],
        id2word: Mapping[int, str] | None = None,
        index_fname: Any = None,
        progress_cnt: int | None = None,
        labels: bool | None = None,
        metadata: bool = False,
    ) -> None:
        """Write documents to a file, and an index beside it.

        Parameters
        ----------
        fname : path
            The file.
        corpus : iterable of bags of words
            The documents, which are read once.
        id2word : mapping of int to str, optional
            The words; how many there are is written to the file.
        index_fname : path, optional
            Where the index goes; by default to ``FILE.index``.
        progress_cnt : int, optional
            Log after as many documents.
        labels : bool, optional
            Of formats with labels.
        metadata : bool
            Must be False: gensim pickles what is beside a document.

        Raises
        ------
        ValueError
            `corpus` reads from that file.
        """
        if getattr(corpus, "fname", getattr(corpus, "input", None)) == fname:
            raise ValueError(f"the documents are read from {fname!r}: write them to another file")
        options: dict[str, Any] = {} if progress_cnt is None else {"progress_cnt": progress_cnt}
        options |= {} if labels is None else {"labels": labels}
        offsets = cls.save_corpus(fname, corpus, id2word, metadata=metadata, **options)
        if offsets is None:
            raise NotImplementedError(
                f"{cls.__name__} cannot be indexed: its save_corpus() does not say where documents are"
            )
        where = _index_of(fname) if index_fname is None else index_fname
        write_archive(where, {"offsets": np.array(offsets, np.int64)}, {"kind": _KIND})
        logger.info("saved %s index to %s", cls.__name__, label(where))

    def __len__(self) -> int:
        if self.index is not None:
            return len(self.index)
        if self.length is None:
            self.length = sum(1 for _ in self)
        return self.length

    def __getitem__(self, docno: Any) -> Any:
        if self.index is None:
            raise RuntimeError("there is no index: documents can be read in their order only; serialize() writes one")
        if isinstance(docno, slice | list | np.ndarray):
            return SlicedCorpus(self, docno)
        if isinstance(docno, int | np.integer):
            return self.docbyoffset(int(self.index[docno]))
        raise ValueError(f"expected the number of a document, a slice, or a list or array of numbers, got {docno!r}")

    def docbyoffset(self, offset: int) -> Any:
        """Return the document that begins at a byte of the file; subclasses say how."""
        raise NotImplementedError(f"{type(self).__name__} must define docbyoffset()")


class SlicedCorpus(CorpusABC):
    """Some documents of a corpus, read when they are asked for."""

    def __init__(self, corpus: IndexedCorpus, slice_: Any) -> None:
        self.corpus, self.slice_ = corpus, slice_

    def _offsets(self) -> list[int]:
        offsets: list[int] = np.asarray(self.corpus.index)[self.slice_].tolist()
        return offsets

    def __iter__(self) -> Iterator[Any]:
        return map(self.corpus.docbyoffset, self._offsets())

    def __len__(self) -> int:
        return len(self._offsets())


class MmCorpus(IndexedCorpus):
    """Bags of words in a Matrix Market file, read one at a time.

    Parameters
    ----------
    fname : path or binary file
        The file, which may be compressed; its index is looked for at ``FILE.index``, gensim's pickled ones too.

    Attributes
    ----------
    num_docs, num_terms, num_nnz : int
        Documents, terms and entries, as the file says.

    Raises
    ------
    FormatError
        The file is none of this format, or a line of it is damaged.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     MmCorpus.serialize(f"{folder}/corpus.mm", [[(1, 0.5)], [], [(0, 2), (1, 1)]])
    ...     corpus = MmCorpus(f"{folder}/corpus.mm")
    ...     list(corpus), corpus[2]
    ([[(1, 0.5)], [], [(0, 2.0), (1, 1.0)]], [(0, 2.0), (1, 1.0)])
    """

    input: Any = None
    num_docs = num_terms = num_nnz = 0

    def __init__(self, fname: Any) -> None:
        super().__init__(fname)
        self.input = os.fspath(fname) if isinstance(fname, os.PathLike) else fname
        with self._opened() as file:
            self._read_header(file)

    def _opened(self) -> Any:
        if hasattr(self.input, "seek"):
            self.input.seek(0)
        return open_for_reading(self.input)

    def _read_header(self, file: IO[bytes]) -> int:
        """Read up to the first document; return the number of lines."""
        where, number = label(self.input), 1
        first = file.readline()
        if first and not first.lower().startswith(_HEADER.strip().lower()):
            raise FormatError(
                f"{where}: expected a Matrix Market file of real coordinates, {_HEADER[:-1]!r}, got {first[:60]!r}"
            )
        for number, line in enumerate(file, 2):
            if not line.startswith(b"%"):
                try:
                    self.num_docs, self.num_terms, self.num_nnz = map(int, line.split())
                except ValueError as error:
                    raise FormatError(f"{where}, line {number}: expected three numbers, got {line[:60]!r}") from error
                break
        return number

    def __iter__(self) -> Iterator[list[tuple[int, float]]]:
        document: list[tuple[int, float]] = []
        current = 0
        with self._opened() as file:
            read = self._read_header(file)
            for number, line in enumerate(file, read + 1):
                following, entry = self._entry(line, f"line {number}")
                if following < current:
                    raise FormatError(
                        f"{label(self.input)}, line {number}: document {following + 1} comes after {current + 1}"
                    )
                while current < following:
                    yield document
                    document, current = [], current + 1
                document.append(entry)
        if document:
            yield document
            current += 1
        for _ in range(current, self.num_docs):
            yield []

    def _entry(self, line: bytes, where: str) -> tuple[int, tuple[int, float]]:
        try:
            document, term, weight = line.split()[:3]
            return int(document) - 1, (int(term) - 1, float(weight))
        except ValueError as error:
            raise FormatError(
                f"{label(self.input)}, {where}: expected document, term and weight, got {line[:60]!r}"
            ) from error

    def docbyoffset(self, offset: int) -> list[tuple[int, float]]:
        """Return the document that begins at a byte of the file; -1 is for documents of no words."""
        document: list[tuple[int, float]] = []
        if offset == -1:
            return document
        with self._opened() as file:
            file.seek(offset)
            first = None
            for line in file:
                number, entry = self._entry(line, f"at byte {offset}")
                if first not in (None, number):
                    break
                first = number
                document.append(entry)
        return document

    def __len__(self) -> int:
        return self.num_docs

    def __str__(self) -> str:
        return f"MmCorpus({self.num_docs} documents, {self.num_terms} features, {self.num_nnz} non-zero entries)"

    @staticmethod
    def save_corpus(  # type: ignore[override]
        fname: Source,
        corpus: Iterable[Any],
        id2word: Mapping[int, str] | None = None,
        progress_cnt: int = 1000,
        metadata: bool = False,
    ) -> list[int]:
        """Write documents to a file; see `serialize`, which writes the index, too.

        Returns
        -------
        list of int
            The byte that each document begins at; -1 for those of no words, other than the last.
        """
        if metadata:
            raise ValueError("metadata=True is not provided: gensim pickles it")
        offsets: list[int] = []
        documents = terms = lines = 0
        start = len(_HEADER) + _STATISTICS + 1
        with tempfile.TemporaryFile() as body:
            for bag in corpus:
                if documents % progress_cnt == 0:
                    logger.info("PROGRESS: saving document #%i", documents)
                position = start + body.tell()
                if offsets and offsets[-1] == position:
                    offsets[-1] = -1
                offsets.append(position)
                documents += 1
                entries = sorted((number, weight) for number, weight in bag if abs(weight) > 1e-12)
                body.writelines(
                    b"%i %i %s\n" % (documents, number + 1, str(weight).encode()) for number, weight in entries
                )
                lines += len(entries)
                terms = max([terms, *(number + 1 for number, _ in entries[-1:])])
            terms = len(id2word) if id2word else terms
            body.seek(0)
            with open_for_writing(fname) as file:
                file.write(_HEADER + f"{documents} {terms} {lines}".ljust(_STATISTICS).encode() + b"\n")
                shutil.copyfileobj(body, file)
        return offsets


def _index_of(fname: str | os.PathLike[str]) -> str:
    """Return the name of an index: ``.index`` is added, before the extension of a compressed file."""
    stem, extension = os.path.splitext(os.fspath(fname))
    return f"{stem}.index{extension}" if extension in (".gz", ".bz2") else f"{os.fspath(fname)}.index"


def _read_index(path: Any) -> NDArray[np.int64]:
    if is_pickle(path):
        found = read_pickle(path)
    else:
        arrays, metadata = read_archive(path)
        found = arrays.get("offsets") if metadata.get("kind") == _KIND else None
    if not isinstance(found, list | np.ndarray) or not all(isinstance(each, int | np.integer) for each in found):
        raise FormatError(f"{label(path)} is no index of a corpus")
    return np.array(found, np.int64)
