from __future__ import annotations

import re

import numpy as np
import pytest

from npw2v import LineSentence, Text8Corpus
from npw2v.corpus.encoding import encode_corpus
from npw2v.distributed.partitions import (
    count_partition,
    counted_together,
    divided,
    encode_partition,
    partitions_of,
    read_partition,
)
from npw2v.vocabulary.counting import scan_corpus

LINES = ["the cat sat", "", "on the mat the", "cat sat"]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(LINES) + "\n")
    return path


def test_paths_and_corpora_are_partitions_by_name(path):
    corpus = Text8Corpus(path)
    found = partitions_of([path, "s3://bucket/part.gz", corpus])
    assert [each.name for each in found] == [f"partition 0, {str(path)!r}", "partition 1, 's3://bucket/part.gz'",
                                             "partition 2"]  # fmt: skip
    assert [each.source for each in found] == [str(path), "s3://bucket/part.gz", corpus]


@pytest.mark.parametrize(
    ("corpus", "error", "message"),
    [
        ("text.txt", TypeError, "expected a list of paths or corpora, one for each partition"),
        (iter(["a"]), TypeError, "expected a list of paths or corpora, one for each partition"),
        ([], ValueError, "the corpus has no partitions: give at least one path"),
        (["a.txt", 3], TypeError, "partition 1 must be a path, a URL or a corpus, got 3"),
    ],
)
def test_what_is_no_corpus_in_partitions_is_refused(corpus, error, message):
    with pytest.raises(error, match=re.escape(message)):
        partitions_of(corpus)


@pytest.mark.parametrize("kind", ["path", "corpus", "lines", "words", "column with gaps"])
def test_whatever_a_partition_is_it_is_read_as_the_same_text(path, kind):
    words = [line.split() for line in LINES]
    given = {
        "path": str(path),
        "corpus": LineSentence(path),
        "lines": LINES,
        "words": words,
        "column with gaps": [words[0], None, float("nan"), *LINES[1:]],
    }
    expected = read_partition(str(path))
    found = read_partition(given[kind])
    assert found.words == expected.words
    np.testing.assert_array_equal(found.ids, expected.ids)
    np.testing.assert_array_equal(found.offsets, expected.offsets)


def test_counts_of_partitions_are_those_of_the_corpus_in_its_order():
    together = counted_together(*(count_partition(read_partition(each)) for each in (LINES[:2], LINES[2:])))
    scan = scan_corpus([line.split() for line in LINES if line])
    assert list(together.vocabulary.items()) == list(scan.raw_vocab.items())
    assert (together.words, together.sentences) == (scan.total_words, scan.corpus_count)


def test_a_partition_is_encoded_as_a_corpus_is():
    rows, words = {"cat": 0, "the": 1}, [line.split() for line in LINES if line]
    found = encode_partition(read_partition(LINES), rows)
    with encode_corpus(words, rows) as expected:
        np.testing.assert_array_equal(found.ids, expected.ids)
        np.testing.assert_array_equal(found.offsets, expected.offsets)
        assert found.raw_words == expected.raw_words


@pytest.mark.parametrize("end", ["\n", ""])
@pytest.mark.parametrize("parts", [1, 2, 3, 7, 1000])
def test_the_parts_of_a_file_have_its_lines_each_once(tmp_path, parts, end):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(["über alle Berge", "", *LINES]) + end, encoding="utf-8")
    found = [sentence for part in divided(path, parts) for sentence in part]
    assert found == list(LineSentence(path))


def test_what_cannot_be_divided_is_one_partition(tmp_path):
    assert divided("s3://bucket/text.txt", 4) == ["s3://bucket/text.txt"]
    assert divided("text.gz", 4) == ["text.gz"]
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    assert divided(empty, 4) == [str(empty)]


def test_a_long_line_is_several_sentences():
    lengths = np.diff(read_partition(["a " * 25_000]).offsets)
    assert lengths.tolist() == [10_000, 10_000, 5_000]


def test_a_missing_file_is_an_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_partition(str(tmp_path / "none.txt"))
