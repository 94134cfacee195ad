"""Texts that are named on the command line: a file, a folder, the standard input, or what `npw2v preprocess` wrote."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from npw2v.cli import progress
from npw2v.cli.lazily import Lazily
from npw2v.corpus.cleaning import CleanedCorpus
from npw2v.corpus.folders import FolderCorpus, is_folder
from npw2v.corpus.numbered import NumberedCorpus
from npw2v.corpus.sentences import Corpus, LineSentence, PathLineSentences
from npw2v.phrases.phrases import FrozenPhrases, Phrases
from npw2v.vocabulary.counting import scan_corpus
from npw2v.watch import tell

if TYPE_CHECKING:
    from npw2v import distributed
else:
    distributed = Lazily("npw2v.distributed")

_BLOCK = 1 << 20

#: Partitions of a file on a cluster, unless it is said how many.
PARTITIONS = 4


def read(options: argparse.Namespace) -> tuple[NumberedCorpus, NumberedCorpus | None, FrozenPhrases | None]:
    """Read the text that the options name, and the held-out one, each once but for the search for phrases.

    Parameters
    ----------
    options : argparse.Namespace
        With the arguments of `npw2v.cli.options.add_text`.

    Returns
    -------
    corpus : NumberedCorpus
        The text: cleaned, and its phrases joined.
    validation : NumberedCorpus or None
        The same of the held-out text, joined as the other one.
    phrases : FrozenPhrases or None
        What joined them.

    Raises
    ------
    OSError
        A file is not there.
    ValueError
        The text is empty.
    """
    path, held_out = options.corpus, options.validation
    cleans = options.lowercase or options.tokenize or options.phrases
    if is_folder(path):
        if cleans:
            raise ValueError(f"{path} holds numbers: give --lowercase, --tokenize, --phrases to preprocess, not now")
        corpus = FolderCorpus(path)
        if not corpus.words:
            raise ValueError(f"{path} holds no words")
        if held_out is None or not is_folder(held_out):
            return corpus, None if held_out is None else _numbered(_text(held_out)), None
        return corpus, FolderCorpus(held_out, validation=True), None
    with _readable(path) as name:
        text, phrases = _cleaned(_text(name), options), None
        if options.phrases:
            with progress.reading(name, "finding phrases in"):
                phrases = Phrases(text).freeze()
        with progress.reading(name):
            read = _numbered(text if phrases is None else phrases[text])
    if not read.words:
        raise ValueError(f"{'the standard input' if path == '-' else path} has no words to train on")
    if held_out is None:
        return read, None, phrases
    other = _cleaned(_text(held_out), options)
    with progress.reading(held_out):
        validation = _numbered(other if phrases is None else phrases[other])
    if not validation.words:
        raise ValueError(f"{held_out} has no words to validate on")
    return read, validation, phrases


def partitions(options: argparse.Namespace) -> tuple[list[Any], Corpus | None]:
    """Return the partitions of a text for a cluster, and the held-out one.

    Raises
    ------
    OSError
        A file is not there.
    ValueError
        The text is no file of lines, and no folder of them.
    """
    path, held_out = options.corpus, options.validation
    if path == "-" or is_folder(path):
        what = "the standard input" if path == "-" else f"{path}, which npw2v preprocess wrote,"
        raise ValueError(
            f"{what} cannot be trained on a cluster: give a file with a sentence a line, or a folder of them"
        )
    text = _text(path)
    if isinstance(text, PathLineSentences):
        if options.partitions is not None:
            raise ValueError(f"--partitions divides a file, and {path} is a folder, of which every file is a partition")
        parts: list[Any] = [*text.input_files]
    else:
        parts = distributed.divided(path, PARTITIONS if options.partitions is None else options.partitions)
    return parts, None if held_out is None else _text(held_out)


@contextmanager
def _readable(path: str) -> Iterator[str]:
    """Give the name of a file that can be read as often as needed: of the standard input, a temporary copy."""
    if path != "-":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="npw2v-", ignore_cleanup_errors=True) as folder:
        name = os.path.join(folder, "standard-input.txt")
        with open(name, "wb") as file, progress.reading(path, "copying the standard input"):
            while block := sys.stdin.buffer.read(_BLOCK):
                file.write(block)
                tell("bytes", len(block))
        yield name


def _text(path: str) -> Corpus:
    if os.path.isdir(path):
        corpus = PathLineSentences(path)
        if not corpus.input_files:
            raise FileNotFoundError(f"there is no file in the folder {path}")
        return corpus
    with open(path, "rb"):  # now rather than later, with the system's own message
        return LineSentence(path)


def _cleaned(text: Corpus, options: argparse.Namespace) -> Any:
    if not (options.lowercase or options.tokenize):
        return text
    return CleanedCorpus(text, lowercase=options.lowercase, tokenize=options.tokenize)


def _numbered(text: Any) -> NumberedCorpus:
    scan = scan_corpus(text)
    words = list(scan.raw_vocab)
    encoded = scan.encode({word: place for place, word in enumerate(words)})
    return NumberedCorpus(words, encoded.ids, encoded.offsets)
