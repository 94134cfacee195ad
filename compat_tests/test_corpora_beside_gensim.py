"""The corpora yield what gensim's yield."""

import bz2
import io
import os
from itertools import islice
from pathlib import Path

import pytest
from gensim.models import word2vec as gensim_word2vec
from gensim.test.utils import datapath

from npw2v.corpus import sentences as corpora
from npw2v.corpus.textfiles import open_text

DATA = os.environ.get("NPW2V_DATA")
needs_data = pytest.mark.skipif(DATA is None, reason="set NPW2V_DATA to the folder with the corpora")


@pytest.mark.parametrize(
    "name", ["lee_background.cor", "head500.noblanks.cor", "head500.noblanks.cor.bz2", "testcorpus.txt"]
)
@pytest.mark.parametrize("options", [{}, {"limit": 3}, {"limit": 0}, {"max_sentence_length": 7}])
def test_line_sentence(name, options):
    ours, theirs = (module.LineSentence(datapath(name), **options) for module in (corpora, gensim_word2vec))
    expected = list(theirs)
    assert list(ours) == expected
    assert list(ours) == expected


@pytest.mark.parametrize("mode", ["FileIO", "text", "bz2", "StringIO"])
def test_line_sentence_of_file_objects(mode):
    path = datapath("head500.noblanks.cor")
    opened = {
        "FileIO": lambda: io.FileIO(path),
        "text": lambda: io.TextIOWrapper(io.BytesIO(Path(path).read_bytes()), "utf-8"),
        "bz2": lambda: bz2.BZ2File(path + ".bz2"),
        "StringIO": lambda: io.StringIO(Path(path).read_text(encoding="utf-8")),
    }[mode]
    with opened() as ours, opened() as theirs:
        assert list(corpora.LineSentence(ours)) == list(gensim_word2vec.LineSentence(theirs))


@pytest.mark.parametrize("source", ["PathLineSentences", "lee_background.cor"])
@pytest.mark.parametrize("options", [{}, {"limit": 2, "max_sentence_length": 3}])
def test_path_line_sentences(source, options):
    ours, theirs = (module.PathLineSentences(datapath(source), **options) for module in (corpora, gensim_word2vec))
    assert ours.input_files == theirs.input_files
    assert ours.source == theirs.source
    assert list(ours) == list(theirs)


@pytest.mark.parametrize("module", [corpora, gensim_word2vec])
def test_errors(module, tmp_path):
    with pytest.raises(ValueError, match="input is neither a file nor a path"):
        module.PathLineSentences(str(tmp_path / "missing"))
    with pytest.raises(FileNotFoundError):
        list(module.LineSentence(str(tmp_path / "missing")))
    with pytest.raises(TypeError):
        list(module.LineSentence(None))
    (tmp_path / "latin1").write_bytes(b"good\ncaf\xe9\n")
    sentences = iter(module.LineSentence(str(tmp_path / "latin1")))
    assert next(sentences) == ["good"]
    with pytest.raises(UnicodeDecodeError):
        next(sentences)


@pytest.mark.parametrize("length", [1, 7, 1000, 10_000])
def test_text8_corpus(tmp_path, length):
    # More words than one of gensim's blocks of 8192 bytes holds, separated as in text8.
    words = Path(datapath("lee_background.cor")).read_text(encoding="utf-8").split()[:5000]
    path = tmp_path / "text8"
    path.write_text(" " + " ".join(words), encoding="utf-8")
    ours, theirs = (module.Text8Corpus(str(path), length) for module in (corpora, gensim_word2vec))
    assert list(ours) == list(theirs)


def test_brown_corpus(tmp_path):
    (tmp_path / "ca01").write_text(
        "\n\tThe/at Fulton/np-tl ``/`` Jury/nn-tl said/vbd 1/2/cd plain ./.\n\n,/, ./.\nIt/pps was/bedz\n"
    )
    assert list(corpora.BrownCorpus(str(tmp_path))) == list(gensim_word2vec.BrownCorpus(str(tmp_path)))


@needs_data
@pytest.mark.parametrize("name", ["captions.txt.gz", "shakespeare.txt.gz", "bbc.txt.gz"])
def test_corpora_of_the_data_folder(name):
    path = str(Path(DATA) / name)
    assert list(corpora.LineSentence(path)) == list(gensim_word2vec.LineSentence(path))


@needs_data
def test_the_start_of_the_zipped_text8(tmp_path):
    path = Path(DATA) / "wiki8.zip"
    with open_text(path) as stream:
        (tmp_path / "start").write_bytes(stream.read(2_000_000))
    ours = list(islice(corpora.Text8Corpus(path, 1000), 300))
    assert ours == list(islice(gensim_word2vec.Text8Corpus(str(tmp_path / "start"), 1000), 300))
