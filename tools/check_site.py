"""Check the built site without a network: python tools/check_site.py FOLDER.

Every link within it leads to a page and an anchor that are there, every link out of it is a web address, and no page
loads anything from elsewhere.
"""

from __future__ import annotations

import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: What a browser fetches by itself.
LOADED = {("script", "src"), ("img", "src"), ("iframe", "src"), ("link", "href"), ("source", "src")}
#: What is no link.
NOT_PAGES = ("javascript:", "data:")


class Page(HTMLParser):
    """The links and anchors of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[tuple[str, str, str]] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("id", "name"):
                self.anchors.add(value or "")
            elif name in ("href", "src") and value:
                self.links.append((tag, name, value))


@cache
def read(path: Path) -> Page:
    return Page(path)


def wrong(path: Path, tag: str, name: str, link: str) -> str | None:
    """Say what is wrong with a link, if something is."""
    if link.startswith(NOT_PAGES):
        return None
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        if (tag, name) in LOADED:
            return "is loaded from elsewhere"
        fine = parts.scheme == "mailto" or (parts.scheme in ("http", "https") and "." in parts.netloc)
        return None if fine else "is no web address"
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return "leads nowhere"
    # The links back from highlighted sources name a class by any module that has it.
    if parts.fragment and target.suffix == ".html" and "_modules" not in path.parts:
        return None if unquote(parts.fragment) in read(target).anchors else "has an anchor that is not there"
    return None


def main() -> int:
    folder = Path(sys.argv[1]).resolve()
    pages = [path for path in sorted(folder.rglob("*.html")) if "_static" not in path.parts]
    found = [
        f"{path.relative_to(folder)}: {link} {problem}"
        for path in pages
        for tag, name, link in read(path).links
        if (problem := wrong(path, tag, name, link))
    ]
    print("\n".join(found) or f"{len(pages)} pages, no broken link, nothing loaded from elsewhere")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
