"""The place of this module before npw2v had folders, which pickles of then name."""

from npw2v.phrases.joining import PhrasedCorpus

__all__ = ["PhrasedCorpus"]
