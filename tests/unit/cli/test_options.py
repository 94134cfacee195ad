"""Types of arguments."""

from __future__ import annotations

import argparse

import pytest

from npw2v.cli.options import positive


def test_positive_whole_numbers():
    assert positive("3") == 3
    with pytest.raises(argparse.ArgumentTypeError, match="from 1, got -1"):
        positive("-1")
    with pytest.raises(ValueError, match="invalid literal"):
        positive("1.5")
