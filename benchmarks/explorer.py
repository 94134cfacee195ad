"""What `npw2v explore` makes of a model: seconds, size, the quality of the map, and answers beside `most_similar`.

    python benchmarks/explorer.py MODEL [--words 10000] [--asked 1000]

Where selenium, chromium and chromedriver are installed (see `make browser`), the page is opened, too: how long that
takes, whether its own functions give the same answers, and how long it takes to draw.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
import time
from base64 import b64decode
from pathlib import Path
from typing import Any

import numpy as np

from npw2v.cli.vectorfiles import open_vectors
from npw2v.explorer import write_page
from npw2v.explorer.packing import pack
from npw2v.vectors.keyedvectors import KeyedVectors
from npw2v.vectors.projection import principal_components
from npw2v.vectors.search import unit_vectors

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")

#: Milliseconds of drawing the whole map, which takes longest, as all points are in view.
DRAW = """const {map} = explorer.models[0], times = [];
for (let turn = 0; turn < 60; turn++) {
  map.view.x += 0.0005;
  const began = performance.now();
  map.paint(map.canvas, 1);
  map.canvas.getContext("2d").getImageData(0, 0, 1, 1);
  times.push(performance.now() - began);
}
return times.sort((one, other) => one - other)[30];"""

ASK = """const {vectors} = explorer.models[0], began = performance.now();
const near = (word) => vectors.neighbours(vectors.rows.get(word), 5).map(({row}) => vectors.words[row]);
return [arguments[0].map(near), (performance.now() - began) / arguments[0].length];"""


def kept(places: np.ndarray, units: np.ndarray, asked: np.ndarray) -> float:
    """Return the share of the ten nearest words in space that are among the fifty nearest on a map."""
    shares = []
    for row in asked:
        space = -(units @ units[row])
        plane = ((places - places[row]) ** 2).sum(axis=1)
        space[row] = plane[row] = np.inf
        near = np.argpartition(plane, 50)[:50]
        shares.append(np.isin(np.argpartition(space, 10)[:10], near).mean())
    return float(np.mean(shares))


def same(found: list[list[str]], expected: list[list[str]]) -> str:
    """Say how many answers are the same."""
    pairs = list(zip(found, expected, strict=True))
    words = np.mean([set(one) == set(other) for one, other in pairs])
    return f"the same five for {words:.1%}, in the same order for {np.mean([a == b for a, b in pairs]):.1%}"


def asked_of(rows: np.ndarray, words: list[str], asked: list[str]) -> list[list[str]]:
    """Return the five nearest words by other vectors."""
    vectors = KeyedVectors(rows.shape[1])
    vectors.add_vectors(words, rows)
    return [[word for word, _ in found] for found in vectors.most_similar_batch(asked, topn=5)]


def in_browser(page: Path, asked: list[str], expected: list[list[str]]) -> None:
    """Open the page and ask it."""
    try:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    except ImportError:
        print("in the browser: selenium is not installed")
        return
    if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
        print("in the browser: chromium or chromedriver is not installed")
        return
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in FLAGS:
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        times = []
        for _ in range(5):
            browser.get("about:blank")
            browser.get(page.as_uri())
            times.append(browser.execute_script("return performance.getEntriesByType('navigation')[0].loadEventEnd"))
        found, milliseconds = browser.execute_script(ASK, asked)
        print(f"in the browser: open in {min(times):.0f} ms (median {np.median(times):.0f}), {same(found, expected)}")
        print(f"a question takes {milliseconds:.1f} ms, drawing the map {browser.execute_script(DRAW):.1f} ms")
    finally:
        browser.quit()


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--asked", type=int, default=1000)
    options = parser.parse_args()
    vectors = open_vectors(options.model, options.words)
    words: list[str] = vectors.index_to_key
    rows = np.random.default_rng(1).choice(len(words), min(options.asked, len(words)), replace=False)
    asked = [words[row] for row in rows]
    expected = [[word for word, _ in found] for found in vectors.most_similar_batch(asked, topn=5)]
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "explorer.html")
        before, started = time.process_time(), time.perf_counter()
        write_page(vectors, page, options.words)
        passed, used = time.perf_counter() - started, time.process_time() - before
        print(f"{len(words):,} words of {vectors.vector_size} dimensions: {page.stat().st_size / 1e6:.1f} MB")
        print(f"written in {passed:.0f} s, {used:.0f} s of the processors")
        text = re.search(r'type="application/json">(.*?)</script>', page.read_text("ascii"), re.DOTALL)
        assert text is not None
        model: dict[str, Any] = json.loads(text[1])["models"][0]
        places = np.frombuffer(b64decode(model["places"]), "<u2").reshape(-1, 2).astype(np.float64)
        units = unit_vectors(vectors.vectors)
        plane = principal_components(units)
        print(
            f"of the ten nearest, among the fifty nearest on the map: {kept(places, units, rows):.1%}, "
            f"on two principal components: {kept(plane, units, rows):.1%}"
        )
        packed = pack(vectors.vectors)
        coarse = packed.scales[:, None] * packed.coarse.astype(np.float32)
        print(f"the first byte alone: {same(asked_of(coarse, words, asked), expected)}")
        in_browser(page, asked, expected)


if __name__ == "__main__":
    main()
