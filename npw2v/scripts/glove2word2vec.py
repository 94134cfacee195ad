"""Convert GloVe's vectors to word2vec's text format, which begins with a line that GloVe's files lack: counts.

Example: python -m npw2v.scripts.glove2word2vec -i glove.6B.50d.txt -o glove.6B.50d.w2v.txt
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from npw2v.compat.utils import deprecated, ignore_deprecation_warning
from npw2v.formats.opening import Source, open_for_reading
from npw2v.logs import logger_of
from npw2v.vectors.keyedvectors import KeyedVectors

logger = logger_of(__name__)


def get_glove_info(glove_file_name: Source) -> tuple[int, int]:
    """Return the number of lines of a file of GloVe's, and of numbers in its first."""
    with open_for_reading(glove_file_name) as file:
        dimensions = max(len(file.readline().split()) - 1, 0)
        return sum(1 for _ in file) + (dimensions > 0), dimensions


@deprecated("KeyedVectors.load_word2vec_format(path, no_header=True) reads GloVe's files as they are")
def glove2word2vec(glove_input_file: Source, word2vec_output_file: Source) -> tuple[int, int]:
    """Convert a file of GloVe's to word2vec's text format; return the numbers of vectors and of dimensions."""
    vectors = KeyedVectors.load_word2vec_format(glove_input_file, no_header=True)
    logger.info("converting %i vectors from %s to %s", len(vectors), glove_input_file, word2vec_output_file)
    vectors.save_word2vec_format(word2vec_output_file)
    return len(vectors), vectors.vector_size


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `glove2word2vec` on the files of a command line, by default that of this process."""
    logging.basicConfig(format="%(asctime)s - %(module)s - %(levelname)s - %(message)s", level=logging.INFO)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-i", "--input", required=True, help="path of a file of GloVe's")
    parser.add_argument("-o", "--output", required=True, help="path of the file to write")
    options = parser.parse_args(arguments)
    logger.info("running %s", " ".join(sys.argv if arguments is None else arguments))
    with ignore_deprecation_warning():
        count, dimensions = glove2word2vec(options.input, options.output)
    logger.info("Converted model with %i vectors and %i dimensions", count, dimensions)


if __name__ == "__main__":
    main()
