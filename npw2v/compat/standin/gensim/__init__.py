"""What `import gensim` finds in the child processes of one in which npw2v stands in: it makes npw2v stand in here, too.

`npw2v.compat.as_gensim` puts the folder above this one on PYTHONPATH.
"""

import sys

if __name__ == "gensim":
    del sys.modules["gensim"]  # the import of gensim that runs this file ends with what takes its place there
    try:
        import npw2v
    except ModuleNotFoundError:  # the parent had it from its own sys.path
        sys.path.append(__file__.rsplit("npw2v", 1)[0])
        import npw2v
    npw2v.install_as_gensim()
