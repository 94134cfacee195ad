"""What gensim's compiled module of this name has; the functions that npw2v lacks say so."""

from npw2v.compat.keyedvectors_extras import REAL
from npw2v.compat.refused import rest_of
from npw2v.compat.word2vec_extras import FAST_VERSION, part_of_gensims_training, train_batch_cbow, train_batch_sg
from npw2v.corpus.sentences import MAX_WORDS_IN_BATCH

score_sentence_sg = part_of_gensims_training("score_sentence_sg")
score_sentence_cbow = part_of_gensims_training("score_sentence_cbow")

__all__ = [
    "FAST_VERSION",
    "MAX_WORDS_IN_BATCH",
    "REAL",
    "score_sentence_cbow",
    "score_sentence_sg",
    "train_batch_cbow",
    "train_batch_sg",
]

__getattr__ = rest_of(__name__, __all__)
