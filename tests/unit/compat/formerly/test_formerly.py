"""What was pickled before npw2v had folders, when its classes were in other modules, still loads.

The pickles were written by the last version of that time, the last of them with npw2v standing in for gensim.
"""

from __future__ import annotations

import base64
import json
import pickle
from pathlib import Path

import numpy as np
import pytest

import npw2v
from npw2v import matutils, utils
from npw2v.compat.dictionary import Dictionary
from npw2v.models import phrases, word2vec
from npw2v.models.word2vec_corpusfile import CythonLineSentence
from npw2v.phrases.joining import PhrasedCorpus
from npw2v.similarities import UniformTermSimilarityIndex, WordEmbeddingSimilarityIndex
from npw2v.similarities.annoy import AnnoyIndexer
from npw2v.test.utils import LeeCorpus, common_texts

FILE = Path(__file__).parents[3] / "support" / "pickles_before_folders.json"
REPLAY = pytest.param(
    "word2vec_replay",
    marks=pytest.mark.skipif(
        np.lib.NumpyVersion(np.__version__) < "2.0.0", reason="NumPy 1 reads no random state that NumPy 2 pickled"
    ),
)
PICKLES = {name: base64.b64decode(content) for name, content in json.loads(FILE.read_text()).items()}
TYPES = {
    "word2vec_hs": npw2v.Word2Vec,
    "word2vec_replay": npw2v.Word2Vec,
    "keyedvectors": npw2v.KeyedVectors,
    "phrases_npmi": phrases.Phrases,
    "frozenphrases": phrases.FrozenPhrases,
    "phrased": PhrasedCorpus,
    "linesentence": npw2v.LineSentence,
    "pathlinesentences": npw2v.PathLineSentences,
    "text8": npw2v.Text8Corpus,
    "brown": npw2v.BrownCorpus,
    "bytes": CythonLineSentence,
    "dictionary": Dictionary,
    "repeat": utils.RepeatCorpus,
    "saveload": utils.SaveLoad,
    "annoy": AnnoyIndexer,
    "terms": WordEmbeddingSimilarityIndex,
    "uniform": UniformTermSimilarityIndex,
    "heapitem": word2vec.Heapitem,
    "vocab": word2vec.Vocab,
    "w2vvocab": word2vec.Word2VecVocab,
    "trainables": word2vec.Word2VecTrainables,
    "callback": npw2v.CallbackAny2Vec,
    "lee": LeeCorpus,
    "functions": list,
    "errors": list,
    "stand_in": list,
}


def test_each_of_them_is_looked_at():
    assert PICKLES.keys() == TYPES.keys()


@pytest.mark.parametrize("name", [REPLAY, *sorted(TYPES.keys() - {"word2vec_replay"})])
def test_classes(name):
    assert type(pickle.loads(PICKLES[name])) is TYPES[name]


@pytest.mark.parametrize("name", ["word2vec_hs", REPLAY])
def test_models_go_on_training(name):
    model = pickle.loads(PICKLES[name])
    model.sample = 0
    before = model.wv["cat"].copy()
    assert model.train([["cat", "dog"]] * 10, total_examples=10, epochs=2)[1] == 40
    assert (model.wv["cat"] != before).any()
    assert model.wv.index_to_key == ["say", "woof", "dog", "meow", "cat"]


def test_vectors_answer():
    vectors = pickle.loads(PICKLES["keyedvectors"])
    assert {word for word, _ in vectors.most_similar("cat")} == {"say", "woof", "dog", "meow"}


def test_phrases_join():
    joined = pickle.loads(PICKLES["phrased"])
    assert list(joined) == list(phrases.Phrases(common_texts, min_count=1, threshold=1)[common_texts])
    assert pickle.loads(PICKLES["frozenphrases"])[common_texts[1]] == list(joined)[1]


def test_functions():
    assert pickle.loads(PICKLES["functions"]) == [
        *(phrases.npmi_scorer, phrases.original_scorer, utils.keep_vocab_item, utils.prune_vocab),
        *(utils.simple_preprocess, matutils.unitvec, matutils.argsort, utils.open_file, utils.flatten),
        utils.deprecated,
    ]


def test_what_was_pickled_standing_in_for_gensim():
    vectors, item, dictionary = pickle.loads(PICKLES["stand_in"])
    assert type(vectors) is npw2v.KeyedVectors
    np.testing.assert_array_equal(vectors["dog"], [0, 1])
    assert item == word2vec.Heapitem(1, 2, None, None)
    assert dictionary.token2id == Dictionary(common_texts).token2id
