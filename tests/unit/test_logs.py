"""A logger has the name of the module of gensim that would say the same; the list of names is whole."""

from __future__ import annotations

import logging
import pkgutil
import sys
from types import ModuleType

import pytest

import npw2v
from npw2v import logs
from npw2v.models import keyedvectors, phrases, word2vec


@pytest.fixture
def renamed(monkeypatch):
    """As if this process stood in for gensim; the modules have their loggers back afterwards."""
    monkeypatch.setattr(logs, "_ROOT", ["npw2v"])
    for module in logs._MODULES & sys.modules.keys():
        monkeypatch.setattr(sys.modules[module], "logger", logs.logger_of(module))
    return logs.rename_to


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("npw2v.word2vec", "models.word2vec"),
        ("npw2v.training.progress", "models.word2vec"),
        ("npw2v.training.replay.batches", "models.word2vec"),
        ("npw2v.training.callbacks", "models.callbacks"),
        ("npw2v.vectors.files", "models.keyedvectors"),
        ("npw2v.formats.saveload", "utils"),
        ("npw2v.formats.word2vec", "models.keyedvectors"),
        ("npw2v.scripts.glove2word2vec", "scripts.glove2word2vec"),
    ],
)
def test_names_are_those_of_gensims_modules(module, name, renamed):
    assert logs.logger_of(module).name == f"npw2v.{name}"
    renamed("gensim")
    assert logs.logger_of(module).name == f"gensim.{name}"


def test_every_name_in_the_table_is_of_a_module_that_there_is():
    found = {each.name.partition(".")[2] for each in pkgutil.walk_packages(npw2v.__path__, "npw2v.")}
    assert set(logs.NAMES) <= found
    assert set(logs.NAMES.values()) - {""} <= found


def test_modules_have_their_logger_where_gensim_has_it():
    for module, name in ((word2vec, "word2vec"), (keyedvectors, "keyedvectors"), (phrases, "phrases")):
        assert module.logger is logging.getLogger(f"npw2v.models.{name}")
    assert npw2v.logger is logging.getLogger("npw2v")
    assert "logger" not in npw2v.__all__


def test_modules_change_theirs_when_they_are_renamed_and_those_that_come_later_too(renamed, monkeypatch):
    later = ModuleType("npw2v.formats.later")
    monkeypatch.setitem(sys.modules, later.__name__, later)
    monkeypatch.setattr(logs, "_MODULES", {*logs._MODULES})
    renamed("gensim")
    assert sys.modules["npw2v.training.progress"].logger is logging.getLogger("gensim.models.word2vec")
    assert logs.logger is logging.getLogger("gensim")
    assert logs.logger_of(later.__name__).name == "gensim.utils"
