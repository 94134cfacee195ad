"""Everything that is wrong with a file is found, with record and byte; the copy is without what can be mended."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

import npw2v
from npw2v.errors import FormatError
from npw2v.formats import diagnosis
from npw2v.formats.diagnosis import doctor
from npw2v.vectors.keyedvectors import KeyedVectors
from tests.support.gensim_pickles import dumps, model_3_8
from tests.support.word2vec_files import BINARY, TEXT, WORD2VEC_C, written

ONE, TWO, ZERO = (np.array(row, "<f4").tobytes() for row in ([1, 2], [3, 4], [0, 0]))


def diagnose(tmp_path, content, repair=False, name="v"):
    path = tmp_path / name
    path.write_bytes(content)
    found = doctor(path, repair=tmp_path / "repaired" if repair else None)
    assert path.read_bytes() == content
    return found


def where(found):
    return [(finding.kind, finding.record, finding.offset) for finding in found.findings]


@pytest.mark.parametrize(
    "content, expected, repaired",
    [
        (b"1 2\na 1 2\n", [], b"1 2\na 1 2\n"),
        (b"a 1 2\nb 3 4\n", [], b"a 1 2\nb 3 4\n"),
        (b"1 2\na 1 2 \n", [], b"1 2\na 1 2\n"),
        (b"3 2\na 1 2\nb 3 4\na 5 6\n", [("duplicate word", 3, 16)], b"2 2\na 1 2\nb 3 4\n"),
        (b"1 2\n\xffa 1 2\n", [("undecodable word", 1, 4)], "1 2\n\ufffda 1 2\n".encode()),
        (b"2 2\n\xff 1 2\n\xfe 3 4\n",
         [("undecodable word", 1, 4), ("undecodable word", 2, 10), ("duplicate word", 2, 10)],
         "1 2\n\ufffd 1 2\n".encode()),
        (b"2 2\na 0 -0.0\nb nan inf\n", [("zero row", 1, 4), ("nan", 2, 13), ("infinite", 2, 13)],
         b"2 2\na 0 -0.0\nb nan inf\n"),
        (b"3 2\na 1 2\nb 3\nc 4 5\n", [("ragged row", 2, 10)], b"2 2\na 1 2\nc 4 5\n"),
        (b"2 2\na 1 2\nb 3 x\n", [("ragged row", 2, 10)], b"1 2\na 1 2\n"),
        (b"2 2\na 1 2\n 3 4\n", [("empty word", 2, 10)], b"1 2\na 1 2\n"),
        (b"3 2\na 1 2\n\nb 3 4\n", [("ragged row", 2, 10)], b"2 2\na 1 2\nb 3 4\n"),
        (b"1 2\na 1 2\n\n\n", [("trailing bytes", None, 10)], b"1 2\na 1 2\n"),
        (b"3 2\na 1 2\nb 3", [("truncated", 2, 10)], b"1 2\na 1 2\n"),
        (b"3 2\na 1 2\n", [("wrong count", None, 0)], b"1 2\na 1 2\n"),
        (b"1 2\na 1 2\nb 3 4\n", [("wrong count", None, 0)], b"2 2\na 1 2\nb 3 4\n"),
        (b"2 3\na 1 2\nb 3 4\n", [("wrong dimensions", None, 0)], b"2 2\na 1 2\nb 3 4\n"),
        (b"1 2\na " + ONE, [], b"1 2\na " + ONE),
        (b"2 2\na " + ONE + b"\nb " + TWO + b"\n", [], b"2 2\na " + ONE + b"b " + TWO),
        (b"3 2\na " + ONE + b"a " + TWO + b"\xff " + ZERO,
         [("duplicate word", 2, 14), ("zero row", 3, 24), ("undecodable word", 3, 24)],
         b"2 2\na " + ONE + "\ufffd ".encode() + ZERO),
        (b"3 2\na " + ONE + b"b " + TWO[:5], [("truncated", 2, 14)], b"1 2\na " + ONE),
        (b"1 2\na " + ONE + b"\0\1\2", [("trailing bytes", None, 14)], b"1 2\na " + ONE),
        (b"1 2\na " + ONE + b"\nb " + TWO, [("wrong count", None, 0)], b"2 2\na " + ONE + b"b " + TWO),
        (b"9 2\na " + ONE + b"\n", [("wrong count", None, 0)], b"1 2\na " + ONE),
    ],
)  # fmt: skip
def test_findings_and_repairs(tmp_path, content, expected, repaired):
    found = diagnose(tmp_path, content, repair=True)
    assert where(found) == expected
    assert found.healthy == (not expected)
    assert (tmp_path / "repaired").read_bytes() == repaired
    assert found.repaired == str(tmp_path / "repaired")
    assert found.kept == len(KeyedVectors.load_word2vec_format(tmp_path / "repaired"))
    again = doctor(tmp_path / "repaired")
    assert set(again.counts) <= {"zero row", "nan", "infinite"}


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
@pytest.mark.parametrize("content", [TEXT, BINARY, WORD2VEC_C])
def test_good_files_have_one_nan_however_they_are_read(tmp_path, monkeypatch, chunk, content):
    monkeypatch.setattr(diagnosis, "_CHUNK", chunk)
    monkeypatch.setattr(diagnosis, "_ROWS", 1)
    found = diagnose(tmp_path, content)
    assert [(finding.kind, finding.record) for finding in found.findings] == [("nan", 2)]
    assert (found.records, found.dimensions, found.promised) == (2, 3, 2)
    assert "1 numbers of 'naïve' are nan, the first is number 3" in str(found)


def test_a_wrong_number_of_dimensions_in_a_binary_file_is_told_by_its_words(tmp_path):
    vectors = np.random.default_rng(1).normal(size=(50, 37)).astype(np.float32)
    content = written([f"word{row}" for row in range(50)], vectors, binary=True)
    found = diagnose(tmp_path, content.replace(b"50 37\n", b"50 36\n", 1), repair=True)
    assert where(found) == [("wrong dimensions", None, 0)]
    assert "promises 36 dimensions, the records have 37" in str(found)
    assert (tmp_path / "repaired").read_bytes() == content


def test_compressed_files(tmp_path):
    found = diagnose(tmp_path, gzip.compress(b"2 2\na 1 2\na 3 4\n"), repair=True)
    assert where(found) == [("duplicate word", 2, 10)]
    assert (tmp_path / "repaired").read_bytes() == b"1 2\na 1 2\n"
    # Beyond what Python's gzip reads at once: where that ends early, nothing is known of the vectors yet.
    numbers = np.random.default_rng(1).normal(size=(5000, 50)).astype(np.float32)
    content = gzip.compress(written([f"w{row}" for row in range(5000)], numbers, binary=True))
    found = diagnose(tmp_path, content[:-20_000])
    assert list(found.counts) == ["truncated"]
    with pytest.raises(FormatError, match="the compressed data end early"):
        diagnose(tmp_path, content[:-20_000], repair=True)


def test_many_findings_are_counted_and_some_are_kept(tmp_path):
    found = diagnose(tmp_path, b"a 0 0\n" * 3000)
    assert found.counts == {"zero row": 3000, "duplicate word": 2999}
    assert len(found.findings) == 2000
    assert "5,979 more" in str(found)
    assert len(repr(found)) < 300


def test_what_is_stored_otherwise(tmp_path):
    kv = KeyedVectors(2)
    kv.add_vectors(["a", "b", 7], [[1, 2], [0, 0], [np.nan, 1]])
    kv.save(tmp_path / "kv")
    kv.save(tmp_path / "kv.gz")
    kv.save_safetensors(tmp_path / "st")
    for name in ("kv", "kv.gz", "st"):
        found = npw2v.doctor(tmp_path / name)
        assert [(finding.kind, finding.record) for finding in found.findings] == [("zero row", 2), ("nan", 3)]
        content = (tmp_path / name).read_bytes()
        if not name.endswith("gz"):
            assert content[found.findings[0].offset :].startswith(bytes(8))
            assert content[: found.findings[0].offset].endswith(ONE)
    content = bytearray((tmp_path / "kv").read_bytes())
    content[found_at := content.index(ONE)] ^= 1
    assert found_at
    assert list(diagnose(tmp_path, bytes(content)).counts) == ["damaged", "zero row", "nan"]
    found = diagnose(tmp_path, bytes(content[:-30]))
    assert list(found.counts) == ["damaged", "truncated", "zero row", "nan"]
    with pytest.raises(ValueError, match="is a pickle: npw2v writes none. Load it"):
        diagnose(tmp_path, dumps(model_3_8()), repair=True)
    assert diagnose(tmp_path, dumps(model_3_8())).records > 0


def test_what_cannot_be_done_is_refused(tmp_path):
    with pytest.raises(FormatError, match="no file of vectors that can be looked at: it is an HTML page"):
        diagnose(tmp_path, b"<html>")
    with pytest.raises(FormatError, match="promises 100,000,000,000 dimensions; is this the header"):
        diagnose(tmp_path, b"1 100000000000\n\0\0")
    with pytest.raises(ValueError, match="no record that could be kept"):
        diagnose(tmp_path, b"1 2\na 1 x\n", repair=True)
    (tmp_path / "v").write_bytes(b"1 2\na 1 2\na 1 2\n")
    (tmp_path / "link").symlink_to(tmp_path / "v")
    for name in ("v", "link"):
        with pytest.raises(ValueError, match="is the file itself"):
            doctor(tmp_path / "v", repair=tmp_path / name)
    assert (tmp_path / "v").read_bytes() == b"1 2\na 1 2\na 1 2\n"
    with pytest.raises(FileNotFoundError):
        doctor(tmp_path / "none")


def test_long_lines_and_numbers_take_no_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(diagnosis, "LONGEST_WORD", 100)
    found = diagnose(tmp_path, b"3 2\na 1 2\n" + b"x" * 10_000 + b"\nb 3 " + b"4" * 80 + b"\n")
    assert where(found) == [("ragged row", 2, 10)]
    assert re.search(r"3, the file has|got 0 after b'xxx", str(found))
    assert found.records == 2


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("content", [TEXT * 3, BINARY, WORD2VEC_C])
def test_any_damage_is_a_diagnosis_or_a_format_error(tmp_path, content, seed):
    random = np.random.default_rng(seed)
    for _ in range(40):
        damaged = bytearray(content)
        for at in random.integers(0, len(damaged), random.integers(1, 4)):
            damaged[at] = random.integers(256)
        try:
            diagnose(tmp_path, bytes(damaged[: random.integers(1, len(damaged) + 1)]))
        except FormatError:
            continue
