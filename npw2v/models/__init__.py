"""The models under the paths that gensim's users import them from; all of them live one folder up."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from npw2v.compat.refused import names_of, rest_of

if TYPE_CHECKING:
    from npw2v.compat.interfaces import VocabTransform as VocabTransform
    from npw2v.compat.tfidf import TfidfModel as TfidfModel
    from npw2v.compat.translation import TranslationMatrix as TranslationMatrix
    from npw2v.compat.word2vec_extras import FAST_VERSION as FAST_VERSION
    from npw2v.phrases.phrases import Phrases as Phrases
    from npw2v.vectors.keyedvectors import KeyedVectors as KeyedVectors
    from npw2v.word2vec import Word2Vec as Word2Vec

_HOME = {
    "Word2Vec": "npw2v.word2vec",
    "KeyedVectors": "npw2v.vectors.keyedvectors",
    "Phrases": "npw2v.phrases.phrases",
    "TfidfModel": "npw2v.compat.tfidf",
    "TranslationMatrix": "npw2v.compat.translation",
    "VocabTransform": "npw2v.compat.interfaces",
    "FAST_VERSION": "npw2v.compat.word2vec_extras",
}
_MODULES = (
    *("basemodel", "callbacks", "keyedvectors", "phrases", "tfidfmodel", "translation_matrix", "word2vec"),
    "word2vec_corpusfile",
)

__all__ = [*_HOME, *_MODULES]

_rest = rest_of(__name__, __all__)


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    return getattr(import_module(_HOME[name]), name) if name in _HOME else _rest(name)


def __dir__() -> list[str]:
    return sorted([*__all__, *names_of("models")])
