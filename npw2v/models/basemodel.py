"""`npw2v.compat.interfaces.BaseTopicModel` under gensim's path."""

from npw2v.compat.interfaces import BaseTopicModel

__all__ = ["BaseTopicModel"]
