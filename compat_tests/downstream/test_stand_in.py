"""What the other tests of this folder rely on: gensim is not here, and importing it finds npw2v."""

from importlib.metadata import version

import npw2v
from npw2v.as_gensim import installed_gensim


def test_there_is_no_gensim_to_fall_back_on():
    assert installed_gensim() is None


def test_gensim_is_npw2v():
    import gensim
    from gensim.models import KeyedVectors, Word2Vec

    assert Word2Vec is npw2v.Word2Vec
    assert KeyedVectors is npw2v.KeyedVectors
    assert version("gensim").removesuffix("+npw2v") == gensim.__version__ >= "4"
