"""gensim's own random stream and order, one update after the other, and training batch by batch as gensim does.

It is there to compare and for programs that train batches themselves; :mod:`npw2v.training.replay.scalar` says what it
follows.
"""
