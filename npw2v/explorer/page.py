"""Writing the page: vectors, map and program in one HTML file."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.checks import as_count
from npw2v.explorer.packing import as_text, pack
from npw2v.explorer.regions import find_regions
from npw2v.formats.opening import check_writable, open_for_writing
from npw2v.vectors.keyedvectors import KeyedVectors
from npw2v.vectors.projection import Floats, neighbourhoods, principal_components, similarities
from npw2v.vectors.search import unit_vectors

#: The page's program, in the order in which it is read.
SCRIPTS = (
    *("words", "formulas", "vectors", "search", "state", "palette", "labels", "points", "map", "files"),
    *("elements", "combobox", "lists", "wordpanel", "analogypanel", "axespanel", "pairpanel", "regionpanel", "page"),
)

#: A map needs so many words.
FEWEST = 3

#: Of the map: few neighbours, and clusters that stand apart, as a map of many words is read for what is close.
PERPLEXITY, EXAGGERATION = 10.0, 1.5

#: Nothing may be fetched, sent, embedded or submitted. Only the program and the style of the page itself count, told by
#: their hashes, so that no word can bring in another.
_POLICY = (
    "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)


def write_page(
    vectors: KeyedVectors,
    path: str | os.PathLike[str],
    words: int = 10_000,
    *,
    other: KeyedVectors | None = None,
    title: str = "Word vectors",
    names: tuple[str, str] = ("first", "second"),
) -> None:
    """Write a page that shows a map of words and answers questions about their vectors, without a network.

    Parameters
    ----------
    vectors : KeyedVectors
        At least three words, and finite numbers.
    path : path
        The file to write, in HTML; it appears when it is complete.
    words : int
        How many words there are on the page, at least 3: the first ones, in most files the most frequent.
    other : KeyedVectors, optional
        Another model, shown beside the first one; it must have a word of the page, too.
    title : str
        What the page is called.
    names : pair of str
        What the two models are called, where there are two.

    Raises
    ------
    ValueError
        There are too few words, numbers that are not finite, or no word in common.
    OSError
        The file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from npw2v import KeyedVectors
    >>> vectors = KeyedVectors(2)
    >>> vectors.add_vectors(["cat", "dog", "car"], np.array([[1.0, 0.1], [1.0, 0.2], [0.1, 1.0]]))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_page(vectors, os.path.join(folder, "explorer.html"))
    """
    check_writable(os.fspath(path))
    if as_count(words, "words") < FEWEST:
        raise ValueError(f"a map needs at least {FEWEST} words, got words={words}")
    given = [vectors] if other is None else [vectors, other]
    shown = [_first(each, words) for each in given]
    keys, rows = shown[0]
    if other is not None and not set(keys) & set(shown[1][0]):
        count = f"first {len(keys):,} and {len(shown[1][0]):,}"
        raise ValueError(f"the two models have no word in common among their {count}")
    # Turned so that a map is wider than high, as screens are.
    maps = [principal_components(neighbourhoods(_units(rows), PERPLEXITY, exaggeration=EXAGGERATION))]
    if other is not None:
        units = _units(shown[1][1])
        start = _start(keys, maps[0], shown[1][0], units)
        maps.append(neighbourhoods(units, PERPLEXITY, exaggeration=EXAGGERATION, start=start))
    called = [title] if other is None else names
    models = [_described(*each) for each in zip(called, given, *zip(*shown, strict=True), maps, strict=True)]
    with open_for_writing(path) as file:
        file.write(render(title, models))


def render(title: str, models: list[dict[str, Any]]) -> bytes:
    """Return the page, in ASCII, so that it is read the same whatever a browser takes it for."""
    script = '(() => {\n"use strict";\n' + "\n".join(_asset(f"{name}.js") for name in SCRIPTS) + "})();\n"
    style = _asset("page.css")
    parts = {
        "POLICY": _POLICY.format(script=_hash(script), style=_hash(style)),
        "TITLE": html.escape(title),
        "STYLE": style,
        "SCRIPT": script,
        "DATA": as_data({"title": title, "models": models}),
    }
    page = re.sub(r"\{\{([A-Z]+)\}\}", lambda found: parts[found[1]], _asset("page.html"))
    return page.encode("ascii", "xmlcharrefreplace")


def as_data(value: Any) -> str:
    r"""Return JSON that stays text wherever it stands in a page: no sign of it begins or ends an element.

    Examples
    --------
    >>> as_data(["</script>", "\u2028"])
    '["\\u003c/script\\u003e","\\u2028"]'
    """
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return re.sub("[<>&]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _asset(name: str) -> str:
    return (resources.files(__package__) / "assets" / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _first(vectors: KeyedVectors, words: int) -> tuple[list[str], NDArray[Any]]:
    """Return the first words and their vectors."""
    keys = [str(key) for key in vectors.index_to_key[:words]]
    rows = np.asarray(vectors.vectors[: len(keys)])
    if len(keys) < FEWEST:
        raise ValueError(f"a map needs at least {FEWEST} words, got vectors of {len(keys)}")
    if not np.isfinite(rows).all():
        bad = keys[int(np.flatnonzero(~np.isfinite(rows).all(axis=1))[0])]
        raise ValueError(f"the vector of {bad!r} has numbers that are not finite, which have no place on a map")
    return keys, rows


def _units(rows: NDArray[Any]) -> Floats:
    """Return rows of length 1, and of two dimensions at least."""
    units = unit_vectors(rows)
    return units if units.shape[1] > 1 else np.pad(units, ((0, 0), (0, 1)))


def _start(first: list[str], places: Floats, words: list[str], units: Floats) -> Floats:
    """Return where the words of a second map start: where they are on the first, or between such neighbours."""
    place_of = dict(zip(first, places, strict=True))
    known = np.array([word in place_of for word in words])
    start = np.array([place_of.get(word, (0.0, 0.0)) for word in words])
    near = similarities(units, min(PERPLEXITY, (len(words) - 1) / 3))[:, known]
    weights = np.asarray(near.sum(axis=1)).reshape(-1, 1)
    return np.where(known[:, None], start, near @ start[known] / np.where(weights == 0, 1, weights))


def _described(
    name: str, vectors: KeyedVectors, words: list[str], rows: NDArray[Any], places: Floats
) -> dict[str, Any]:
    """Return a model as the page's program reads it."""
    low, high = places.min(axis=0), places.max(axis=0)
    inside = 0.5 + (places - (low + high) / 2) / max(float((high - low).max()), 1e-12)
    regions = find_regions(rows, inside)
    packed = pack(rows)
    counts = vectors.expandos.get("count")
    return {
        "name": name,
        "words": words,
        "dimensions": rows.shape[1],
        "counts": None if counts is None else as_text(np.asarray(counts[: len(words)]).astype(np.uint32)),
        "scales": as_text(packed.scales),
        "coarse": as_text(packed.coarse),
        "fine": as_text(packed.fine),
        "places": as_text(np.rint(inside * 65535).astype(np.uint16)),
        "regions": as_text(regions.of_words),
        "names": [[words[row] for row in rows] for rows in regions.names],
        "tops": regions.places.round(4).tolist(),
        "colours": regions.colours,
    }
