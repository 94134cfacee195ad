"""`npw2v as-gensim`: what lets installers take npw2v for gensim."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npw2v.cli.lazily import Lazily

if TYPE_CHECKING:
    from npw2v.compat import wheel
else:
    wheel = Lazily("npw2v.compat.wheel")

EXAMPLES = ("npw2v as-gensim --wheel wheels",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command on its parser."""
    parser.description = (
        "Write a wheel named gensim that installs npw2v in its place: `pip install --find-links DIR PACKAGE` then "
        "takes it for the gensim that PACKAGE asks for. It is for your own machines; do not upload it."
    )
    parser.add_argument("--wheel", metavar="DIR", required=True, help="the folder to write to; made if need be")
    parser.add_argument("--force", action="store_true", help="write it even where gensim itself is installed")


def run(options: argparse.Namespace) -> None:
    """Write the wheel and say how to use it."""
    print(f"{wheel.write_wheel(options.wheel, force=options.force)} is npw2v under the name gensim. To use it:")
    print(f"    pip install --find-links {options.wheel} PACKAGE_THAT_NEEDS_GENSIM")
