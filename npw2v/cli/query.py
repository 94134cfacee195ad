"""`npw2v query`: ask a model, line by line."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from npw2v.cli.analogy import written
from npw2v.cli.expressions import is_expression, parse
from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_count, add_model, add_reading
from npw2v.cli.output import print_table, say
from npw2v.cli.words import check_known

if TYPE_CHECKING:
    from npw2v.cli import vectorfiles
    from npw2v.corpus import datasets
    from npw2v.vectors.keyedvectors import KeyedVectors
else:
    datasets, vectorfiles = Lazily("npw2v.corpus.datasets"), Lazily("npw2v.cli.vectorfiles")

EXAMPLES = (
    "npw2v query model.npz",
    "echo 'king - man + woman' | npw2v query vectors.bin -k 3",
)

PROMPT = "npw2v> "
HELP = """\
a word               its neighbours: king
several words        which does not belong: king queen piano prince
a pair               how similar two words are: king queen
a sum                king - man + woman, or 2 * king - man
:k N                 show N words          :quit, or Ctrl-D, to end"""

_LINES_KEPT = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Ask a model line by line, on a terminal with history and completion of words (Tab): a word for its "
        "neighbours, a sum such as king - man + woman, two words for their similarity, several for the one that does "
        "not belong. Lines from a pipe are answered, too."
    )
    add_model(parser)
    add_count(parser)
    add_reading(parser)


def run(options: argparse.Namespace) -> None:
    """Read lines and answer them until there are no more."""
    vectors = vectorfiles.open_vectors(options.model, options.limit, options.vectors)
    interactive = sys.stdin.isatty()
    if interactive:
        say(f"{len(vectors):,} words of {vectors.vector_size} dimensions; :help says what can be asked")
    topn = options.topn
    with editing(vectors) if interactive else contextlib.nullcontext():
        for line in lines(interactive):
            text = line.strip()
            try:
                if text in (":quit", ":q"):
                    return
                if text.startswith(":k"):
                    topn = number_in(text)
                elif text.startswith(":"):
                    say(HELP)
                elif text:
                    answer(vectors, text, topn)
            except KeyboardInterrupt:  # forgets the question
                if not interactive:
                    raise
                print()
            except ValueError as error:  # a mistake in one line does not end the conversation
                say(f"npw2v: {error}")
            sys.stdout.flush()


def lines(interactive: bool) -> Iterator[str]:
    """Yield what is typed, or what comes through a pipe."""
    if not interactive:
        yield from sys.stdin
        return
    while True:
        try:
            yield input(PROMPT)
        except EOFError:
            print()
            return
        except KeyboardInterrupt:  # forgets the line, as a shell does
            print()


def number_in(text: str) -> int:
    """Return the number of a line such as ``:k 5``.

    Raises
    ------
    ValueError
        There is none.
    """
    number = text.removeprefix(":k").strip()
    if not number.isdecimal() or not int(number):
        raise ValueError(f"expected a number from 1 on, such as :k 5, got {text}")
    return int(number)


def answer(vectors: KeyedVectors, text: str, topn: int) -> None:
    """Answer a line.

    Raises
    ------
    ValueError
        A word is unknown, or it is no question.
    """
    if text in vectors.key_to_index:  # a word may have spaces or signs in it
        neighbours(vectors, [(text, 1.0)], topn)
        return
    if is_expression(text):
        neighbours(vectors, parse(text), topn)
        return
    words = text.split()
    check_known(vectors, words)
    if len(words) == 1:
        neighbours(vectors, [(words[0], 1.0)], topn)
    elif len(words) == 2:
        print_table([["cosine", float(vectors.similarity(*words))]])
    else:
        print_table([[word, float(value)] for value, word in vectors.rank_by_centrality(words)])
        print(f"{vectors.doesnt_match(words)} does not belong")


def neighbours(vectors: KeyedVectors, terms: list[tuple[str, float]], topn: int) -> None:
    """Print the words nearest to a sum."""
    check_known(vectors, [word for word, _ in terms])
    found = vectors.most_similar(positive=terms, topn=topn)
    print_table([[word, float(value)] for word, value in found], [written(terms), "cosine"])


# ---- the line editor, where there is one


@contextlib.contextmanager
def editing(vectors: KeyedVectors) -> Iterator[None]:
    """Complete words with the Tab key, and keep the history of lines, where Python has a line editor."""
    try:
        import readline
    except ImportError:  # Windows
        yield
        return
    words = Completer(vectors)
    readline.set_completer(words)
    readline.set_completer_delims(" ")
    readline.parse_and_bind("tab: complete")
    history = str(datasets.cache_folder() / "history")
    with contextlib.suppress(OSError):
        readline.read_history_file(history)
    readline.set_history_length(_LINES_KEPT)
    try:
        yield
    finally:
        readline.set_completer(None)
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(history), exist_ok=True)
            readline.write_history_file(history)


class Completer:
    """Completes the beginning of a word: the most frequent words first.

    Parameters
    ----------
    vectors : KeyedVectors
        Whose words.
    most : int
        How many completions to offer.
    """

    def __init__(self, vectors: KeyedVectors, most: int = 50) -> None:
        self._words, self._most = vectors.index_to_key, most
        self._found: list[str] = []

    def __call__(self, text: str, state: int) -> str | None:
        """Return completion number `state`, or None: what Python's line editor asks."""
        if state == 0:
            self._found = []
            for word in self._words:
                if isinstance(word, str) and word.startswith(text):
                    self._found.append(word)
                    if len(self._found) == self._most:
                        break
        return self._found[state] if state < len(self._found) else None
