"""`npw2v.compat.translation` under gensim's path; documents cannot be mapped back, as there is no Doc2Vec."""

from npw2v.compat.refused import rest_of
from npw2v.compat.translation import Space, TranslationMatrix

__all__ = ["Space", "TranslationMatrix"]

__getattr__ = rest_of(__name__, __all__)
