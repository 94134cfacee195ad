"""`npw2v convert`: vectors from any format to any other."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_reading
from npw2v.cli.output import say

if TYPE_CHECKING:
    from npw2v.cli import targets, vectorfiles
    from npw2v.formats import opening
else:
    targets, vectorfiles = Lazily("npw2v.cli.targets"), Lazily("npw2v.cli.vectorfiles")
    opening = Lazily("npw2v.formats.opening")

EXAMPLES = (
    "npw2v convert vectors.bin vectors.txt.gz",
    "npw2v convert vectors.bin vectors.npz",
    "npw2v convert glove.6B.txt half.safetensors --limit 100000 --dtype float16",
    "npw2v convert vectors.bin of-length-1.bin --normalize",
    "npw2v convert model.npz projector.tsv --limit 10000",
    "npw2v convert vectors.bin - --to glove",
)

KINDS = (
    *("npw2v", "safetensors", "word2vec-binary", "word2vec-text", "glove", "tensorboard"),
    *("usearch", "faiss", "hnswlib"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Write the vectors of a file in another format, told by the ending of OUT: .bin and .txt or .vec are "
        "word2vec's, .glove or .glove.txt GloVe's, .safetensors, .npz npw2v's own, which other commands map into "
        "memory, and .tsv makes the two files of TensorBoard's projector; .usearch, .faiss and .hnsw "
        "are approximate indexes, which npw2v similar --index asks. .gz after it compresses."
    )
    parser.add_argument("source", metavar="IN", help="a model or vectors in any format; - for the standard input")
    parser.add_argument("target", metavar="OUT", help="the file to write; - for the standard output, as text")
    parser.add_argument(
        "--to", choices=KINDS, metavar="FORMAT", help=f"the format, whatever the ending of OUT: {', '.join(KINDS)}"
    )
    parser.add_argument("--dtype", choices=["float16", "float32", "float64"], help="of the vectors; as they are")
    parser.add_argument("--normalize", action="store_true", help="scale every vector to length 1")
    add_reading(parser)


def run(options: argparse.Namespace) -> None:
    """Read, change and write the vectors, a block at a time."""
    kind = options.to or targets.format_of(options.target)
    if options.target != "-" and kind != "tensorboard":
        opening.check_writable(options.target)
    by_count = kind in targets.BY_COUNT
    state, rows = vectorfiles.open_rows(options.source, options.limit, options.vectors, by_count)
    rows = targets.changed(rows, options.dtype, options.normalize)
    for path in targets.save_rows(state, rows, options.target, kind):
        say(f"{len(rows):,} vectors of {rows.shape[1]} dimensions written to {path}")
