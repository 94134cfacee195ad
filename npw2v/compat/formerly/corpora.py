"""The place of this module before npw2v had folders, which pickles of then name."""

from npw2v.corpus.sentences import BrownCorpus, BytesLineSentence, LineSentence, PathLineSentences, Text8Corpus

__all__ = ["BrownCorpus", "BytesLineSentence", "LineSentence", "PathLineSentences", "Text8Corpus"]
