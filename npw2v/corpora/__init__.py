"""Numbered words and bags of words, under gensim's path; what else gensim has there can be imported, not used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from npw2v.compat.refused import names_of, rest_of

if TYPE_CHECKING:
    from npw2v.compat.dictionary import Dictionary as Dictionary
    from npw2v.compat.mmcorpus import IndexedCorpus as IndexedCorpus
    from npw2v.compat.mmcorpus import MmCorpus as MmCorpus

_HOME = {
    "Dictionary": "npw2v.compat.dictionary",
    "IndexedCorpus": "npw2v.compat.mmcorpus",
    "MmCorpus": "npw2v.compat.mmcorpus",
}
_MODULES = ("dictionary", "indexedcorpus", "mmcorpus")

#: What was here before npw2v had folders: pickles of then name it.
_FORMERLY = ("BrownCorpus", "BytesLineSentence", "LineSentence", "PathLineSentences", "Text8Corpus")

__all__ = [*_HOME, *_MODULES]

_rest = rest_of(__name__, __all__)


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name in _FORMERLY:
        return getattr(import_module("npw2v.corpus.sentences"), name)
    return getattr(import_module(_HOME[name]), name) if name in _HOME else _rest(name)


def __dir__() -> list[str]:
    return sorted([*__all__, *names_of("corpora")])
