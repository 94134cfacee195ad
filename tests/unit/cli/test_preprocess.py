"""`npw2v preprocess`: training on the folder gives the bytes of training on the text."""

from __future__ import annotations

import pytest

SETTINGS = ("--vector-size", 5, "--epochs", 1, "--workers", 1, "--validation")


@pytest.mark.parametrize("clean", [(), ("--lowercase", "--tokenize", "--phrases")])
def test_the_same_bytes_as_from_the_text(run, folder, clean):
    run("preprocess", "raw.txt", "-o", "numbers", "--validation", "held-out.txt", *clean)
    run("train", "numbers", "-o", "numbers.bin", *SETTINGS, "numbers", "--min-count", 2)
    run("train", "raw.txt", "-o", "text.bin", *SETTINGS, "held-out.txt", "--min-count", 2, *clean)
    assert (folder / "numbers.bin").read_bytes() == (folder / "text.bin").read_bytes()


def test_a_folder_that_is_there_is_kept(fails, folder):
    (folder / "numbers").mkdir()
    (folder / "numbers" / "mine").write_text("")
    assert "is there already" in fails("preprocess", "raw.txt", "-o", "numbers")


def test_numbers_cannot_be_cleaned(run, fails):
    run("preprocess", "raw.txt", "-o", "numbers")
    assert "give --lowercase" in fails("train", "numbers", "-o", "a.bin", "--lowercase")
