"""The command lines of gensim's that go with word vectors."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import numpy as np
import pytest

from npw2v import KeyedVectors, Word2Vec
from npw2v.scripts import glove2word2vec as glove
from npw2v.scripts import word2vec2tensor as tensor
from npw2v.scripts import word2vec_standalone as standalone
from tests.support.smallmodels import TEXTS

GLOVE = "the 0.25 -1.5 3e-05\ncat 1.0 2.0 0.125\n"
SMALL = ["-size", "6", "-min_count", "1", "-threads", "1", "-iter", "1"]


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "words.en.txt"
    path.write_text("".join(" ".join(text) + "\n" for text in TEXTS))
    return path


# ---- word2vec_standalone


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


# ---- glove2word2vec


def test_glove_files_get_a_first_line(tmp_path):
    source, target = tmp_path / "glove.txt", tmp_path / "w2v.txt"
    source.write_text(GLOVE)
    assert glove.get_glove_info(source) == (2, 3)
    with pytest.warns(DeprecationWarning, match="no_header=True"):
        assert glove.glove2word2vec(source, target) == (2, 3)
    assert target.read_text() == "2 3\n" + GLOVE
    glove.main(["--input", str(source), "--output", str(target)])
    assert target.read_text() == "2 3\n" + GLOVE


def test_an_empty_glove_file(tmp_path):
    source = tmp_path / "glove.txt"
    source.write_text("")
    assert glove.get_glove_info(str(source)) == (0, 0)


# ---- word2vec2tensor


@pytest.mark.parametrize("binary", [False, True])
def test_vectors_become_tables(tmp_path, binary):
    vectors = KeyedVectors(3)
    keys = [f"key{number}" for number in range(1500)] + ["größe"]
    vectors.add_vectors(keys, np.arange(4503, dtype=np.float32).reshape(1501, 3) / 8)
    source, prefix = tmp_path / "vectors", tmp_path / "out"
    vectors.save_word2vec_format(source, binary=binary)
    tensor.main(["-i", str(source), "-o", str(prefix), *["-b"] * binary])
    assert (tmp_path / "out_metadata.tsv").read_text("utf8").split("\n") == [*keys, ""]
    rows = (tmp_path / "out_tensor.tsv").read_text().splitlines()
    assert rows[:2] == ["0.0\t0.125\t0.25", "0.375\t0.5\t0.625"]
    assert np.array_equal(np.loadtxt(rows, delimiter="\t"), vectors.vectors)


# ---- as programs


@pytest.mark.parametrize("name", ["word2vec_standalone", "glove2word2vec", "word2vec2tensor"])
def test_programs_say_nothing_on_standard_output(name, tmp_path, corpus):
    source = tmp_path / "glove.txt"
    source.write_text(GLOVE)
    vectors = tmp_path / "vectors.txt"
    vectors.write_text("2 3\n" + GLOVE)
    arguments = {
        "word2vec_standalone": ["-train", str(corpus), "-output", str(tmp_path / "out"), *SMALL],
        "glove2word2vec": ["-i", str(source), "-o", str(tmp_path / "out")],
        "word2vec2tensor": ["-i", str(vectors), "-o", str(tmp_path / "out")],
    }[name]
    command = [sys.executable, "-W", "error", "-m", f"npw2v.scripts.{name}", *arguments]
    finished = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == ""
    assert "INFO" in finished.stderr
    assert list(tmp_path.glob("out*"))
