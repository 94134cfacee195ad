"""scattertext: words of the 2012 conventions, by vectors that it trains with gensim's Word2Vec, and phrases."""

import json

import numpy as np
import pytest
import scattertext
import spacy
from gensim.models import Phrases, Word2Vec
from scattertext.representations.Word2VecFromParsedCorpus import (
    GensimPhraseAdder,
    Word2VecFromParsedCorpus,
    Word2VecFromParsedCorpusBigrams,
)
from sklearn.decomposition import PCA

TOGETHER = [
    ("mitt", "romney"),
    ("barack", "obama"),
    ("health", "care"),
    ("middle", "class"),
    ("small", "business"),
    ("social", "security"),
    ("tax", "cuts"),
    ("high", "school"),
    ("united", "states"),
    ("paul", "ryan"),
]


@pytest.fixture(scope="module")
def speeches():
    """The 189 speeches of both conventions, 135,000 words, which come with scattertext."""
    frame = scattertext.SampleCorpora.ConventionData2012.get_data()
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return frame.assign(parse=list(nlp.pipe(frame.text)))


@pytest.fixture(scope="module")
def corpus(speeches):
    return scattertext.CorpusFromParsedDocuments(speeches, category_col="party", parsed_col="parse").build()


@pytest.fixture(scope="module")
def model(corpus):
    """scattertext's own choice: skip-gram with hierarchical softmax, trained 5 times on an iterator."""
    return Word2VecFromParsedCorpus(corpus).train()


def test_the_model(model):
    assert isinstance(model, Word2Vec)
    assert len(model.wv) == 2222
    assert model.wv.index_to_key[:3] == ["the", "and", "to"]


def test_words_that_go_together_are_alike(model):
    """gensim: on average .60, the partner the third nearest; .04 for two words at random."""
    words = model.wv.index_to_key[:600]
    at_random = [model.wv.similarity(*pair) for pair in np.random.default_rng(0).choice(words, (500, 2))]
    together = [model.wv.similarity(*pair) for pair in TOGETHER]
    assert np.mean(together) > np.mean(at_random) + 0.3
    assert np.median([model.wv.rank(*pair) for pair in TOGETHER]) <= 10


def test_the_explorer_of_similar_words(corpus, speeches, model):
    """The page holds every term with its similarity to the word asked for."""
    page = scattertext.word_similarity_explorer_gensim(
        corpus,
        category="democrat",
        category_name="Democratic",
        not_category_name="Republican",
        target_term="jobs",
        minimum_term_frequency=5,
        word2vec=model.wv,
        metadata=speeches.speaker,
    )
    terms, _ = json.JSONDecoder().raw_decode(page, page.index('"data": [') + len('"data": '))
    shown = {term["term"]: term["os"] for term in terms}
    assert shown["jobs"] == max(shown.values())
    for term in ("create", "workers", "unemployed", "mitt", "god"):
        assert shown[term] == pytest.approx(model.wv.similarity("jobs", term), abs=1e-4)
    assert shown["create"] > shown["god"] + 0.2


def test_the_vectors_of_all_terms_in_two_dimensions(corpus):
    resolver = scattertext.EmbeddingsResolver(corpus).set_embeddings_model(Word2Vec(vector_size=20, seed=1, sg=1))
    projected, axes = resolver.project_embeddings(PCA(2))
    assert resolver.embeddings_.shape == (2222, 20)
    assert list(axes.index) == list(projected.get_terms())
    assert np.isfinite(axes.to_numpy()).all()
    assert (axes.std() > 0).all()


def test_phrases_of_up_to_four_words(corpus):
    phrases = GensimPhraseAdder(max_tokens_per_phrase=3).add_phrases(corpus).phrases
    assert [type(each) for each in phrases] == [Phrases] * 3
    found = phrases[0][["mitt", "romney", "likes", "health", "care", "in", "the", "united", "states"]]
    assert list(found) == ["mitt romney", "likes", "health care", "in", "the", "united states"]


def test_bigrams_in_the_vocabulary(corpus):
    small = Word2Vec(vector_size=10, min_count=5, seed=1)
    model = Word2VecFromParsedCorpusBigrams(corpus, small).train(epochs=1, super_epochs=1)
    assert {"mitt_romney", "barack_obama", "health_care", "united_states", "american_dream"} <= set(
        model.wv.key_to_index
    )
