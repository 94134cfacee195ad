"""Models and vectors from whatever file holds them: npw2v's own archive, or a pickle that gensim wrote."""

from __future__ import annotations

from npw2v.formats import gensim, state
from npw2v.formats.archive import read_archive
from npw2v.formats.opening import Source, label
from npw2v.formats.pickles import is_pickle, read_pickle
from npw2v.formats.state import ModelState, VectorState
from npw2v.logs import logger_of

logger = logger_of(__name__)


def read_model_state(source: Source, mmap: str | None = None) -> ModelState:
    """Read a model; see `npw2v.formats.state.read_model` and `npw2v.formats.gensim.read_model`."""
    logger.info("loading %s object from %s", state.MODEL, label(source))
    return gensim.read_model(source, mmap) if is_pickle(source) else state.read_model(source, mmap)


def read_vector_state(source: Source, mmap: str | None = None) -> VectorState:
    """Read vectors; see `npw2v.formats.state.read_vectors` and `npw2v.formats.gensim.read_vectors`."""
    logger.info("loading %s object from %s", state.VECTORS, label(source))
    return gensim.read_vectors(source, mmap) if is_pickle(source) else state.read_vectors(source, mmap)


def kind_of(source: Source) -> str | None:
    """Return what a file holds: "Word2Vec", "KeyedVectors", another kind of archive, or None for other pickles."""
    if not is_pickle(source):
        kind = read_archive(source)[1].get("kind")
        return kind if isinstance(kind, str) else None
    name = getattr(read_pickle(source), "name", None)
    return state.MODEL if name == gensim.MODEL else state.VECTORS if name in gensim.VECTORS else None
