"""Toy texts and temporary files; the paths of gensim's test data are compared in compat_tests/."""

from __future__ import annotations

import os

import pytest

from npw2v.test import utils


def test_bags_of_the_toy_texts_are_numbered_by_the_dictionary():
    assert len(utils.common_texts) == len(utils.common_corpus) == 9
    words = [sorted(utils.common_dictionary[number] for number, _ in bag) for bag in utils.common_corpus]
    assert words == [sorted(set(text)) for text in utils.common_texts]


def test_temporary_files_go_and_their_folders_with_them():
    with utils.temporary_file("vectors.bin") as path:
        assert os.path.basename(path) == "vectors.bin"
        with open(path, "wb"):
            pass
    assert not os.path.exists(os.path.dirname(path))
    folder, name = os.path.split(utils.get_tmpfile("model"))
    assert (name, os.listdir(folder)) == ("model", [])
    os.rmdir(folder)


def test_data_that_come_with_gensim_are_named_where_there_is_none(monkeypatch):
    monkeypatch.setattr("npw2v.compat.testdata.installed_gensim", lambda: None)
    with pytest.raises(FileNotFoundError, match="'lee.cor' belongs to gensim's test data.*pip install gensim"):
        utils.datapath("lee.cor")


def test_other_names_are_refused():
    with pytest.raises(AttributeError, match="has no attribute 'common_paths'; it has LeeCorpus, "):
        utils.common_paths  # noqa: B018
