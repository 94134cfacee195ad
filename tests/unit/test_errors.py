"""Whoever catches gensim's errors catches npw2v's."""

from __future__ import annotations

import copy
import pickle

import pytest

from npw2v import errors


@pytest.mark.parametrize(
    "error, caught",
    [
        (errors.FormatError, ValueError),
        (errors.TruncatedError, EOFError),
        (errors.TruncatedError, pickle.UnpicklingError),
        (errors.ForeignFileError, pickle.UnpicklingError),
        (errors.EmptyFileError, EOFError),
        (errors.EmptyFileError, pickle.UnpicklingError),
        (errors.NotTextError, UnicodeDecodeError),
        (errors.PickleError, pickle.UnpicklingError),
        (errors.NoModelError, AttributeError),
        (errors.MissingFileError, FileNotFoundError),
        (errors.ShapeError, IndexError),
        (errors.ShapeError, ValueError),
        (errors.TrainingError, RuntimeError),
    ],
)
def test_errors_are_those_of_gensim_too(error, caught):
    with pytest.raises(caught, match="it is so"):
        raise error("it is so")


def test_all_that_a_file_can_raise_is_a_format_error():
    loading = (errors.ForeignFileError, errors.EmptyFileError, errors.NotTextError)
    named = (errors.TruncatedError, errors.PickleError, errors.NoModelError, errors.MissingFileError, *loading)
    assert all(issubclass(error, errors.FormatError) for error in named)


def test_stopping_is_no_failure_of_training():
    assert not issubclass(errors.StopTraining, errors.TrainingError)


def test_what_is_said_of_bytes_that_are_no_text_survives_copies():
    error = errors.NotTextError("file: no text")
    for each in (error, copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (type(each), str(each), each.args) == (errors.NotTextError, "file: no text", ("file: no text",))
