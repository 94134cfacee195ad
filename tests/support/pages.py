"""The code blocks of a page of documentation, and running them: ``python tests/support/pages.py PAGE``.

The current folder has the files that the page speaks of. ``python`` and ``pycon`` blocks run in their order in one
namespace; what the latter print is compared. A block with ``<!-- not run: REASON -->`` in the line above is left out.
"""

from __future__ import annotations

import doctest
import re
import sys
from pathlib import Path
from typing import NamedTuple

BLOCK = re.compile(r"^(?:<!-- not run: (?P<reason>.+) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S)


class Block(NamedTuple):
    """A fenced block, where it begins, and why it is not run (None if it is)."""

    language: str
    text: str
    line: int
    reason: str | None


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page."""
    content = page.read_text(encoding="utf-8")
    return [
        Block(each["language"], each["text"], content.count("\n", 0, each.start("text")), each["reason"])
        for each in BLOCK.finditer(content)
    ]


def run(page: Path) -> int:
    """Run a page's blocks of Python, and return how many outputs were wrong."""
    names: dict[str, object] = {"__name__": "__main__"}
    runner, parser = doctest.DocTestRunner(), doctest.DocTestParser()
    for block in blocks(page):
        if block.reason is not None:
            continue
        if block.language == "python":
            exec(compile("\n" * block.line + block.text, page, "exec"), names)
        elif block.language == "pycon":
            test = parser.get_doctest(block.text, names, page.name, str(page), block.line)
            runner.run(test, clear_globs=False)
            names = test.globs
    return runner.summarize().failed


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
