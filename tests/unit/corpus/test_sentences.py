import bz2
import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import npw2v.corpus.textfiles
from npw2v.corpus.sentences import (
    MAX_WORDS_IN_BATCH,
    BrownCorpus,
    LineSentence,
    PathLineSentences,
    Text8Corpus,
    text_files,
)

TEXT = "the cat sat\n\n  on\tthe mat \r\nnaïve 東京 café\u00a0au\u2003lait\nlast line"
SENTENCES = [
    ["the", "cat", "sat"],
    ["on", "the", "mat"],
    ["naïve", "東京", "café", "au", "lait"],
    ["last", "line"],
]


@pytest.fixture(
    params=["txt", "gz", "bz2", "zip", "ZIP", "path object", "bytes", "binary file", "text file", "BytesIO"]
)
def source(request, tmp_path):
    """The same text in everything that a corpus can be read from."""
    path, data = tmp_path / f"corpus.{request.param}", TEXT.encode()
    if request.param == "gz":
        path.write_bytes(gzip.compress(data))
    elif request.param == "bz2":
        path.write_bytes(bz2.compress(data))
    elif request.param in ("zip", "ZIP"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("folder/", b"")
            archive.writestr("folder/corpus", data)
    elif request.param == "BytesIO":
        yield io.BytesIO(data)
        return
    else:
        path.write_bytes(data)
    if request.param == "binary file":
        with path.open("rb") as stream:
            yield stream
    elif request.param == "text file":
        with path.open(encoding="utf-8", newline="\n") as stream:
            yield stream
    else:
        yield {"path object": path, "bytes": os.fsencode(path)}.get(request.param, str(path))


def test_line_sentence_reads_every_source_as_often_as_asked(source):
    corpus = LineSentence(source)
    assert list(corpus) == SENTENCES
    assert list(corpus) == SENTENCES


def test_text8_corpus_reads_every_source_as_often_as_asked(source):
    words = [word for sentence in SENTENCES for word in sentence]
    corpus = Text8Corpus(source, max_sentence_length=4)
    for _ in range(2):
        assert list(corpus) == [words[:4], words[4:8], words[8:12], words[12:]]


def test_iterating_twice_at_once_over_a_path(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("a b\nc d\n")
    assert list(zip(LineSentence(path), LineSentence(path), strict=True)) == [(["a", "b"],) * 2, (["c", "d"],) * 2]


def test_the_limit_counts_lines_even_empty_ones():
    def corpus(limit):
        return list(LineSentence(io.StringIO(TEXT), limit=limit))

    assert corpus(0) == []
    assert corpus(2) == SENTENCES[:1]
    assert corpus(3) == SENTENCES[:2]
    assert corpus(99) == SENTENCES


def test_a_long_line_is_cut_into_sentences():
    assert list(LineSentence(io.StringIO("a b c d e\nf g\nh i j k"), max_sentence_length=2)) == [
        ["a", "b"], ["c", "d"], ["e"], ["f", "g"], ["h", "i"], ["j", "k"],
    ]  # fmt: skip
    lengths = [len(sentence) for sentence in LineSentence(io.StringIO("w " * 25_000))]
    assert lengths == [MAX_WORDS_IN_BATCH, MAX_WORDS_IN_BATCH, 5_000]


class Recorder(io.BytesIO):
    """Remembers the largest piece that was asked for."""

    largest = 0

    def read(self, size=-1):
        self.largest = max(self.largest, size if size >= 0 else 2**63)
        return super().read(size)


@pytest.mark.parametrize("corpus", [Text8Corpus, LineSentence])
def test_a_corpus_of_one_line_is_read_block_by_block(corpus):
    stream = Recorder(b"word " * 200_000)
    sentences = iter(corpus(stream, max_sentence_length=100))
    assert next(sentences) == ["word"] * 100
    assert stream.tell() <= npw2v.corpus.textfiles.BLOCK_SIZE
    assert sum(map(len, sentences)) == 200_000 - 100
    assert stream.largest == npw2v.corpus.textfiles.BLOCK_SIZE


text = st.text(st.sampled_from("ab é東🦆\n\t\r \u00a0\u2028\x85\x1f\x0b\x00"), max_size=60)


@settings(max_examples=200)
@given(text=text, block=st.integers(1, 7), length=st.integers(1, 5))
def test_blocks_cut_neither_characters_nor_words(text, block, length):
    lines = [line.split() for line in text.split("\n")]
    pieces = [line[at : at + length] for line in lines for at in range(0, len(line), length)]
    words = text.split()
    original, npw2v.corpus.textfiles.BLOCK_SIZE = npw2v.corpus.textfiles.BLOCK_SIZE, block
    try:
        for source in (io.BytesIO(text.encode()), io.StringIO(text, newline="\n")):
            assert list(LineSentence(source, length)) == pieces
            assert list(Text8Corpus(source, length)) == [words[at : at + length] for at in range(0, len(words), length)]
    finally:
        npw2v.corpus.textfiles.BLOCK_SIZE = original


def test_bytes_that_are_not_utf8_are_an_error_that_says_where(tmp_path):
    path = tmp_path / "latin1.txt"
    path.write_bytes("good\ncafé\n".encode("latin-1"))
    sentences = iter(LineSentence(path))
    assert next(sentences) == ["good"]
    with pytest.raises(UnicodeDecodeError, match=r"invalid continuation byte \(byte 8 of .*latin1.txt\)"):
        next(sentences)
    assert list(LineSentence(path, limit=1)) == [["good"]]
    with pytest.raises(UnicodeDecodeError, match="unexpected end of data"):
        list(Text8Corpus(io.BytesIO("é".encode()[:1])))


@pytest.mark.parametrize(
    "arguments, message", [({"max_sentence_length": 0}, "at least 1, got 0"), ({"limit": -1}, "limit must be None")]
)
def test_lengths_and_limits_are_checked(arguments, message):
    with pytest.raises(ValueError, match=message):
        LineSentence("corpus.txt", **arguments)


def test_path_line_sentences_reads_a_folder_in_order_of_names(tmp_path):
    (tmp_path / "b.txt").write_text("third\nfourth\n")
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"first\nsecond\n"))
    (tmp_path / "aa").mkdir()
    (tmp_path / "aa" / "not.txt").write_text("hidden")
    corpus = PathLineSentences(tmp_path)
    assert corpus.source == os.path.join(str(tmp_path), "")
    assert corpus.input_files == [str(tmp_path / "a.gz"), str(tmp_path / "b.txt")]
    for _ in range(2):
        assert list(corpus) == [["first"], ["second"], ["third"], ["fourth"]]
    assert list(PathLineSentences(str(tmp_path), limit=1)) == [["first"], ["third"]]


def test_path_line_sentences_takes_a_single_file_and_refuses_what_is_not_there(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("one two three")
    assert list(PathLineSentences(path, max_sentence_length=2)) == [["one", "two"], ["three"]]
    with pytest.raises(ValueError, match="input is neither a file nor a path"):
        PathLineSentences(tmp_path / "missing")


def test_brown_corpus(tmp_path):
    (tmp_path / "cb").write_text("The/at Second/od file/nn\n")
    (tmp_path / "ca").write_text(
        "\n\tThe/at Fulton/np-tl County/nn-tl said/vbd ``/`` no/slash/es plain ,/, 'tis/ppss+bez ./.\n,/, ./.\n"
    )
    (tmp_path / "folder").mkdir()
    for _ in range(2):
        assert list(BrownCorpus(tmp_path)) == [
            ["the/at", "fulton/np", "county/nn", "said/vb", "'tis/pp"],
            ["the/at", "second/od", "file/nn"],
        ]


def test_text_files_of_corpora_that_iterate_their_own_way(tmp_path):
    class Lowered(LineSentence):
        def __iter__(self):
            return ([word.lower() for word in sentence] for sentence in super().__iter__())

    assert text_files(LineSentence("a.txt", 7, limit=3)).paths == ["a.txt"]
    assert text_files(LineSentence(Path("a.txt"), 7, limit=3)).limit == 3
    assert text_files(Text8Corpus("text8.zip")).by_line is False
    assert text_files(PathLineSentences(tmp_path)).paths == []
    assert text_files(Lowered("a.txt")) is None
    assert text_files(LineSentence(io.BytesIO())) is None
    assert text_files([["a"]]) is None
