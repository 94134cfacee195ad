"""The command line: `npw2v` and `python -m npw2v`.

A command is a module here of its name, with _ for -, that has `add_arguments(parser)` and `run(options)`, and a line in
`COMMANDS`.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

logger = logging.getLogger(__name__)

#: Command → what it does, in the help of the whole.
COMMANDS = {
    "download": "fetch word vectors or a corpus by name, or list what there is",
    "demo": "train on a small corpus, show what was learnt, save it and draw it",
    "as-gensim": "write a wheel that installers take for gensim",
}


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
    try:
        parser = build_parser(next((each for each in given if not each.startswith("-")), None))
        options = parser.parse_args(given)
        if options.run is None:
            parser.print_help()
            return 0
        options.run(options)
        sys.stdout.flush()  # here, where a reader that has gone is no surprise
    except BrokenPipeError:
        # The reader of a pipe (head, less) has gone. Python flushes once more at exit, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        logger.debug("traceback of the error", exc_info=True)
        print(f"npw2v: error: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("npw2v: interrupted", file=sys.stderr)
        return 130
    return 0


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line long."""

    def error(self, message: str) -> NoReturn:
        """Print the error and where help is; exit with status 2."""
        self.exit(2, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


def build_parser(command: str | None = None) -> argparse.ArgumentParser:
    """Make the parser of the whole command line, complete for one command.

    Parameters
    ----------
    command : str, optional
        Only its module is imported: the help of the whole must not wait for NumPy. What runs the command is the
        parser's default for `run`.

    Returns
    -------
    argparse.ArgumentParser
        The parsers of the other commands know no arguments.
    """
    parser = Parser(prog="npw2v", description="Word2Vec in pure NumPy and SciPy, a drop-in for gensim's.")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, summary in COMMANDS.items():
        its_parser = commands.add_parser(name, help=summary)
        if name == command:
            module = import_module(f"npw2v.cli.{name.replace('-', '_')}")
            module.add_arguments(its_parser)
            its_parser.set_defaults(run=module.run)
    return parser
