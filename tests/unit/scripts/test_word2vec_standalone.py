"""`python -m npw2v.scripts.word2vec_standalone`: what is written where, and options that become parameters."""

from __future__ import annotations

import logging
import os

import numpy as np
import pytest

from npw2v import KeyedVectors, Word2Vec
from npw2v.scripts import word2vec_standalone as standalone
from tests.support.scripts import SMALL


def test_vectors_go_to_output_only(corpus, tmp_path):
    output = tmp_path / "vectors.txt"
    standalone.main(["-train", str(corpus), "-output", str(output), *SMALL])
    assert {path.name for path in tmp_path.iterdir()} == {"words.en.txt", "vectors.txt"}
    vectors = KeyedVectors.load_word2vec_format(output)
    expected = Word2Vec(corpus_file=str(corpus), vector_size=6, min_count=1, workers=1, epochs=1, alpha=0.05).wv
    assert vectors.index_to_key == expected.index_to_key
    assert np.allclose(vectors.vectors, expected.vectors)


@pytest.mark.parametrize("binary, ending", [("0", "txt"), ("1", "bin")])
def test_without_output_model_and_vectors_go_beside_the_corpus(corpus, binary, ending):
    standalone.main(["-train", str(corpus), "-binary", binary, *SMALL])
    model = Word2Vec.load(str(corpus.parent / "words.model"))
    vectors = KeyedVectors.load_word2vec_format(corpus.parent / f"words.model.{ending}", binary=binary == "1")
    assert np.array_equal(model.wv.vectors, vectors.vectors)
    assert len(list(corpus.parent.iterdir())) == 3


def test_a_point_in_the_folder_is_no_ending(corpus, monkeypatch):
    monkeypatch.chdir(corpus.parent)
    standalone.main(["-train", os.path.join(".", corpus.name), *SMALL])
    assert (corpus.parent / "words.model").exists()


@pytest.mark.parametrize(
    "arguments, expected",
    [
        ([], {"sg": 0, "alpha": 0.05, "negative": 5, "hs": 0, "window": 5, "sample": 1e-3, "workers": 1}),
        (["-cbow", "0"], {"sg": 1, "alpha": 0.025}),
        (["-alpha", "0.5", "-hs", "1", "-negative", "0"], {"alpha": 0.5, "hs": 1, "negative": 0}),
        (["-cbow", "0", "-window", "2", "-sample", "0", "-iter", "2"], {"window": 2, "sample": 0, "epochs": 2}),
    ],
)
def test_options_become_parameters(corpus, arguments, expected):
    standalone.main(["-train", str(corpus), *SMALL, *arguments])
    model = Word2Vec.load(str(corpus.parent / "words.model"))
    assert {name: getattr(model, name) for name in expected} == expected


def test_alpha_zero_is_zero(corpus):
    standalone.main(["-train", str(corpus), *SMALL, "-alpha", "0"])
    assert Word2Vec.load(str(corpus.parent / "words.model")).alpha == 0


def test_questions_are_answered(corpus, tmp_path, caplog):
    questions = tmp_path / "questions.txt"
    questions.write_text(": capital\nhuman user system eps\n")
    with caplog.at_level(logging.INFO):
        standalone.main(["-train", str(corpus), "-output", str(tmp_path / "v"), "-accuracy", str(questions), *SMALL])
    assert any("Total accuracy" in message for message in caplog.messages)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "arguments are required: -train"),
        (["-train", "corpus", "-cbow", "2"], "argument -cbow: invalid choice: "),
        (["-train", "corpus", "-output", os.path.join("nowhere", "v")], "there is no folder nowhere"),
    ],
)
def test_bad_command_lines(arguments, message, capsys):
    with pytest.raises(SystemExit) as caught:
        standalone.main(arguments)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err
