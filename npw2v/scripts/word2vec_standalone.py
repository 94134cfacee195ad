"""Train word vectors on a text file, by the command line of the original word2vec tool.

Example: python -m npw2v.scripts.word2vec_standalone -train data.txt -output vec.txt -size 200 -sample 1e-4 -iter 3
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from npw2v.corpus.sentences import LineSentence
from npw2v.logs import logger_of
from npw2v.word2vec import Word2Vec

logger = logger_of(__name__)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, save and, if asked to, answer analogy questions.

    The vectors go to the file of ``-output``; without it, the model goes beside the corpus as ``<name>.model``, and its
    vectors as ``<name>.model.txt`` or ``<name>.model.bin``.

    Parameters
    ----------
    arguments : sequence of str, optional
        Default: those of this process.
    """
    logging.basicConfig(format="%(asctime)s : %(threadName)s : %(levelname)s : %(message)s", level=logging.INFO)
    logger.info("running %s", " ".join(sys.argv if arguments is None else arguments))
    parser = build_parser()
    options = parser.parse_args(arguments)
    folder = os.path.dirname(options.output or "")
    if folder and "://" not in folder and not os.path.isdir(folder):  # rather now than after the training
        parser.error(f"argument -output: there is no folder {folder}")
    model = Word2Vec(
        LineSentence(options.train),
        vector_size=options.size,
        window=options.window,
        sample=options.sample,
        hs=options.hs,
        negative=options.negative,
        workers=options.threads,
        epochs=options.iter,
        min_count=options.min_count,
        alpha=(0.05 if options.cbow else 0.025) if options.alpha is None else options.alpha,
        sg=0 if options.cbow else 1,
    )
    if options.output:
        model.wv.save_word2vec_format(options.output, binary=bool(options.binary))
    else:
        folder, name = os.path.split(options.train)
        path = os.path.join(folder, name.split(".")[0] + ".model")
        model.save(path)
        model.wv.save_word2vec_format(f"{path}.{'bin' if options.binary else 'txt'}", binary=bool(options.binary))
    if options.accuracy:
        model.wv.evaluate_word_analogies(options.accuracy)
    logger.info("finished running %s", os.path.basename(sys.argv[0]))


def build_parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("-train", required=True, metavar="FILE", help="text to train on, one sentence a line")
    add("-output", metavar="FILE", help="where the vectors go (default: beside the text, and the model, too)")
    add("-window", type=int, default=5, help="words of context on each side (5)")
    add("-size", type=int, default=100, help="dimensions of the vectors (100)")
    add("-sample", type=float, default=1e-3, help="share of a word above which it is subsampled; 0: never (1e-3)")
    add("-hs", type=int, default=0, choices=[0, 1], help="1: hierarchical softmax (0)")
    add("-negative", type=int, default=5, help="negative samples; 0: no negative sampling (5)")
    add("-threads", type=int, default=3, help="workers; any number gives the same vectors (3)")
    add("-iter", type=int, default=5, help="passes over the text (5)")
    add("-min_count", type=int, default=5, help="leave out words that occur less often (5)")
    add("-alpha", type=float, help="learning rate at the start (skip-gram 0.025, CBOW 0.05)")
    add("-cbow", type=int, default=1, choices=[0, 1], help="1: CBOW, 0: skip-gram (1)")
    add("-binary", type=int, default=0, choices=[0, 1], help="1: save the vectors in binary format (0)")
    add("-accuracy", metavar="FILE", help="analogy questions to ask, such as questions-words.txt; scores are logged")
    return parser


if __name__ == "__main__":
    main()
