"""The names of loggers: gensim's, for the module of gensim that would say the same.

A program that silences ``gensim.models.word2vec``, or listens to it, means what trains; that npw2v has many modules
where gensim has one is nothing to it. So `npw2v.training.progress` logs as ``npw2v.models.word2vec``, and where npw2v
stands in for gensim as ``gensim.models.word2vec``.
"""

from __future__ import annotations

import logging
import sys

#: Where a module or folder of npw2v logs; what is not here logs under its own name.
NAMES = {
    "compat.dictionary": "corpora.dictionary",
    "compat.docsim": "similarities.docsim",
    "compat.downloader": "downloader",
    "compat.interfaces": "interfaces",
    "compat.matutils": "matutils",
    "compat.mmcorpus": "corpora.mmcorpus",
    "compat.termmatrix": "similarities.termsim",
    "compat.termsim": "similarities.termsim",
    "compat.tfidf": "models.tfidfmodel",
    "corpus": "models.word2vec",
    "corpus.datasets": "downloader",
    "corpus.downloading": "downloader",
    "formats": "utils",
    "formats.gensim_phrases": "models.phrases",
    "formats.records": "models.keyedvectors",
    "formats.word2vec": "models.keyedvectors",
    "logs": "",
    "phrases": "models.phrases",
    "training": "models.word2vec",
    "training.callbacks": "models.callbacks",
    "vectors": "models.keyedvectors",
    "vocabulary": "models.word2vec",
    "vocabulary.selection": "utils",
    "word2vec": "models.word2vec",
}

#: The package that loggers are named for, and the modules that have one.
_ROOT, _MODULES = ["npw2v"], set[str]()


def logger_of(module: str) -> logging.Logger:
    """Return the logger of a module of npw2v, which keeps it in its variable ``logger``.

    Examples
    --------
    >>> logger_of("npw2v.vectors.queries").name.partition(".")[2]
    'models.keyedvectors'
    """
    _MODULES.add(module)
    path = module.partition(".")[2]
    known = path
    while known and known not in NAMES:
        known = known.rpartition(".")[0]
    return logging.getLogger(".".join(filter(None, (_ROOT[0], NAMES.get(known, path)))))


def rename_to(root: str) -> None:
    """Let all loggers, those of modules that are imported later too, be named for another package."""
    _ROOT[0] = root
    for module in _MODULES & sys.modules.keys():
        vars(sys.modules[module])["logger"] = logger_of(module)


#: That of the package: the parent of all.
logger = logger_of(__name__)
