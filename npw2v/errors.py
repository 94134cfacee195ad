"""The errors that npw2v names itself; everything else raises the built-in exception that gensim raises."""

from __future__ import annotations

import pickle


class FormatError(ValueError):
    """A file is not what its format says: truncated, ragged or mis-typed.

    The message names the file, the record (counted from 1) and what was expected there.
    """


class TruncatedError(FormatError, EOFError, pickle.UnpicklingError):
    """A file ends before its last record. Also an `EOFError` and an `UnpicklingError`, as gensim raises here."""


class ForeignFileError(FormatError, pickle.UnpicklingError):
    """``load()`` was given what no ``save()`` wrote. Also an `UnpicklingError`, which is what gensim raises here."""


class EmptyFileError(ForeignFileError, EOFError):
    """``load()`` was given an empty file. Also an `EOFError`, which is what gensim raises here."""


class NotTextError(FormatError, UnicodeDecodeError):
    """A file is no text where text was expected. Also a `UnicodeDecodeError`, which is what gensim raises here.

    Parameters
    ----------
    message : str
        Stands for what a `UnicodeDecodeError` says of bytes.
    """

    def __init__(self, message: str) -> None:
        UnicodeDecodeError.__init__(self, "utf-8", b"", 0, 0, message)
        self.args = (message,)

    def __str__(self) -> str:
        return self.reason


class PickleError(FormatError, pickle.UnpicklingError):
    """A pickle is damaged, or names something that is not on the list of names that npw2v allows."""


class NoModelError(FormatError, AttributeError):
    """A file holds something else than it was loaded as. Also an `AttributeError`, which is what gensim raises here."""


class MissingFileError(FormatError, FileNotFoundError):
    """A file that belongs to another, beside it, is missing."""


class TrainingError(RuntimeError):
    """Training cannot go on: a weight is not finite, or a worker died."""


class StopTraining(Exception):
    """A callback raises it to end training after the current epoch; `npw2v.Word2Vec.train` then returns as usual."""


class ShapeError(ValueError, IndexError):
    """Arrays or lists that belong together do not fit each other: an IndexError, too, as NumPy has it in gensim."""
