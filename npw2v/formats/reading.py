"""Models and vectors from whatever file holds them: npw2v's own archive, or a pickle that gensim wrote."""

from __future__ import annotations

from npw2v.formats import state
from npw2v.formats.opening import Source, label
from npw2v.formats.sniff import is_pickle
from npw2v.formats.state import ModelState, VectorState
from npw2v.logs import logger_of

logger = logger_of(__name__)


def read_model_state(source: Source, mmap: str | None = None) -> ModelState:
    """Read a model; see `npw2v.formats.state.read_model` and `npw2v.formats.gensim.read_model`."""
    logger.info("loading %s object from %s", state.MODEL, label(source))
    if not is_pickle(source):
        return state.read_model(source, mmap)
    from npw2v.formats import gensim  # whose old classes and layouts take time to define

    return gensim.read_model(source, mmap)


def read_vector_state(source: Source, mmap: str | None = None) -> VectorState:
    """Read vectors; see `npw2v.formats.state.read_vectors` and `npw2v.formats.gensim.read_vectors`."""
    logger.info("loading %s object from %s", state.VECTORS, label(source))
    if not is_pickle(source):
        return state.read_vectors(source, mmap)
    from npw2v.formats import gensim

    return gensim.read_vectors(source, mmap)
