"""gensim's command lines that go with word vectors: ``python -m npw2v.scripts.<name> --help`` says what each does.

Unlike gensim's other paths these hold what they are called for: the place of a script is where ``python -m`` finds it.
"""

from npw2v.compat.refused import rest_of

__getattr__ = rest_of(__name__)
