"""Lines of a file as lists of bytes, under the path where gensim has its compiled reader."""

from npw2v.compat.refused import rest_of
from npw2v.compat.word2vec_extras import CORPUSFILE_VERSION, part_of_gensims_training
from npw2v.corpus.sentences import BytesLineSentence as CythonLineSentence

train_epoch_sg = part_of_gensims_training("train_epoch_sg")
train_epoch_cbow = part_of_gensims_training("train_epoch_cbow")

__all__ = ["CORPUSFILE_VERSION", "CythonLineSentence", "train_epoch_cbow", "train_epoch_sg"]

__getattr__ = rest_of(__name__, __all__)
