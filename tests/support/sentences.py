"""Four sentences, one of them empty, and rows of some of their words."""

from __future__ import annotations

SENTENCES = [["to", "be", "or"], [], ["not", "to", "be"], ["that"]]
#: Rows of some of the words.
ROWS = {"be": 0, "that": 1, "to": 2}
