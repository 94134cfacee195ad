"""Whoever catches gensim's errors catches npw2v's."""

from __future__ import annotations

import pickle

import pytest

from npw2v import errors


@pytest.mark.parametrize(
    "error, caught",
    [
        (errors.FormatError, ValueError),
        (errors.TruncatedError, EOFError),
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
    named = (errors.TruncatedError, errors.PickleError, errors.NoModelError, errors.MissingFileError)
    assert all(issubclass(error, errors.FormatError) for error in named)


def test_stopping_is_no_failure_of_training():
    assert not issubclass(errors.StopTraining, errors.TrainingError)
