"""What gensim's module of this name has that goes with word vectors."""

from __future__ import annotations

from smart_open import open

from npw2v.compat.oldnames import load_of_an_instance as call_on_class_only
from npw2v.compat.refused import rest_of
from npw2v.compat.sequences import (
    chunkize,
    chunkize_serial,
    flatten,
    grouper,
    iter_windows,
    lazy_flatten,
    strided_windows,
)
from npw2v.compat.tokens import (
    PAT_ALPHABETIC,
    RE_HTML_ENTITY,
    any2unicode,
    any2utf8,
    deaccent,
    decode_htmlentities,
    simple_preprocess,
    simple_tokenize,
    to_unicode,
    to_utf8,
    tokenize,
)
from npw2v.compat.utils import (
    ClippedCorpus,
    RepeatCorpus,
    RepeatCorpusNTimes,
    check_output,
    deprecated,
    effective_n_jobs,
    file_or_filename,
    get_random_state,
    identity,
    ignore_deprecation_warning,
    is_corpus,
    merge_counts,
    open_file,
    qsize,
    revdict,
    sample_dict,
    save_as_line_sentence,
    trim_vocab_by_freq,
)
from npw2v.formats.saveload import PICKLE_PROTOCOL, SaveLoad
from npw2v.logs import logger_of
from npw2v.vocabulary.selection import RULE_DEFAULT, RULE_DISCARD, RULE_KEEP, keep_vocab_item, prune_vocab

__all__ = [
    "PAT_ALPHABETIC",
    "PICKLE_PROTOCOL",
    "RE_HTML_ENTITY",
    "RULE_DEFAULT",
    "RULE_DISCARD",
    "RULE_KEEP",
    "ClippedCorpus",
    "RepeatCorpus",
    "RepeatCorpusNTimes",
    "SaveLoad",
    "any2unicode",
    "any2utf8",
    "call_on_class_only",
    "check_output",
    "chunkize",
    "chunkize_serial",
    "deaccent",
    "decode_htmlentities",
    "deprecated",
    "effective_n_jobs",
    "file_or_filename",
    "flatten",
    "get_random_state",
    "grouper",
    "identity",
    "ignore_deprecation_warning",
    "is_corpus",
    "iter_windows",
    "keep_vocab_item",
    "lazy_flatten",
    "logger",
    "merge_counts",
    "open",
    "open_file",
    "prune_vocab",
    "qsize",
    "revdict",
    "sample_dict",
    "save_as_line_sentence",
    "simple_preprocess",
    "simple_tokenize",
    "strided_windows",
    "to_unicode",
    "to_utf8",
    "tokenize",
    "trim_vocab_by_freq",
]

logger = logger_of(__name__)

__getattr__ = rest_of(__name__, __all__)
