"""The command `npw2v download`: word vectors and corpora by name."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

from npw2v.cli.lazily import Lazily

if TYPE_CHECKING:
    from npw2v.compat import downloader
    from npw2v.corpus import datasets
else:
    downloader, datasets = Lazily("npw2v.compat.downloader"), Lazily("npw2v.corpus.datasets")

EXAMPLES = (
    "npw2v download",
    "npw2v download text8 glove-wiki-gigaword-50",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Find word vectors or a corpus of the gensim-data project, or text8, on disk; download what is not there, "
        "check it, and print its path. A download that broke off goes on. Without a name, list what there is."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="such as glove-wiki-gigaword-50, text8")
    parser.add_argument("--json", action="store_true", help="print JSON, an object a line")


def run(options: argparse.Namespace) -> None:
    """Do what the options say."""
    if not options.names:
        _list(options.json)
    for name in options.names:
        path = _path(name)
        found = {"name": name, "path": path, "bytes": os.path.getsize(path)}
        print(json.dumps(found) if options.json else path, flush=True)


def _path(name: str) -> str:
    """Return the path of a data set on disk, where it is downloaded to if need be."""
    if name == datasets.QUESTIONS:
        questions = datasets.find_questions()
        if questions is None:
            raise FileNotFoundError(
                f"{name} is not in {' or '.join(map(str, datasets.folders()))}, and it is never downloaded: "
                "take it from word2vec's sources, or from gensim's test data, and put it there"
            )
        return str(questions)
    if name in datasets.DATA_SETS:
        return str(datasets.on_disk(name) or datasets.fetch(name))
    path: str = downloader.load(name, return_path=True)
    return path


def _list(as_json: bool) -> None:
    """Print what there is: a name, its size and how it is described, a line each."""
    information = downloader.info()
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 120
    for kind in ("models", "corpora"):
        for name, entry in information[kind].items():
            size = entry.get("file_size")
            if as_json:
                print(json.dumps({"name": name, "kind": kind, "bytes": size, "description": entry.get("description")}))
            else:
                line = f"{name:38} {_megabytes(size):>10}  {' '.join(str(entry.get('description', '')).split())}"
                print(line[: columns - 1].rstrip())


def _megabytes(size: Any) -> str:
    return f"{size / 1e6:,.1f} MB" if isinstance(size, int | float) else ""
