"""What a trained model makes of sentences."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import Word2Vec
from tests.support.smallmodels import SMALL, TEXTS, built


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("mean", [0, 1])
def test_score_is_the_log_probability_of_every_word_in_its_window(sg, mean):
    model = Word2Vec(TEXTS, hs=1, negative=0, sg=sg, cbow_mean=mean, **{**SMALL, "window": 2})
    sentence = [word for text in TEXTS for word in text][:100]
    expected = 0.0
    for i, word in enumerate(sentence):
        context = [model.wv[other] for j, other in enumerate(sentence) if j != i and abs(i - j) <= 2]
        inputs = context if sg else [np.mean(context, axis=0) if mean else np.sum(context, axis=0)]
        path = list(zip(model.wv.get_vecattr(word, "point"), model.wv.get_vecattr(word, "code")))
        for x in inputs:
            expected -= sum(np.log1p(np.exp(-(1 - 2.0 * code) * (x @ model.syn1[node]))) for node, code in path)
    scores = model.score([sentence, ["unknown", *sentence], [], ["unknown"]])
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, [expected, expected, 0, 0], rtol=1e-4)
    assert len(model.score(iter([sentence] * 5), total_sentences=3)) == 3


def test_score_needs_hierarchical_softmax_and_weights():
    with pytest.raises(RuntimeError, match="you must first build vocabulary"):
        Word2Vec(hs=1, negative=0).score(TEXTS)
    with pytest.raises(RuntimeError, match="hs=1 and negative=0"):
        built().score(TEXTS)
    model = built(hs=1, negative=0)
    del model.syn1
    with pytest.raises(RuntimeError, match="needs trained output weights"):
        model.score(TEXTS)
