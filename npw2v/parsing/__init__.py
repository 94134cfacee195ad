"""Filters of text and the Porter stemmer, under gensim's path."""

from npw2v.parsing import porter, preprocessing
from npw2v.parsing.porter import PorterStemmer
from npw2v.parsing.preprocessing import (
    preprocess_documents,
    preprocess_string,
    read_file,
    read_files,
    remove_stopwords,
    split_alphanum,
    stem_text,
    strip_multiple_whitespaces,
    strip_non_alphanum,
    strip_numeric,
    strip_punctuation,
    strip_short,
    strip_tags,
)

__all__ = [
    "PorterStemmer",
    "porter",
    "preprocess_documents",
    "preprocess_string",
    "preprocessing",
    "read_file",
    "read_files",
    "remove_stopwords",
    "split_alphanum",
    "stem_text",
    "strip_multiple_whitespaces",
    "strip_non_alphanum",
    "strip_numeric",
    "strip_punctuation",
    "strip_short",
    "strip_tags",
]
