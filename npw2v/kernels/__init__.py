"""The arithmetic of word2vec, on NumPy and SciPy alone: no model, no logging, no strings.

``reference`` is one update at a time, to read. The same updates, many at once, are of four kinds:

==================== ============================= =============================
..                   negative sampling             hierarchical softmax
==================== ============================= =============================
skip-gram            ``skipgram``                  ``hierarchy_skipgram``
CBOW                 ``cbow``                      ``hierarchy_cbow``
what they work on    ``blocks``                    ``paths``
==================== ============================= =============================

``windows`` is what stands between centers and the words around them, for ``skipgram``, ``cbow`` and
``hierarchy_cbow``; ``noise`` is the noise words' half of negative sampling, ``logistic`` what all pairs have in
common. ``damping`` and ``scatter`` bring the updates into the tables: the one chooses the rows' learning rates, the
other adds. ``threads`` and ``children`` are what all of npw2v knows of the machine: its cores, and how other processes
are started and ended.
"""
