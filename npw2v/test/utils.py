"""Toy texts, temporary files and the paths of gensim's test data, under gensim's path."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from npw2v.compat import testdata
from npw2v.compat.testdata import (
    LeeCorpus,
    common_corpus,
    common_dictionary,
    common_texts,
    datapath,
    get_tmpfile,
    temporary_file,
)

if TYPE_CHECKING:
    lee_corpus_list: list[list[str]]

__all__ = [
    "LeeCorpus",
    "common_corpus",
    "common_dictionary",
    "common_texts",
    "datapath",
    "get_tmpfile",
    "lee_corpus_list",
    "module_path",
    "temporary_file",
]

module_path = os.path.dirname(__file__)


def __getattr__(name: str) -> Any:
    if name == "lee_corpus_list":  # made when it is first asked for: it needs gensim's test data
        return testdata.lee_corpus_list()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
