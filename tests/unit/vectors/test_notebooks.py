"""Tables as text and as HTML, in which words are text whatever they look like."""

from __future__ import annotations

from html.parser import HTMLParser

from npw2v.vectors.notebooks import html_table, shown, text_table

HOSTILE = ["<script>alert(1)</script>", "</td></table>", "&amp;", '" onload="x', "<!--", "\ud800", "a\nb"]


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, attributes))

    def handle_data(self, data):
        self.texts.append(data)


def test_words_are_text_in_html():
    found = Tags(html_table([[word] for word in HOSTILE], HOSTILE[:1], HOSTILE[0]))
    assert {tag for tag, _ in found.tags} == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert all(not attributes for _, attributes in found.tags)
    assert set(HOSTILE) - {"\ud800"} <= set(found.texts)
    assert "?" in found.texts


def test_long_words_are_cut():
    assert "a" * 59 + "…" in html_table([["a" * 100]])
    assert "a" * 60 not in html_table([["a" * 100]])


def test_numbers_stand_to_the_right():
    assert text_table([["a", 1000], ["bb", None]], ["x", "y"]) == "x       y\na   1,000\nbb"
    assert [shown(value) for value in (0.5, 1234, None, "x")] == ["0.5000", "1,234", "", "x"]
