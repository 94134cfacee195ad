"""What the other tests of this folder rely on: gensim is not here, and importing it finds npw2v."""

from importlib.metadata import version
from pathlib import Path
from sysconfig import get_path

import npw2v


def test_there_is_no_gensim_to_fall_back_on():
    assert not list(Path(get_path("purelib")).glob("gensim*"))
    assert not list(Path(get_path("platlib")).glob("gensim*"))


def test_gensim_is_npw2v():
    import gensim
    from gensim.models import KeyedVectors, Word2Vec

    assert Word2Vec is npw2v.Word2Vec
    assert KeyedVectors is npw2v.KeyedVectors
    assert version("gensim") == gensim.__version__ >= "4"
