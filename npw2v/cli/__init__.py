"""The command line: `npw2v` and `python -m npw2v`.

A command is a module here of its name (with ``_`` for ``-``) and a line in `COMMANDS`. The module has
``add_arguments(parser)``, ``run(options)`` and ``EXAMPLES``, command lines that its help shows and tests run. What
takes time to import is imported when the command runs: see `npw2v.cli.lazily`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from npw2v import __version__
from npw2v.logs import logger_of

logger = logger_of(__name__)

#: Command → what it does, in the help of the whole.
COMMANDS = {
    "train": "train vectors on a text, a folder of texts, or the standard input",
    "preprocess": "a text as numbers in a folder, to train on again and again",
    "similar": "the words that are most similar to some words",
    "analogy": "man is to king as woman is to ...; or: king - man + woman",
    "similarity": "how similar two words are",
    "odd-one-out": "the word that does not belong with the others",
    "evaluate": "analogy questions and rated word pairs, as a table",
    "compare": "the same words in two models, side by side",
    "plot": "a map of words: neighbours, groups, analogies as arrows",
    "plot-training": "loss, learning rate and speed by epoch",
    "plot-compare": "the words that differ most between two models",
    "query": "ask a model line by line",
    "inspect": "what a file holds, in milliseconds",
    "doctor": "what is wrong with a file of vectors, and a repaired copy",
    "convert": "vectors from any format to any other",
    "explore": "a page with a map of the words, which answers questions without a network",
    "download": "fetch word vectors or a corpus by name, or list what there is",
    "demo": "train on a small corpus, show what was learnt, save it and draw it",
    "as-gensim": "write a wheel that installers take for gensim",
    "completions": "a script that makes bash, zsh or fish complete commands and flags",
}

#: What a command may raise that is no mistake in npw2v.
_ERRORS = (OSError, ValueError, RuntimeError, ImportError, TypeError, LookupError, MemoryError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line after the program's name; by default, that of this process.

    Returns
    -------
    int
        0 if it went well, 1 after an error (one line on the standard error), 130 if interrupted. Arguments that cannot
        be understood end the process with status 2, as in every argparse program.
    """
    given = sys.argv[1:] if arguments is None else arguments
    with contextlib.suppress(AttributeError):  # a stream that somebody has put there may not have it
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        parser = build_parser(next((each for each in given if not each.startswith("-")), None))
        options = parser.parse_args(given)
        if options.run is None:
            parser.print_help()
            return 0
        status = options.run(options)
        sys.stdout.flush()  # here, where a reader that has gone is no surprise
    except BrokenPipeError:
        # The reader of a pipe (head, less) has gone. Python flushes once more at exit, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except _ERRORS as error:
        logger.debug("traceback of the error", exc_info=True)
        print(f"npw2v: error: {described(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("npw2v: interrupted", file=sys.stderr)
        return 130
    return int(status or 0)


def described(error: BaseException) -> str:
    """Say in one line what went wrong."""
    if isinstance(error, MemoryError):
        return f"there is not enough memory: read fewer words with --limit ({str(error) or 'out of memory'})"
    if isinstance(error, KeyError) and error.args:
        return " ".join(str(error.args[0]).split())  # str(error) is the repr of the message
    if isinstance(error, UnicodeDecodeError):
        return f"{error.reason}: expected text in UTF-8; convert it, as with iconv -f LATIN1 -t UTF-8"
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename or repr(error.filename)}: {error.strerror}"
    return " ".join(str(error).split()) or type(error).__name__


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line long."""

    def error(self, message: str) -> NoReturn:
        """Print the error and where help is; exit with status 2."""
        self.exit(2, f"{self.prog}: error: {' '.join(message.split())} (see {self.prog} --help)\n")


class Formatter(argparse.HelpFormatter):
    """Help whose examples stay a line each, and whose commands stand beside what they do."""

    def add_argument(self, action: argparse.Action) -> None:
        """Make room for what argparse indents further than it counts: the names of commands."""
        super().add_argument(action)
        if action.choices and action.nargs == argparse.PARSER:
            self._action_max_length += 2

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if text.startswith("examples:") else super()._fill_text(text, width, indent)


def build_parser(command: str | None = None) -> argparse.ArgumentParser:
    """Make the parser of the whole command line, complete for one command.

    Parameters
    ----------
    command : str, optional
        Only its module is imported: the help of the whole must not wait for the others. What runs the command is the
        parser's default for `run`.

    Returns
    -------
    argparse.ArgumentParser
        The parsers of the other commands know no arguments.
    """
    about = "Word2Vec in pure NumPy and SciPy, a drop-in for gensim's."
    parser = Parser(prog="npw2v", description=about, formatter_class=Formatter)
    parser.add_argument("--version", action="version", version=f"npw2v {__version__}")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, summary in COMMANDS.items():
        its_parser = commands.add_parser(name, help=summary, formatter_class=Formatter)
        if name == command:
            module = module_of(name)
            module.add_arguments(its_parser)
            its_parser.epilog = "\n  ".join(["examples:", *getattr(module, "EXAMPLES", ())])
            its_parser.set_defaults(run=module.run)
            if name == "completions":  # it is about all the others
                its_parser.set_defaults(commands=COMMANDS, parser_of=parser_of)
    return parser


def parser_of(command: str) -> argparse.ArgumentParser:
    """Make the parser of one command alone."""
    parser = Parser(prog=f"npw2v {command}", formatter_class=Formatter)
    module_of(command).add_arguments(parser)
    return parser


def module_of(command: str) -> Any:
    """Import the module of a command."""
    return import_module(f"npw2v.cli.{command.replace('-', '_')}")
