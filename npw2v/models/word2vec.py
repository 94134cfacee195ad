"""`npw2v.word2vec` under gensim's path, and what else gensim's module of this name has."""

from npw2v import matutils, utils
from npw2v.compat.keyedvectors_extras import REAL, Vocab
from npw2v.compat.oldnames import load_of_an_instance as call_on_class_only
from npw2v.compat.oldnames import pseudorandom_weak_vector
from npw2v.compat.word2vec_extras import (
    CORPUSFILE_VERSION,
    FAST_VERSION,
    Heapitem,
    Word2VecTrainables,
    Word2VecVocab,
    part_of_gensims_training,
    train_batch_cbow,
    train_batch_sg,
)
from npw2v.compat.word2vec_extras import assign_binary_codes as _assign_binary_codes
from npw2v.compat.word2vec_extras import build_heap as _build_heap
from npw2v.corpus.sentences import MAX_WORDS_IN_BATCH, BrownCorpus, LineSentence, PathLineSentences, Text8Corpus
from npw2v.vectors.keyedvectors import KeyedVectors
from npw2v.vocabulary.selection import keep_vocab_item
from npw2v.word2vec import Word2Vec, logger

train_epoch_sg = part_of_gensims_training("train_epoch_sg")
train_epoch_cbow = part_of_gensims_training("train_epoch_cbow")
score_sentence_sg = part_of_gensims_training("score_sentence_sg")
score_sentence_cbow = part_of_gensims_training("score_sentence_cbow")

__all__ = [
    "CORPUSFILE_VERSION",
    "FAST_VERSION",
    "MAX_WORDS_IN_BATCH",
    "REAL",
    "BrownCorpus",
    "Heapitem",
    "KeyedVectors",
    "LineSentence",
    "PathLineSentences",
    "Text8Corpus",
    "Vocab",
    "Word2Vec",
    "Word2VecTrainables",
    "Word2VecVocab",
    "_assign_binary_codes",
    "_build_heap",
    "call_on_class_only",
    "keep_vocab_item",
    "logger",
    "matutils",
    "pseudorandom_weak_vector",
    "score_sentence_cbow",
    "score_sentence_sg",
    "train_batch_cbow",
    "train_batch_sg",
    "train_epoch_cbow",
    "train_epoch_sg",
    "utils",
]

if __name__ == "__main__":
    from npw2v.scripts.word2vec_standalone import main

    main()
