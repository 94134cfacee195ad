"""The arithmetic of word2vec, on NumPy and SciPy alone: no model, no logging, no strings.

``reference`` is one update at a time, to read; ``skipgram`` and ``cbow`` are the same updates in blocks, to run.
"""
