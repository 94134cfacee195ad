"""Files of records are read again and again, and say where they are damaged."""

from __future__ import annotations

import gzip

import pytest

from npw2v.corpus import recordfiles
from npw2v.corpus.recordfiles import JsonLines, Table, parse_json
from npw2v.errors import FormatError


def written(tmp_path, data):
    path = tmp_path / "records"
    path.write_bytes(gzip.compress(data))
    return str(path)


def test_json_lines(tmp_path):
    path = written(tmp_path, '{"a": 1}\n\n{"a": ["é"]}'.encode())
    records = JsonLines(path)
    assert list(records) == list(records) == [{"a": 1}, {"a": ["é"]}]


@pytest.mark.parametrize("line", [b"{'a': 1}", b'{"a": 1', b'{"a": "\xff"}', b"[" * 100_000])
def test_line_that_is_not_json(tmp_path, line):
    records = iter(JsonLines(written(tmp_path, b'{"a": 1}\n' + line + b"\n")))
    assert next(records) == {"a": 1}
    with pytest.raises(FormatError, match="records: line 2: expected JSON, got b"):
        next(records)


def test_line_that_never_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(recordfiles, "LONGEST", 1000)
    with pytest.raises(FormatError, match="line 1: no line ends within 1000 bytes"):
        list(JsonLines(written(tmp_path, b"{" * 2000)))


def test_file_cut_short(tmp_path):
    path = written(tmp_path, b'{"a": 1}\n' * 1000)
    data = (tmp_path / "records").read_bytes()
    (tmp_path / "records").write_bytes(data[:-10])
    with pytest.raises(EOFError, match="truncated"):
        list(JsonLines(path))


@pytest.mark.parametrize("comma", [",", "\t"])
def test_table(tmp_path, comma):
    text = f'id{comma}text\r\n1{comma}"a ""b""\nc"\r\n2{comma}é\r\n'
    table = Table(written(tmp_path, text.encode()))
    assert list(table) == list(table) == [{"id": "1", "text": 'a "b"\nc'}, {"id": "2", "text": "é"}]


def test_table_with_long_values(tmp_path):
    long = "x" * 200_000  # Python's limit is 131,072
    assert list(Table(written(tmp_path, f"id\n{long}\n".encode()))) == [{"id": long}]


def test_no_table(tmp_path):
    with pytest.raises(FormatError, match="records: expected a table in UTF-8"):
        list(Table(written(tmp_path, b"id,text\n1,\xff\n")))
    assert list(Table(written(tmp_path, b""))) == []


def test_parse_json():
    assert parse_json(b"[1]", "x") == [1]
    with pytest.raises(FormatError, match="x: expected JSON, got b'<html>'"):
        parse_json(b"<html>", "x")
