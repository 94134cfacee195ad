"""Maps of words: how many neighbours stay neighbours, and how long a map takes; beside scikit-learn's, where it is.

python benchmarks/maps.py VECTORS [--words 1000 10000]      a model or vectors in any format
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from npw2v.cli.vectorfiles import open_vectors
from npw2v.vectors.projection import Floats, nearest_neighbours, neighbourhoods, principal_components

NEAR, AMONG = 10, 50


def kept(points: Floats, places: Floats) -> float:
    """Return the share of the 10 nearest in space that are among the 50 nearest on the map."""
    in_space, on_map = nearest_neighbours(points, NEAR)[0], nearest_neighbours(places, AMONG)[0]
    return float(np.mean([np.isin(one, other).mean() for one, other in zip(in_space, on_map, strict=True)]))


def methods() -> dict[str, Callable[[Floats], Floats]]:
    """Return what lays out points, by name."""
    found: dict[str, Callable[[Floats], Floats]] = {
        "`principal_components`": principal_components,
        "`neighbourhoods`": neighbourhoods,
    }
    if find_spec("sklearn") is None:
        return found
    theirs = import_module("sklearn.manifold").TSNE(init="pca", random_state=0, n_jobs=1)
    return {**found, "scikit-learn's `TSNE`": lambda points: theirs.fit_transform(points).astype(float)}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vectors")
    parser.add_argument("--words", type=int, nargs="+", default=[1000, 10_000])
    options = parser.parse_args()
    vectors = open_vectors(options.vectors)
    print("| words | map | neighbours kept | seconds of the processor |\n| --- | --- | --- | --- |")
    for count in options.words:
        points = vectors.vectors[:count].astype(np.float64)
        points /= np.linalg.norm(points, axis=1, keepdims=True)
        for name, lay_out in methods().items():
            started = time.process_time()
            places = lay_out(points)
            seconds = time.process_time() - started
            print(f"| {count:,} | {name} | {kept(points, places):.3f} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
