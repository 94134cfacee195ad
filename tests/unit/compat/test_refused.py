"""All of gensim's names can be imported and subclassed; what npw2v does not have says so when it is used."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import npw2v
from npw2v.compat import refused

NAMES = json.loads((Path(__file__).parents[2] / "data" / "gensims_names.json").read_text(encoding="utf8"))
INDEXERS = {"gensim.similarities.annoy", "gensim.similarities.nmslib"}


@pytest.mark.parametrize("module", [name.partition(".")[2] for name in NAMES if name not in INDEXERS])
def test_every_public_name_of_gensims_can_be_imported(module):
    found = import_module(f"npw2v.{module}")
    for name in NAMES[f"gensim.{module}"]:
        value = getattr(found, name)
        if name in refused.NAMES.get(module, "").split():
            with pytest.raises(NotImplementedError, match=rf"^npw2v does not provide gensim\.{module}\.{name}: "):
                value()


def test_no_name_is_refused_that_gensim_does_not_have():
    without_pyro = {"models.lda_dispatcher", "models.lda_worker", "models.lsi_dispatcher", "models.lsi_worker"}
    for module, names in refused.NAMES.items():
        if module not in without_pyro:
            assert {*names.split()} <= {*NAMES[f"gensim.{module}"]}, module


def test_second_places_are_the_same_thing():
    from npw2v.models import CoherenceModel, FastText, LdaModel
    from npw2v.models.coherencemodel import CoherenceModel as SameCoherenceModel
    from npw2v.models.fasttext import FastText as SameFastText

    assert (CoherenceModel, FastText) == (SameCoherenceModel, SameFastText)
    assert npw2v.models.ldamodel.LdaModel is LdaModel
    assert npw2v.models.keyedvectors.FastTextKeyedVectors is npw2v.models.fasttext.FastTextKeyedVectors
    assert {"LdaModel", "Word2Vec"} <= {*dir(npw2v.models)}
    assert {"Dictionary", "WikiCorpus"} <= {*dir(npw2v.corpora)}


def test_classes_can_be_subclassed_and_asked_for():
    from npw2v.models import LdaModel
    from npw2v.utils import SaveLoad

    class Mine(LdaModel, SaveLoad):
        def __init__(self, topics):
            self.topics = topics

    assert not isinstance(npw2v.KeyedVectors(2), LdaModel)
    assert issubclass(Mine, LdaModel)
    with pytest.raises(NotImplementedError, match=r"gensim\.models\.ldamodel\.LdaModel: it has .* in a process of its"):
        Mine(3)
    with pytest.raises(AttributeError, match=r"gensim\.models\.ldamodel\.LdaModel\.load"):
        _ = LdaModel.load


def test_names_that_gensim_does_not_have_are_told_apart():
    with pytest.raises(AttributeError, match=r"npw2v does not provide npw2v\.models\.ldamodel\.Nothing$"):
        _ = npw2v.models.ldamodel.Nothing
    with pytest.raises(ImportError):
        import_module("npw2v.models.nothing")
    with pytest.raises(AttributeError, match=r"npw2v\.matutils\.nothing; it provides any2sparse, argsort"):
        _ = npw2v.matutils.nothing


def test_advice():
    with pytest.raises(NotImplementedError, match="The standard library has it, for files that you trust"):
        npw2v.utils.unpickle("file")


def test_constants_and_loggers():
    from npw2v.models.callbacks import VISDOM_INSTALLED
    from npw2v.models.doc2vec import FAST_VERSION, logger

    assert (FAST_VERSION, VISDOM_INSTALLED, logger.name) == (1, False, "npw2v.models.doc2vec")


@pytest.mark.filterwarnings("ignore:.*found in sys.modules")
def test_scripts():
    with pytest.raises(SystemExit, match=r"npw2v does not provide gensim\.scripts\.make_wikicorpus: "):
        runpy.run_module("npw2v.scripts.make_wikicorpus", run_name="__main__")


def test_word2vec_does_not_load_the_table():
    program = "import sys; from npw2v import Word2Vec; sys.exit('npw2v.compat.refused' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
