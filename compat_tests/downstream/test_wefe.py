"""WEFE: measures and mitigates bias in vectors; its own test model is a pickle that gensim 3 wrote."""

import numpy as np
import pytest
from gensim.models import KeyedVectors, Word2Vec
from wefe.datasets import load_weat
from wefe.debias.half_sibling_regression import HalfSiblingRegression
from wefe.debias.hard_debias import HardDebias
from wefe.metrics import ECT, MAC, RIPA, RND, RNSB, WEAT
from wefe.query import Query
from wefe.utils import load_test_model, run_queries
from wefe.word_embedding_model import WordEmbeddingModel

SETS = load_weat()

GENDERED = [
    ["woman", "man"],
    ["girl", "boy"],
    ["she", "he"],
    ["mother", "father"],
    ["daughter", "son"],
    ["female", "male"],
    ["her", "his"],
    ["herself", "himself"],
]


def query(targets, attributes):
    return Query([SETS[name] for name in targets], [SETS[name] for name in attributes], targets, attributes)


FLOWERS = query(["flowers", "insects"], ["pleasant_5", "unpleasant_5a"])
CAREER = query(["male_terms", "female_terms"], ["career", "family"])
CAREER_ALONE = query(["male_terms", "female_terms"], ["career"])
SCIENCE = query(["male_terms", "female_terms"], ["math", "arts"])


@pytest.fixture
def model():
    return load_test_model()


def test_the_test_model_loads(model):
    assert isinstance(model.wv, KeyedVectors)
    assert model.wv.vectors.shape == (13013, 300)
    assert model.wv.vectors.dtype == np.float32
    names, cosines = zip(*model.wv.most_similar("he", topn=5))
    assert names == ("He", "him", "his", "she", "himself")
    np.testing.assert_allclose(cosines, [0.671261, 0.668114, 0.620177, 0.612995, 0.588028], atol=1e-5)


@pytest.mark.parametrize(
    "metric, asked, by_gensim",
    [
        (WEAT, FLOWERS, 1.4078288),
        (WEAT, CAREER, 0.4634388),
        (MAC, FLOWERS, 0.9128977),
        (MAC, CAREER, 0.8416415),
        (RND, CAREER_ALONE, -0.1653029),
        (ECT, CAREER_ALONE, 0.7619048),
        (RIPA, CAREER_ALONE, 0.0196767),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_metrics_have_the_values_that_gensim_gives(model, metric, asked, by_gensim):
    assert metric().run_query(asked, model)["result"] == pytest.approx(by_gensim, abs=2e-6)


def test_the_effect_of_flowers_and_insects_is_significant(model):
    found = WEAT().run_query(FLOWERS, model, calculate_p_value=True, p_value_iterations=100)
    assert found["effect_size"] == pytest.approx(1.5549758, abs=2e-6)
    assert found["p_value"] < 0.02


def test_rnsb_trains_a_classifier_on_the_vectors(model):
    assert RNSB().run_query(FLOWERS, model, random_state=42)["rnsb"] == pytest.approx(0.1276, abs=0.01)


def test_several_queries_in_one_table(model):
    table = run_queries(WEAT, [FLOWERS, CAREER, SCIENCE], [model], queries_set_name="Gender", metric_params={})
    assert table.shape == (1, 3)
    assert (table.to_numpy() > 0).all()


def test_normalized_vectors_are_of_length_1_and_measure_the_same(model):
    before = model.wv.most_similar("king", topn=5)
    model.normalize()
    np.testing.assert_allclose(np.linalg.norm(model.wv.vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(model.wv.norms, 1, atol=1e-5)
    assert WEAT().run_query(FLOWERS, model)["weat"] == pytest.approx(1.4078288, abs=2e-6)
    after = model.wv.most_similar("king", topn=5)
    assert [name for name, _ in before] == [name for name, _ in after]


def test_hard_debiasing(model):
    """The bias between the genders goes, neighbors stay."""
    gendered = [word for pair in GENDERED for word in pair] + SETS["male_terms"] + SETS["female_terms"]
    fitted = HardDebias(verbose=False, criterion_name="gender").fit(model, definitional_pairs=GENDERED)
    fair = fitted.transform(model, ignore=gendered, copy=True)
    for asked, before, after in ((CAREER, 0.4507653, 0.0275821), (SCIENCE, 0.8803360, -0.2422396)):
        assert WEAT().run_query(asked, model)["effect_size"] == pytest.approx(before, abs=1e-5)
        assert WEAT().run_query(asked, fair)["effect_size"] == pytest.approx(after, abs=1e-4)
    assert [word for word, _ in fair.wv.most_similar("doctor", topn=3)] == ["physician", "doctors", "gynecologist"]


def test_half_sibling_regression(model):
    words = [word for pair in GENDERED for word in pair]
    fair = HalfSiblingRegression(criterion_name="gender").fit(model, definitional_words=words).transform(model)
    assert WEAT().run_query(SCIENCE, fair)["effect_size"] == pytest.approx(0.7281467, abs=1e-3)


def test_an_embedding_is_updated(model):
    vector = model.wv["king"].copy()
    model.update("queen", vector)
    assert model.wv.similarity("king", "queen") == pytest.approx(1, abs=1e-6)
    model.batch_update(["man", "woman"], np.stack([vector, -vector]))
    np.testing.assert_array_equal(model.wv["woman"], -vector)


def test_bias_in_vectors_that_are_trained_here():
    """Two professions, each in the company of one gender only: RND and WEAT say which is whose."""
    rng = np.random.default_rng(3)
    company = {"he": ["engineer", "bridge", "steel"], "she": ["nurse", "ward", "patient"]}
    texts = [[who, *rng.permutation(words)] for who, words in company.items() for _ in range(400)]
    trained = Word2Vec(texts, vector_size=16, min_count=1, sample=0, epochs=10, sg=1, seed=1)
    model = WordEmbeddingModel(trained.wv, "trained here")
    asked = Query([["he"], ["she"]], [["engineer", "bridge"], ["nurse", "ward"]])
    assert WEAT().run_query(asked, model)["weat"] > 0.3
    nearer_her = Query([["he"], ["she"]], [["nurse", "ward"]])
    assert RND().run_query(nearer_her, model)["rnd"] > 0
