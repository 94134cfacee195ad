"""Corpora of records: files with a JSON object a line, and tables. They can be read again and again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from npw2v.errors import FormatError
from npw2v.formats.opening import open_for_reading, read_lines

#: Bytes of the longest line, and of the longest value in a table.
LONGEST = 1 << 28


class JsonLines:
    """A file of JSON in which every line is a record.

    Parameters
    ----------
    path : str
        Files compressed with gzip, bzip2 or xz are recognised.

    Raises
    ------
    FormatError
        While it is read: a line is not JSON, or not UTF-8; the message names the file and the line.
    """

    def __init__(self, path: str) -> None:
        self.path = path

    def __iter__(self) -> Iterator[Any]:
        with open_for_reading(self.path) as file:
            for number, line in enumerate(read_lines(file, LONGEST, self.path), 1):
                if line.strip():
                    yield parse_json(line, f"{self.path}: line {number}")


class Table:
    """A file of values separated by commas or tabs; the first line names the columns.

    Every record is a dict from the names of columns to str, as `csv.DictReader` makes it.

    Parameters
    ----------
    path : str
        Files compressed with gzip, bzip2 or xz are recognised.

    Raises
    ------
    FormatError
        While it is read: it is no such table, or not UTF-8; the message names the file.
    """

    def __init__(self, path: str) -> None:
        self.path = path

    def __iter__(self) -> Iterator[dict[str, str]]:
        csv.field_size_limit(max(csv.field_size_limit(), LONGEST))  # of all of Python; it only ever grows
        with open_for_reading(self.path) as file:
            lines = io.TextIOWrapper(file, encoding="utf-8", newline="")
            try:
                head = lines.readline()
                delimiter = "\t" if "\t" in head else ","
                rows = csv.DictReader(lines, next(csv.reader([head], delimiter=delimiter), []), delimiter=delimiter)
                yield from rows
            except (csv.Error, UnicodeDecodeError) as error:
                raise FormatError(f"{self.path}: expected a table in UTF-8 ({error})") from error
            finally:
                lines.detach()


def parse_json(data: bytes, name: str) -> Any:
    """Return what a text in JSON says.

    Raises
    ------
    FormatError
        It is not JSON; `name` is what the message calls it, followed by how it begins.

    Examples
    --------
    >>> parse_json(b'{"title": "Cats"}', "tales.json: line 1")
    {'title': 'Cats'}
    """
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{name}: expected JSON, got {data[:40]!r} ({error})") from error
