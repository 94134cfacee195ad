"""gensim's Word2Vec and KeyedVectors in pure NumPy and SciPy.

The names below are loaded when they are first used, so that ``import npw2v`` costs next to nothing.

Examples
--------
>>> from npw2v import Word2Vec
>>> model = Word2Vec([["cat", "say", "meow"], ["dog", "say", "woof"]], min_count=1)
>>> model.wv.most_similar("cat", topn=1)  # doctest: +ELLIPSIS
[('...', ...)]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

#: Pickles name the modules that their classes had before there were folders: what is not here is looked for there.
__path__.append(f"{__path__[0]}/compat/formerly")

#: Public name → the module that defines it.
_HOME = {
    "Word2Vec": "npw2v.word2vec",
    "KeyedVectors": "npw2v.vectors.keyedvectors",
    "CallbackAny2Vec": "npw2v.training.callbacks",
    "LineSentence": "npw2v.corpus.sentences",
    "PathLineSentences": "npw2v.corpus.sentences",
    "Text8Corpus": "npw2v.corpus.sentences",
    "BrownCorpus": "npw2v.corpus.sentences",
    "RULE_DEFAULT": "npw2v.vocabulary.selection",
    "RULE_DISCARD": "npw2v.vocabulary.selection",
    "RULE_KEEP": "npw2v.vocabulary.selection",
    "inspect": "npw2v.formats.summary",
    "doctor": "npw2v.formats.diagnosis",
    "FormatError": "npw2v.errors",
    "StopTraining": "npw2v.errors",
    "TrainingError": "npw2v.errors",
    "install_as_gensim": "npw2v.compat.as_gensim",
}

#: What gensim's users reach as attributes of the package, without importing it.
_MODULES = (
    *("corpora", "distributed", "interfaces", "matutils", "models", "parsing", "scripts", "similarities", "test"),
    *("downloader", "topic_coherence", "utils"),
)

__all__ = ["__version__", *_HOME]

#: gensim has it as an attribute; `from npw2v import *` is not to bring it.
_HOME["logger"] = "npw2v.logs"

if TYPE_CHECKING:
    from npw2v.compat.as_gensim import install_as_gensim as install_as_gensim
    from npw2v.corpus.sentences import BrownCorpus as BrownCorpus
    from npw2v.corpus.sentences import LineSentence as LineSentence
    from npw2v.corpus.sentences import PathLineSentences as PathLineSentences
    from npw2v.corpus.sentences import Text8Corpus as Text8Corpus
    from npw2v.errors import FormatError as FormatError
    from npw2v.errors import StopTraining as StopTraining
    from npw2v.errors import TrainingError as TrainingError
    from npw2v.formats.diagnosis import doctor as doctor
    from npw2v.formats.summary import inspect as inspect
    from npw2v.logs import logger as logger
    from npw2v.training.callbacks import CallbackAny2Vec as CallbackAny2Vec
    from npw2v.vectors.keyedvectors import KeyedVectors as KeyedVectors
    from npw2v.vocabulary.selection import RULE_DEFAULT as RULE_DEFAULT
    from npw2v.vocabulary.selection import RULE_DISCARD as RULE_DISCARD
    from npw2v.vocabulary.selection import RULE_KEEP as RULE_KEEP
    from npw2v.word2vec import Word2Vec as Word2Vec


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"npw2v.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'npw2v' has no attribute {name!r}; it has {', '.join(sorted(_HOME))}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, *_MODULES])
