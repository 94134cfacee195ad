"""A text file encoded in blocks gives what iterating its corpus gives."""

import gzip
import io
import zipfile
from itertools import count

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import npw2v.corpus.textblocks
from npw2v.corpus.encoding import encode_corpus
from npw2v.corpus.sentences import LineSentence, PathLineSentences, Text8Corpus, text_files
from npw2v.corpus.textblocks import encode_text, shareable_bytes
from npw2v.corpus.wordbytes import WordCache
from npw2v.vocabulary.counting import scan_corpus

TEXT = "the cat sat\n\n on\tthe mat\r\nnaïve 東京 a\u00a0b\u2003c\nincomprehensibilities incomprehensibility the"


def by_iterating(corpus):
    """Counts and sentences as numbers in order of first appearance."""
    numbers, sentences = {}, []
    for sentence in corpus:
        sentences.append([numbers.setdefault(word, len(numbers)) for word in sentence])
    return list(numbers), sentences


def by_blocks(corpus):
    numbers = {}
    blocks = list(
        encode_text(text_files(corpus), lambda words: [numbers.setdefault(word, len(numbers)) for word in words])
    )
    ids = np.concatenate([ids for ids, _ in blocks])
    ends = np.cumsum(np.concatenate([lengths for _, lengths in blocks]))
    assert ends[-1:].tolist() in ([len(ids)], [])
    return list(numbers), [part.tolist() for part in np.split(ids, ends)[:-1]]


def corpora_of(path):
    for length in (1, 2, 10_000):
        yield Text8Corpus(path, length)
        for limit in (None, 0, 1, 2, 3, 99):
            yield LineSentence(path, length, limit)


@pytest.mark.parametrize("text", ["", "\n", " ", "word", "a\n", "\n\nb", " x  y ", TEXT])
def test_small_texts(tmp_path, text):
    path = tmp_path / "corpus.txt"
    path.write_bytes(text.encode())
    for corpus in corpora_of(path):
        assert by_blocks(corpus) == by_iterating(corpus)


letters = "ab\x00é東🦆" + " \n\t\r\x0b\x1f\x85\u00a0\u2028\u3000"
words = st.text(st.sampled_from(letters), max_size=40) | st.text("abc", min_size=5, max_size=18)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(words, max_size=12).map(" ".join), block=st.integers(1, 30), slots=st.sampled_from([2, 8, 1024]))
def test_any_text_in_blocks_of_any_size_through_a_crowded_cache(tmp_path, monkeypatch, text, block, slots):
    path = tmp_path / "corpus.txt"
    path.write_bytes(text.encode())
    with monkeypatch.context() as patch:
        patch.setattr("npw2v.corpus.textblocks.BLOCK_SIZE", block)
        patch.setattr("npw2v.corpus.textblocks.WordCache", lambda lookup: WordCache(lookup, slots))
        for corpus in (Text8Corpus(path, 3), LineSentence(path), LineSentence(path, 2, limit=2)):
            assert by_blocks(corpus) == by_iterating(corpus)


def test_compressed_files_and_folders(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(TEXT.encode()))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("b", "the end\n")
    (tmp_path / "c").write_text("no newline at the end")
    (tmp_path / "d").write_text("two\nlines\n")
    for corpus in (PathLineSentences(tmp_path), PathLineSentences(tmp_path, 2, limit=1)):
        assert by_blocks(corpus) == by_iterating(corpus)


def test_bytes_that_are_not_utf8(tmp_path, monkeypatch):
    monkeypatch.setattr("npw2v.corpus.textblocks.BLOCK_SIZE", 4)
    path = tmp_path / "latin1.txt"
    path.write_bytes("good good\ncafé bar\n".encode("latin-1"))
    with pytest.raises(UnicodeDecodeError, match=r"invalid continuation byte \(byte 13 of .*latin1.txt\)"):
        scan_corpus(LineSentence(path))
    assert scan_corpus(LineSentence(path, limit=1)).raw_vocab == {"good": 2}


def test_scanning_and_encoding_use_the_blocks(tmp_path, monkeypatch):
    path = tmp_path / "corpus.txt"
    path.write_bytes(TEXT.encode())
    used = []
    monkeypatch.setattr("npw2v.corpus.encoding.encode_text", lambda *given: used.append(1) or encode_text(*given))
    scan = scan_corpus(LineSentence(path))
    listed = scan_corpus(list(LineSentence(path)))
    assert list(scan.raw_vocab.items()) == list(listed.raw_vocab.items())
    assert (scan.total_words, scan.corpus_count) == (listed.total_words, listed.corpus_count) == (14, 4)
    rows = dict(zip(["mat", "incomprehensibility", "the", "東京"], count(), strict=False))
    for encoded in (scan.encode(rows), listed.encode(rows), encode_corpus(LineSentence(path), rows)):
        assert encoded.ids.tolist() == [2, 2, 0, 3, 1, 2]
        assert encoded.offsets.tolist() == [0, 1, 3, 4, 6]
        assert encoded.raw_words == 14
    assert len(used) == 2
    assert npw2v.corpus.textblocks.BLOCK_SIZE > 1024


def test_the_bytes_that_can_be_shared(tmp_path):
    for name, size in [("a", 10), ("b.txt", 20), ("c.gz", 40), ("d.ZIP", 80)]:
        (tmp_path / name).write_bytes(bytes(size))
    assert shareable_bytes(PathLineSentences(tmp_path)) == 30
    assert shareable_bytes(LineSentence(str(tmp_path / "b.txt"))) == 20
    assert shareable_bytes(Text8Corpus(str(tmp_path / "b.txt").encode())) == 20
    for other in [
        LineSentence(tmp_path / "b.txt", limit=3),  # lines are counted from the first on
        LineSentence(tmp_path / "c.gz"),
        LineSentence(tmp_path / "missing"),
        LineSentence(io.BytesIO(b"text")),
        [["a", "list"]],
    ]:
        assert shareable_bytes(other) == 0
