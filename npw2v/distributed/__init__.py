"""Training on a Dask cluster, for a corpus that outgrows one machine.

The corpus is in partitions, which stay where they are: each is counted, encoded and trained on the worker that has it.
Training goes in rounds (:mod:`npw2v.training.rounds`): every partition trains its share of a round from the same
weights, then what they have changed is put together. Dask brings scheduler, transport and repetition of what was lost;
it is an optional extra, ``pip install "npw2v[dask]"``.

Examples
--------
Four processes of this machine, and a cluster that runs somewhere::

    from npw2v import Word2Vec
    from npw2v.distributed import train

    model = train(Word2Vec(sg=1), ["part-0.txt", "part-1.txt", "part-2.txt", "part-3.txt"])
    model = train(Word2Vec(sg=1), paths, client=Client("tcp://scheduler:8786"))
"""

from npw2v.distributed.partitions import divided as divided
from npw2v.distributed.training import resume as resume
from npw2v.distributed.training import train as train

__all__ = ["divided", "resume", "train"]
