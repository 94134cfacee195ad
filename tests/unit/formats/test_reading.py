"""One way to read a model or vectors, whoever wrote the file."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import KeyedVectors, Word2Vec
from npw2v.formats.archive import read_archive, write_archive
from npw2v.formats.reading import read_model_state, read_vector_state
from tests.support.gensim_pickles import dumps, model_4, vectors_4

CORPUS = [["a", "b", "c"]] * 10


@pytest.fixture
def files(tmp_path):
    model = Word2Vec(CORPUS, min_count=1, vector_size=2, window=3)
    model.save(tmp_path / "model")
    model.wv.save(tmp_path / "vectors")
    (tmp_path / "gensim's model").write_bytes(dumps(model_4()))
    (tmp_path / "gensim's vectors").write_bytes(dumps(vectors_4()))
    return tmp_path


@pytest.mark.parametrize("by", ["", "gensim's "])
def test_states_are_plain(files, by):
    model = read_model_state(files / f"{by}model")
    for vectors in (model.vectors, read_vector_state(files / f"{by}model"), read_vector_state(files / f"{by}vectors")):
        assert len(vectors.index_to_key) == len(vectors.key_to_index) == len(vectors.vectors)
        assert vectors.vectors.shape[1] == vectors.vector_size == 2
        assert type(vectors.vectors) is np.ndarray
        assert "count" in vectors.expandos
        assert vectors.from_gensim is bool(by)
    assert model.syn1neg.shape == model.vectors.vectors.shape
    assert model.syn1 is None
    assert model.attributes["window"] in (2, 3)


def test_what_a_file_of_another_version_lacks_is_as_in_a_new_model(files):
    arrays, metadata = read_archive(files / "model")
    for name in ("history", "shrink_windows", "kernel", "cbow_exact"):
        del metadata["attributes"][name]
    write_archive(files / "older", arrays, metadata)
    model = Word2Vec.load(files / "older")
    assert (model.history, model.shrink_windows, model.kernel, model.window) == ([], True, "blocks", 3)
    assert model.cbow_exact is False
    model.train(CORPUS, total_examples=10, epochs=1)


def test_no_file_hides_a_method(files):
    for name, cls in {"model": Word2Vec, "vectors": KeyedVectors}.items():
        arrays, metadata = read_archive(files / name)
        metadata["attributes"] |= {"save": 1, "__str__": 2, "mine": 3}
        write_archive(files / "odd", arrays, metadata)
        loaded = cls.load(files / "odd")
        loaded.save(files / "again")
        assert loaded.mine == 3
