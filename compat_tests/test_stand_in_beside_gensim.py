"""npw2v standing in for a gensim that is installed; see tests/behaviour/test_stand_in.py for the rest."""

from __future__ import annotations

import subprocess
import sys


def python(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    return done.stdout + done.stderr


def test_tests_and_data_are_gensims_the_rest_npw2vs():
    said = python(
        """
import npw2v, os
npw2v.install_as_gensim()
import gensim, gensim.test.utils
from gensim.corpora import Dictionary
from gensim.test.utils import LeeCorpus, common_dictionary, datapath
folder = gensim.__path__[0]
assert gensim.test.utils.__file__ == os.path.join(folder, "test", "utils.py"), gensim.test.utils.__file__
assert datapath("lee.cor") == os.path.join(folder, "test", "test_data", "lee.cor")
assert type(common_dictionary) is Dictionary is npw2v.compat.dictionary.Dictionary
assert gensim.models.Word2Vec(LeeCorpus(), epochs=1).__class__ is npw2v.Word2Vec
import gensim.summarization
"""
    )
    assert said.splitlines()[-1].startswith("ModuleNotFoundError: npw2v stands in for gensim here and does not provide")


def test_common_texts_and_their_numbers_are_gensims():
    from gensim.test import utils as theirs

    from npw2v.test import utils as ours

    assert ours.common_texts == theirs.common_texts
    assert ours.common_dictionary.token2id == theirs.common_dictionary.token2id
    assert ours.common_corpus == theirs.common_corpus
    assert ours.lee_corpus_list == theirs.lee_corpus_list
    assert dict(ours.common_dictionary) == dict(theirs.common_dictionary)
    assert ours.common_dictionary.most_common(5) == theirs.common_dictionary.most_common(5)
    assert str(ours.common_dictionary) == str(theirs.common_dictionary)


def test_gensim_that_was_imported_first():
    said = python("import gensim, npw2v\nnpw2v.install_as_gensim()").splitlines()[-1]
    assert said.startswith(f"RuntimeError: gensim has already been imported, from {sys.prefix}")


def test_what_gensim_pickled_loads_and_trains(tmp_path):
    sentences = [["cat", "say", "meow"], ["dog", "say", "woof"]] * 5
    python(f"""
import pickle
from gensim.models import Word2Vec
model = Word2Vec({sentences}, min_count=1, vector_size=4)
pickle.dump((model, model.wv, model.wv["cat"], model.wv.most_similar("cat")), open({str(tmp_path / "pickle")!r}, "wb"))
""")
    said = python(f"""
import npw2v, pickle
npw2v.install_as_gensim()
model, vectors, cat, similar = pickle.load(open({str(tmp_path / "pickle")!r}, "rb"))
assert (model.wv["cat"] == cat).all() and vectors is model.wv
assert [word for word, _ in vectors.most_similar("cat")] == [word for word, _ in similar]
print(type(model) is npw2v.Word2Vec, model.train({sentences}, total_examples=model.corpus_count, epochs=2)[1])
""")
    assert said == "True 60\n"
