"""`npw2v.compat.docsim` under gensim's path; what else gensim has there can be imported, not used."""

from npw2v.compat.docsim import SoftCosineSimilarity, WmdSimilarity, logger
from npw2v.compat.refused import rest_of

__all__ = ["SoftCosineSimilarity", "WmdSimilarity", "logger"]

__getattr__ = rest_of(__name__, __all__)
