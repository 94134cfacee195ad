"""The command line: `npw2v` and `python -m npw2v`. Each subcommand adds its own parser here and lives in its module."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

logger = logging.getLogger(__name__)


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
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.run is None:
        parser.print_help()
        return 0
    try:
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


def build_parser() -> argparse.ArgumentParser:
    """Make the parser of the whole command line; what runs a command is its default for `run`."""
    parser = Parser(prog="npw2v", description="Word2Vec in pure NumPy and SciPy, a drop-in for gensim's.")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_demo(commands)
    return parser


def _add_demo(commands: argparse._SubParsersAction[Any]) -> None:
    parser = commands.add_parser(
        "demo",
        help="train on a small corpus, show what was learnt, save it and draw it",
        description="Train on a corpus, show neighbours and analogies of its words, save the vectors and draw them.",
    )
    add = parser.add_argument
    add(
        "--corpus",
        default="toyworld",
        metavar="NAME|PATH",
        help="toyworld (generated; the default), text8 (downloaded when it is not at hand), or the path of a text "
        "file, one sentence a line, or of a folder of them",
    )
    add("--output", type=Path, default=Path("demo-output"), metavar="DIR", help="where results go (./demo-output)")
    add("--epochs", type=_positive, metavar="N", help="passes over the corpus (toyworld 10, others 5)")
    add("--vector-size", type=_positive, metavar="N", help="dimensions of the vectors (toyworld 80, others 100)")
    add("--window", type=_positive, default=5, metavar="N", help="words of context on each side (5)")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--sg", dest="sg", action="store_const", const=1, default=1, help="train skip-gram (the default)")
    kind.add_argument("--cbow", dest="sg", action="store_const", const=0, help="train CBOW")
    add("--workers", type=_positive, metavar="N", help="as many as there are cores; any number gives the same vectors")
    add("--seed", type=int, default=1, metavar="N", help="of the vectors and of the toy world (1)")
    add("--questions", type=Path, metavar="PATH", help="analogy questions in the format of questions-words.txt")
    add("--no-plot", dest="plot", action="store_false", help="draw no picture")
    parser.set_defaults(run=_run_demo)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text}")
    return number


def _run_demo(options: argparse.Namespace) -> None:
    # Imported late: other commands and --help need neither the trainer nor SciPy.
    from npw2v.cli import demo

    given = vars(options)
    demo.run(demo.Options(**{name: given[name] for name in demo.Options.__dataclass_fields__}))
