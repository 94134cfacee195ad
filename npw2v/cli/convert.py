"""`npw2v convert`: vectors from any format to any other."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_reading
from npw2v.cli.output import say

if TYPE_CHECKING:
    from npw2v.cli import vectorfiles
    from npw2v.formats import opening
else:
    vectorfiles, opening = Lazily("npw2v.cli.vectorfiles"), Lazily("npw2v.formats.opening")

EXAMPLES = (
    "npw2v convert vectors.bin vectors.txt.gz",
    "npw2v convert vectors.bin vectors.npz",
    "npw2v convert glove.6B.txt vectors.safetensors --limit 100000 --dtype float16 --normalize",
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
    parser.add_argument("--to", choices=KINDS, help="the format, whatever the ending of OUT")
    parser.add_argument("--dtype", choices=["float16", "float32", "float64"], help="of the vectors; as they are")
    parser.add_argument("--normalize", action="store_true", help="scale every vector to length 1")
    add_reading(parser)


def run(options: argparse.Namespace) -> None:
    """Read, change and write the vectors."""
    kind = options.to or vectorfiles.format_of(options.target)
    if options.target != "-" and kind != "tensorboard":
        opening.check_writable(options.target)
    vectors = vectorfiles.open_vectors(options.source, options.limit, options.vectors)
    vectors = vectorfiles.changed(vectors, options.dtype, options.normalize)
    for path in vectorfiles.save_vectors(vectors, options.target, kind):
        say(f"{len(vectors):,} vectors of {vectors.vector_size} dimensions written to {path}")
