"""A text file encoded in blocks gives what iterating its corpus gives."""

import gzip
import sys
import zipfile
from itertools import count

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import npw2v.corpus.textblocks
from npw2v.corpus.encoding import encode_corpus
from npw2v.corpus.sentences import LineSentence, PathLineSentences, Text8Corpus, text_files
from npw2v.corpus.textblocks import IS_SPACE, UNICODE_SPACES, WordCache, encode_text
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


def test_white_space_is_that_of_str():
    spaces = {code for code in range(sys.maxunicode + 1) if chr(code).isspace()}
    assert spaces == {int(code) for code in np.flatnonzero(IS_SPACE)} | {
        ord(space.decode()) for space in UNICODE_SPACES
    }


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


def test_words_whose_bytes_are_alike_stay_apart():
    alike = ["a", "a\0", "\0", "\0\0", "a" * 8, "a" * 8 + "\0", "a" * 9, "a" * 15, "a" * 16, "a" * 17, "a" * 15 + "b"]
    data = " ".join(alike).encode() + b" "
    ends = np.array([at for at, byte in enumerate(data) if byte == 32])
    starts = np.concatenate([[0], ends[:-1] + 1])
    numbers = {}
    cache = WordCache(lambda words: [numbers.setdefault(word, len(numbers)) for word in words], slots=2)
    for _ in range(3):
        assert cache.ids(data, starts, ends).tolist() == list(range(len(alike)))
    assert list(numbers) == alike


def test_known_words_are_not_looked_up_again():
    asked = []

    def lookup(words):
        words = list(words)
        asked.extend(words)
        return [len(word) for word in words]

    cache, data = WordCache(lookup), b"one three "
    for _ in range(3):
        assert cache.ids(data, np.array([0, 4]), np.array([3, 9])).tolist() == [3, 5]
    assert asked == ["one", "three"]


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
