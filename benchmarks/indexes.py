"""Approximate indexes beside exact search: recall of the ten nearest, and times.

    python benchmarks/indexes.py VECTORS [--queries N]      a model or vectors in any format

needs usearch, faiss-cpu and hnswlib, or those of them that are to be compared.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from importlib.util import find_spec

import numpy as np

from npw2v.cli.vectorfiles import open_vectors
from npw2v.vectors.indexers.exported import LIBRARIES


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vectors")
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--search", type=int, nargs="+", default=[64, 256])
    options = parser.parse_args()
    vectors = open_vectors(options.vectors)
    rows = np.random.default_rng(0).choice(len(vectors), min(options.queries, len(vectors)), replace=False)
    words = [vectors.index_to_key[row] for row in rows]
    started = time.perf_counter()
    exact = [{near for near, _ in vectors.most_similar(word, topn=10)} for word in words]
    seconds = time.perf_counter() - started
    print(f"{len(vectors):,} vectors of {vectors.vector_size} dimensions, {len(words):,} queries\n")
    print("| index | recall@10 | ms a query | built in, s | file, MB |\n| --- | --- | --- | --- | --- |")
    print(f"| exact, `most_similar` | 1.000 | {1000 * seconds / len(words):.2f} | | |")
    for library, kind in LIBRARIES.items():
        if find_spec(kind._module.partition(".")[0]) is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "index")
            started = time.perf_counter()
            index = vectors.export_index(library, path)
            built, size = time.perf_counter() - started, os.path.getsize(path) / 1e6
        for expansion in options.search:
            index.expansion_search = expansion
            started = time.perf_counter()
            found = [vectors.most_similar(word, topn=11, indexer=index) for word in words]
            each = 1000 * (time.perf_counter() - started) / len(words)
            near = [[key for key, _ in keys if key != word][:10] for word, keys in zip(words, found, strict=True)]
            recall = np.mean([len(one & set(other)) / 10 for one, other in zip(exact, near, strict=True)])
            print(f"| {library}, expansion_search={expansion} | {recall:.3f} | {each:.2f} | {built:.0f} | {size:.0f} |")


if __name__ == "__main__":
    main()
