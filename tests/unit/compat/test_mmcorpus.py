"""Bags of words in files."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pytest

from npw2v import corpora
from npw2v.compat.mmcorpus import IndexedCorpus, MmCorpus
from npw2v.errors import FormatError

BAGS = [[], [(3, 1.5), (0, 2)], [], [], [(1, 1), (2, 1e-13)], []]
READ = [[], [(0, 2.0), (3, 1.5)], [], [], [(1, 1.0)], []]
LINES = "2 1 2\n2 4 1.5\n5 2 1\n"


def written(tmp_path, bags=BAGS, **options):
    path = str(tmp_path / "corpus.mm")
    MmCorpus.serialize(path, bags, **options)
    return path


def test_bytes(tmp_path):
    with open(written(tmp_path), "rb") as file:
        assert file.read().decode() == f"%%MatrixMarket matrix coordinate real general\n6 4 3{' ' * 45}\n{LINES}"


def test_documents_in_their_order_and_by_number(tmp_path):
    corpus = MmCorpus(written(tmp_path))
    assert [*corpus] == [*corpus] == READ
    assert [corpus[number] for number in range(6)] == READ
    assert ([*corpus[1:5]], len(corpus[1:5])) == (READ[1:5], 4)
    assert [*corpus[[4, 1]]] == [*corpus[np.array([4, 1])]] == [READ[4], READ[1]]
    assert (len(corpus), corpus.num_terms, corpus.num_nnz) == (6, 4, 3)
    assert str(corpus) == "MmCorpus(6 documents, 4 features, 3 non-zero entries)"
    with pytest.raises(ValueError, match="expected the number of a document, .*got 'first'"):
        corpus["first"]


def test_words_are_counted_by_the_dictionary(tmp_path):
    assert MmCorpus(written(tmp_path, id2word=dict.fromkeys(range(9)))).num_terms == 9


def test_no_documents(tmp_path):
    assert [*MmCorpus(written(tmp_path, []))] == []
    (tmp_path / "empty").write_bytes(b"")
    assert [*MmCorpus(tmp_path / "empty")] == []


def test_compressed_files(tmp_path):
    path = tmp_path / "corpus.mm.gz"
    MmCorpus.serialize(path, iter(BAGS))
    corpus = MmCorpus(path)
    assert [*corpus] == READ
    assert corpus[4] == READ[4]
    assert (tmp_path / "corpus.mm.index.gz").exists()


def test_open_files(tmp_path):
    with open(written(tmp_path), "rb") as file:
        corpus = MmCorpus(io.BytesIO(file.read()))
    assert [*corpus] == [*corpus] == READ
    with pytest.raises(RuntimeError, match="there is no index"):
        corpus[0]


def test_gensims_index(tmp_path):
    path = written(tmp_path)
    offsets = MmCorpus(path).index.tolist()
    with open(f"{path}.index", "wb") as file:
        pickle.dump(offsets, file)
    assert MmCorpus(path)[4] == READ[4]


@pytest.mark.parametrize("content", [b"nonsense", pickle.dumps({"a": 1}), pickle.dumps(["a"])])
def test_an_index_that_is_none(content, tmp_path, caplog):
    path = written(tmp_path)
    with open(f"{path}.index", "wb") as file:
        file.write(content)
    corpus = MmCorpus(path)
    assert (corpus.index, [*corpus]) == (None, READ)
    assert "documents cannot be asked for by number" in caplog.text


HEADER = "%%MatrixMarket matrix coordinate real general\n"


@pytest.mark.parametrize(
    "text, said",
    [
        ("1 1 1\n1 1 1\n", "corpus.mm: expected a Matrix Market file of real coordinates"),
        (f"{HEADER}% a comment\none\n", r"corpus.mm, line 3: expected three numbers, got b'one"),
        (f"{HEADER}2 2 2\n1 1 2\n1 two 3\n", r"corpus.mm, line 4: expected document, term and weight, got b'1 two 3"),
        (f"{HEADER}2 2 2\n2 1 2\n1 1 3\n", r"corpus.mm, line 4: document 1 comes after 2"),
    ],
)
def test_damaged_files(text, said, tmp_path):
    (tmp_path / "corpus.mm").write_text(text)
    with pytest.raises(FormatError, match=said):
        [*MmCorpus(tmp_path / "corpus.mm")]


def test_a_file_that_is_read_is_not_written(tmp_path):
    path = written(tmp_path)
    with pytest.raises(ValueError, match="write them to another file"):
        MmCorpus.serialize(path, MmCorpus(path))
    with pytest.raises(ValueError, match="gensim pickles it"):
        MmCorpus.serialize(path, BAGS, metadata=True)
    assert [*MmCorpus(path)] == READ


def test_other_formats():
    class Mine(IndexedCorpus):
        @staticmethod
        def save_corpus(fname, corpus, id2word=None, metadata=False):
            return None

        def __iter__(self):
            return iter([[], []])

    assert len(Mine("nowhere")) == 2
    with pytest.raises(NotImplementedError, match="Mine cannot be indexed"):
        Mine.serialize("nowhere", [])
    with pytest.raises(NotImplementedError, match="Mine must define docbyoffset"):
        Mine("nowhere").docbyoffset(0)


def test_gensims_paths():
    assert corpora.MmCorpus is corpora.mmcorpus.MmCorpus is MmCorpus
    assert corpora.IndexedCorpus is corpora.indexedcorpus.IndexedCorpus is IndexedCorpus
