"""Draw docs/block.svg: what is computed for a block of skip-gram, with windows as the sampler draws them.

python tools/draw_block.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from npw2v.kernels.blocks import WindowMask
from npw2v.training.plan import block_shape

PICTURE = Path(__file__).parent.parent / "docs" / "block.svg"
WINDOW = 5
SHAPE = block_shape(
    dimensions=100,
    window=WINDOW,
    shrink=True,
    negative=5,
    alpha=0.025,
    frequency=0.0117,
    words=1_500_000,  # of more words blocks have 64 centers, too many for a picture
    longest=10_000,
    skipgram=True,
)
#: Widths and heights of cells, where the matrices begin, and colours that the colour-blind tell apart.
WIDE, HIGH, NOISE_WIDE = 14, 9, 8
LEFT, ROW, FIRST, GAP = 20, 66, 128, 36
PAIR, NOISE, NONE, LINE = "#0072b2", "#e69f00", "#eceff1", "#90a4ae"


def masks() -> np.ndarray:
    """Which words are in the windows of the centers of each strip."""
    reach = np.random.default_rng(1).integers(1, WINDOW + 1, size=(SHAPE.strips, SHAPE.strip), dtype=np.int8)
    out = np.empty((SHAPE.strips, SHAPE.strip, SHAPE.near), np.float32)
    WindowMask(SHAPE.strip, SHAPE.halo, SHAPE.strips, np.dtype(np.int8)).fill(reach, reach, out)
    return out


def rectangle(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"/>'


def text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{words}</text>'


def cells(places: list[tuple[int, int]], width: int, height: int, fill: str) -> str:
    """Many equal rectangles as one path."""
    path = "".join(f"M{x} {y}h{width}v{height}h-{width}z" for x, y in places)
    return f'<path fill="{fill}" d="{path}"/>'


def words_in_a_row() -> list[str]:
    """The words that the block sees, in a row."""
    halo = SHAPE.halo
    parts = [text(LEFT, 24, f"a block: {SHAPE.size} centers in a row, and the {SHAPE.span} words that it sees")]
    first = 0
    around = ("halo", halo, "#cfd8dc")
    strips = [(f"strip {at + 1}", SHAPE.strip, ("#56b4e9", "#9ad0ef")[at % 2]) for at in range(SHAPE.strips)]
    for label, words, fill in [around, *strips, around]:
        parts.append(cells([(LEFT + WIDE * at, ROW) for at in range(first, first + words)], WIDE - 1, 16, fill))
        parts.append(text(LEFT + WIDE * (first + words / 2), ROW - 8, label, "middle"))
        first += words
    return parts


def matrices() -> list[str]:
    """Centers against the words near them, for each strip; and the block's words against its noise words."""
    parts = []
    right = LEFT + WIDE * SHAPE.span + 50
    for number, mask in enumerate(masks()):
        left, top = LEFT + WIDE * SHAPE.strip * number, FIRST + (HIGH * SHAPE.strip + GAP) * number
        for value, fill in ((0, NONE), (1, PAIR)):
            places = [(left + WIDE * int(x), top + HIGH * int(y)) for y, x in np.argwhere(mask == value)]
            parts.append(cells(places, WIDE - 1, HIGH - 1, fill))
        own = [(left + WIDE * (SHAPE.halo + row), top + HIGH * row) for row in range(SHAPE.strip)]
        parts.append(cells(own, WIDE - 1, HIGH - 1, LINE))
        noise = [(right + NOISE_WIDE * x, top + HIGH * y) for y in range(SHAPE.strip) for x in range(SHAPE.noise)]
        parts.append(cells(noise, NOISE_WIDE - 1, HIGH - 1, NOISE))
        parts.append(
            text(left, top - 6, f"{SHAPE.strip} centers × {SHAPE.near} words near them: {mask.mean():.0%} are pairs")
        )
    parts.append(text(right, FIRST - 6, f"× {SHAPE.noise} noise words"))
    return parts


def drawn() -> str:
    width = LEFT + WIDE * SHAPE.span + 50 + NOISE_WIDE * SHAPE.noise + 20
    height = FIRST + SHAPE.strips * (HIGH * SHAPE.strip + GAP) + 8
    key = [
        rectangle(LEFT, height - 28, 13, 8, PAIR),
        text(LEFT + 20, height - 20, "a pair of a center and a word of its window"),
        rectangle(LEFT + 290, height - 28, 13, 8, NONE),
        text(LEFT + 310, height - 20, "masked"),
        rectangle(LEFT + 370, height - 28, 13, 8, LINE),
        text(LEFT + 390, height - 20, "the center itself"),
        rectangle(LEFT + 510, height - 28, 13, 8, NOISE),
        text(LEFT + 530, height - 20, "a noise word, weighed by the word's pairs"),
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            'font-family="sans-serif" font-size="13" fill="#263238">',
            "<!-- tools/draw_block.py -->",
            rectangle(0, 0, width, height, "#fff"),
            *words_in_a_row(),
            *matrices(),
            *key,
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        as_it_is = PICTURE.read_text(encoding="utf-8") == drawn()
        sys.exit(0 if as_it_is else f"{PICTURE} is not as the kernels are: run python {sys.argv[0]}")
    PICTURE.write_text(drawn(), encoding="utf-8", newline="\n")
