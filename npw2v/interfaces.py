"""`npw2v.compat.interfaces` under gensim's path."""

from npw2v import matutils, utils
from npw2v.compat.interfaces import CorpusABC, SimilarityABC, TransformationABC, TransformedCorpus, logger

__all__ = ["CorpusABC", "SimilarityABC", "TransformationABC", "TransformedCorpus", "logger", "matutils", "utils"]
