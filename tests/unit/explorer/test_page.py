"""The page as a file: its size, what is in it, and that no word gets out of where words stand."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from importlib import resources

import numpy as np
import pytest

from npw2v import KeyedVectors
from npw2v.explorer import write_page
from npw2v.explorer.page import SCRIPTS, as_data

HOSTILE = [
    "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!--", "--><b>", "{{SCRIPT}}", "{{DATA}}",
    "\u2028", "\ud800", "a\x00b", "\u202eevil", "\U0001f600", "\u05e9\u05dc\u05d5\u05dd", "&lt;", "%20", "", "'\"",
]  # fmt: skip


def vectors_of(words, dimensions=8, seed=1):
    vectors = KeyedVectors(dimensions)
    vectors.add_vectors(words, np.random.default_rng(seed).normal(size=(len(words), dimensions)).astype(np.float32))
    return vectors


class Reader(HTMLParser):
    """What elements there are, and what text is in scripts and styles."""

    def __init__(self):
        super().__init__()
        self.tags, self.texts, self.policy = [], [], None

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        given = dict(attrs)
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        assert not [name for name in given if name.startswith("on") or name == "style"]
        assert not [value for name, value in attrs if name in ("src", "href") and value != "data:,"]

    def handle_data(self, data):
        if self.cdata_elem in ("script", "style"):  # newer Pythons say so of a title, too
            self.texts.append(data)


def read(path):
    reader = Reader()
    reader.feed(path.read_bytes().decode("ascii"))
    reader.close()
    return reader


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "explorer.html"
    write_page(vectors_of(HOSTILE), path, title="</title><script>alert(2)</script>")
    return read(path)


def test_words_come_back_as_they_were_and_make_no_elements(hostile):
    _, data, _ = hostile.texts
    assert json.loads(data)["models"][0]["words"] == HOSTILE
    assert not set("<>&") & set(data)
    assert hostile.tags.count("script") == 2
    assert "img" not in hostile.tags
    assert "b" not in hostile.tags


def test_the_policy_allows_the_page_s_own_program_and_style_alone(hostile):
    style, _, script = hostile.texts
    policy = dict(rule.strip().split(" ", 1) for rule in hostile.policy.split(";"))

    def hashed(text):
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == hashed(script)
    assert policy["style-src"] == hashed(style)
    assert "connect-src" not in policy


def test_the_program_is_complete_plain_and_reads_no_markup():
    folder = resources.files("npw2v.explorer").joinpath("assets")
    files = {entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir()}
    assert {name.removesuffix(".js") for name in files if name.endswith(".js")} == set(SCRIPTS)
    for name, text in files.items():
        assert text.isascii(), name  # or the hashes in the policy would not be those of the page
        assert "</script" not in text or name == "page.html"
        found = re.search(
            r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b\(|Function\(|\bfetch\(|https?:", text
        )
        assert found is None, (name, found)


@pytest.mark.parametrize("dimensions, most", [(100, 5.0), (300, 12.0)])
def test_size_by_dimensions(tmp_path, monkeypatch, dimensions, most):
    """10,000 words; the map is left out, which takes some time and always the same room."""
    monkeypatch.setattr("npw2v.explorer.page.neighbourhoods", lambda units, *_, **__: units[:, :2])
    write_page(vectors_of([f"word{number}" for number in range(10_000)], dimensions), tmp_path / "page.html")
    size = (tmp_path / "page.html").stat().st_size / 1e6
    assert 2 * 4 / 3 * dimensions / 100 < size < most


def test_what_a_model_is_on_the_page(tmp_path):
    vectors = vectors_of(list("abcdefgh"), 3)
    vectors.set_vecattr("a", "count", 7)
    write_page(vectors, tmp_path / "page.html", words=5, title="Title")
    data = json.loads(read(tmp_path / "page.html").texts[1])
    (model,) = data["models"]
    assert (data["title"], model["words"], model["dimensions"]) == ("Title", list("abcde"), 3)
    places = np.frombuffer(base64.b64decode(model["places"]), "<u2").reshape(5, 2)
    assert places[:, 0].min() == 0
    assert places[:, 0].max() == 65535
    assert np.frombuffer(base64.b64decode(model["counts"]), "<u4").tolist() == [7, 0, 0, 0, 0]
    assert len(base64.b64decode(model["regions"])) == 5
    assert {word for names in model["names"] for word in names} <= set("abcde")


@pytest.mark.parametrize(
    "rows",
    [np.eye(3), np.ones((4, 2)), np.zeros((5, 3)), np.arange(6.0)[:, None], np.eye(40, 3), np.full((4, 2), 3e38)],
    ids=["three", "alike", "zeros", "one dimension", "mostly zeros", "large"],
)
def test_odd_vectors_have_a_map(tmp_path, rows):
    vectors = KeyedVectors(rows.shape[1])
    vectors.add_vectors([f"w{row}" for row in range(len(rows))], rows.astype(np.float32))
    write_page(vectors, tmp_path / "page.html")
    (model,) = json.loads(read(tmp_path / "page.html").texts[1])["models"]
    assert len(base64.b64decode(model["places"])) == 4 * len(rows)
    assert np.isfinite(model["tops"]).all()


def test_keys_that_are_no_strings(tmp_path):
    write_page(vectors_of([1, 2, 3, 5]), tmp_path / "page.html")
    assert json.loads(read(tmp_path / "page.html").texts[1])["models"][0]["words"] == ["1", "2", "3", "5"]


def test_a_second_model_starts_where_the_first_is(tmp_path):
    words = [f"w{number}" for number in range(120)]
    first, second = vectors_of(words, 10), vectors_of(words[20:] + ["new"], 10, seed=2)
    first.vectors += 3 * vectors_of(list("abcd"), 10).vectors[np.arange(120) % 4]  # four groups
    second.vectors[:100] = first.vectors[20:]
    write_page(first, tmp_path / "page.html", other=second, names=("old", "young"))
    one, other = json.loads(read(tmp_path / "page.html").texts[1])["models"]
    assert (one["name"], other["name"]) == ("old", "young")
    places = [
        np.frombuffer(base64.b64decode(each["places"]), "<u2").reshape(-1, 2).astype(float) for each in (one, other)
    ]
    assert np.corrcoef(places[0][20:, 0], places[1][:100, 0])[0, 1] > 0.5


def refused(error, message, path, vectors, *arguments, **settings):
    with pytest.raises(error, match=message):
        write_page(vectors, path, *arguments, **settings)
    assert not path.exists()


def test_bad_input_is_refused_and_writes_nothing(tmp_path):
    path = tmp_path / "page.html"
    abc = vectors_of(list("abc"))
    refused(ValueError, "at least 3 words, got words=2", path, abc, 2)
    refused(TypeError, "words must be a whole number, got 'many'", path, abc, "many")
    refused(ValueError, "at least 3 words, got vectors of 2", path, vectors_of(["a", "b"]))
    refused(ValueError, "no word in common among their first 3 and 4", path, abc, other=vectors_of(list("wxyz")))
    refused(FileNotFoundError, "no such folder", tmp_path / "nowhere" / "page.html", abc)
    refused(ValueError, "no word in common among their first 3 and 3", path, vectors_of(list("abcx")), 3,
            other=vectors_of(list("uvwx")))  # fmt: skip
    broken = vectors_of(list("abcd"))
    broken.vectors[2, 1] = np.nan
    refused(ValueError, "the vector of 'c' has numbers that are not finite", path, broken)


def test_data_is_ascii_json():
    assert as_data({"a": "\u2029<\u00e9"}) == '{"a":"\\u2029\\u003c\\u00e9"}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_data(float("nan"))
