"""`npw2v convert`: every pair of formats."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest

import npw2v
from npw2v import KeyedVectors
from npw2v.cli.convert import KINDS
from npw2v.cli.targets import FORMATS
from npw2v.cli.vectorfiles import open_vectors

NAMES = ["a.npz", "a.safetensors", "a.bin", "a.txt", "a.vec.gz", "a.glove", "a.bin.bz2"]


def test_the_formats_are_known():
    assert list(KINDS) == list(FORMATS)


@pytest.mark.parametrize("source", NAMES)
@pytest.mark.parametrize("target", NAMES)
def test_every_pair_of_formats_keeps_words_and_numbers(run, source, target):
    run("convert", "vectors.bin", f"from-{source}", "--limit", 50)
    run("convert", f"from-{source}", f"to-{target}")
    before, after = KeyedVectors.load_word2vec_format("vectors.bin", limit=50), open_vectors(f"to-{target}")
    assert after.index_to_key == before.index_to_key
    assert (after.vectors == before.vectors).all()


def test_a_projector_gets_two_files(run, folder, capsys):
    run("convert", "model.npz", "projector.tsv", "--limit", 30)
    vectors = KeyedVectors.load("model.npz")
    assert (folder / "projector_metadata.tsv").read_text().splitlines() == vectors.index_to_key[:30]
    assert np.allclose(np.loadtxt("projector_tensor.tsv", delimiter="\t"), vectors.vectors[:30])


def test_numbers_may_be_shorter_and_vectors_of_length_1(run):
    run("convert", "vectors.bin", "a.safetensors", "--dtype", "float16", "--normalize")
    found = open_vectors("a.safetensors")
    assert found.vectors.dtype == np.float16
    assert np.allclose(np.linalg.norm(found.vectors.astype(float), axis=1), 1, atol=2e-3)
    expected = KeyedVectors.load_word2vec_format("vectors.bin").get_normed_vectors().astype(np.float16)
    assert np.allclose(found.vectors, expected, atol=1e-3)


def test_the_context_vectors_of_a_model_can_be_taken_out(run):
    run("convert", "model.npz", "context.bin", "--vectors", "context")
    assert (open_vectors("context.bin").vectors == npw2v.Word2Vec.load("model.npz").syn1neg).all()


def test_standard_input_and_output(run, monkeypatch, folder):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((folder / "vectors.bin").read_bytes())))
    out = run("convert", "-", "-", "--limit", 5)
    assert out.splitlines()[0] == "5 16"
    assert len(out.splitlines()) == 6
    assert len(run("convert", "vectors.bin", "-", "--to", "glove", "--limit", 5).splitlines()) == 5


def test_what_a_format_cannot_hold_is_refused(fails, folder):
    assert "float32 alone" in fails("convert", "vectors.bin", "a.bin", "--dtype", "float16")
    assert "the ending of 'a.xyz' says no format" in fails("convert", "vectors.bin", "a.xyz")
    vectors = KeyedVectors(1)
    vectors.add_vectors(["new york", "tab\tbed"], [[1e10], [2]])
    vectors.save("spaces.npz")
    assert "'new york'" in fails("convert", "spaces.npz", "a.txt")
    assert "'tab\\tbed'" in fails("convert", "spaces.npz", "a.tsv")
    assert "too large for float16" in fails("convert", "spaces.npz", "a.npz", "--dtype", "float16")
    assert not [path.name for path in folder.glob("a*")]
