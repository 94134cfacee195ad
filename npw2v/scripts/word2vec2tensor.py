"""Convert word2vec's vectors to the two files that https://projector.tensorflow.org shows: PREFIX_tensor.tsv, a line of
numbers for each word, and PREFIX_metadata.tsv, the words.

Example: python -m npw2v.scripts.word2vec2tensor -i vectors.txt -o /tmp/my_model
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from npw2v.formats.floattext import format_rows
from npw2v.formats.opening import Source, open_for_writing
from npw2v.logs import logger_of
from npw2v.vectors.keyedvectors import KeyedVectors

logger = logger_of(__name__)

_ROWS_AT_ONCE = 1000


def word2vec2tensor(word2vec_model_path: Source, tensor_filename: str | os.PathLike[str], binary: bool = False) -> None:
    """Write the vectors of a file to ``<tensor_filename>_tensor.tsv``, its words to ``<tensor_filename>_metadata.tsv``.

    Parameters
    ----------
    word2vec_model_path : path or binary file
        Vectors in word2vec's format.
    tensor_filename : path
        What the names of both files begin with.
    binary : bool
        Read word2vec's binary format, not text.
    """
    model = KeyedVectors.load_word2vec_format(word2vec_model_path, binary=binary)
    tensor, metadata = (f"{os.fspath(tensor_filename)}_{part}.tsv" for part in ("tensor", "metadata"))
    with open_for_writing(tensor) as rows, open_for_writing(metadata) as words:
        for start in range(0, len(model), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            rows.writelines(row.replace(b" ", b"\t") + b"\n" for row in format_rows(model.vectors[part]))
            words.writelines(word.encode() + b"\n" for word in model.index_to_key[part])
    logger.info("2D tensor file saved to %s", tensor)
    logger.info("Tensor metadata file saved to %s", metadata)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `word2vec2tensor` on the files of a command line, by default that of this process."""
    logging.basicConfig(format="%(asctime)s - %(module)s - %(levelname)s - %(message)s", level=logging.INFO)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-i", "--input", required=True, help="path of a file in word2vec's format")
    parser.add_argument("-o", "--output", required=True, help="what the paths of the files to write begin with")
    parser.add_argument("-b", "--binary", action="store_true", help="the input is in binary format")
    options = parser.parse_args(arguments)
    logger.info("running %s", " ".join(sys.argv if arguments is None else arguments))
    word2vec2tensor(options.input, options.output, options.binary)
    logger.info("finished running %s", os.path.basename(sys.argv[0]))


if __name__ == "__main__":
    main()
