"""spec2vec: spectra as documents whose words are peaks; it imports ``gensim.models.basemodel`` for a name in a type."""

import numpy as np
import pytest
from gensim.models import Word2Vec
from matchms import Spectrum
from spec2vec import SpectrumDocument
from spec2vec.model_building import train_new_word2vec_model
from spec2vec.vector_operations import calc_vector

#: Peaks that come together in the spectra of one of two kinds of molecule.
PEAKS = (np.arange(60, 360, 30.0), np.arange(75, 375, 30.0))


@pytest.fixture(scope="module")
def documents():
    rng = np.random.default_rng(1)
    peaks = (np.sort(rng.choice(PEAKS[number % 2], 6, replace=False)) for number in range(300))
    return [SpectrumDocument(Spectrum(mz=each, intensities=np.ones(6)), n_decimals=1) for each in peaks]


@pytest.fixture
def model(documents, tmp_path):
    """Trained for 20 epochs; saved by a callback after each of 10 and 20."""
    options = {"vector_size": 16, "workers": 1, "sample": 0, "seed": 1, "progress_logger": False}
    return train_new_word2vec_model(documents, [10, 20], str(tmp_path / "spectra.model"), **options)


def test_spectra_of_one_kind_are_alike(documents, model):
    vectors = np.array([calc_vector(model, document, 0.5, 5) for document in documents[:40]])
    vectors -= vectors.mean(axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines, kind = vectors @ vectors.T, np.arange(40) % 2
    same = kind[:, None] == kind
    assert cosines[same].mean() > cosines[~same].mean() + 0.5
    assert (kind[(cosines - 2 * np.eye(40)).argmax(axis=1)] == kind).all()


def test_models_are_saved_on_the_way(model, tmp_path):
    between, last = (Word2Vec.load(str(path)) for path in sorted(tmp_path.glob("*.model")))
    assert between.wv.index_to_key == last.wv.index_to_key == model.wv.index_to_key
    trained = [each.wv.vectors for each in (between, last)]
    assert any((vectors == model.wv.vectors).all() for vectors in trained)
    assert not (trained[0] == trained[1]).all()
