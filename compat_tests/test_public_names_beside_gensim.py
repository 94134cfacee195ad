"""Every public name of gensim's modules is in npw2v under the same path, with the same parameters and defaults.

What is not is in the tables here, with the reason.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

import gensim.models
import pytest

import npw2v
from npw2v.compat.refused import names_of

TOPIC_MODELS = "belongs to topic models"
CORPORA = "belongs to corpora of sparse vectors"
INSIDE = "of use inside gensim only"
COMPILED = "a part of gensim's compiled code"

MODULES = (
    "interfaces",
    "corpora.dictionary",
    "corpora.indexedcorpus",
    "corpora.mmcorpus",
    "models.basemodel",
    "models.tfidfmodel",
    "models.translation_matrix",
    "models.word2vec",
    "models.keyedvectors",
    "models.callbacks",
    "models.phrases",
    "models.word2vec_corpusfile",
    "models.word2vec_inner",
    "parsing.porter",
    "parsing.preprocessing",
    "scripts.word2vec_standalone",
    "scripts.glove2word2vec",
    "scripts.word2vec2tensor",
    "similarities.annoy",
    "similarities.nmslib",
    "similarities.termsim",
    "similarities.docsim",
    "test.utils",
    "downloader",
    "utils",
    "matutils",
)

#: Names that programs import although they are private, or that gensim's module has from elsewhere.
ALSO = {
    "models.word2vec": ("_assign_binary_codes", "_build_heap", "call_on_class_only", "keep_vocab_item", "utils"),
    "models.keyedvectors": ("_KEY_TYPES", "_ensure_list", "_load_word2vec_format", "utils"),
    "models.phrases": ("_PhrasesTransformation",),
}

#: Names that npw2v does not have; most can be imported, see `npw2v.compat.refused`.
REFUSED = {
    **dict.fromkeys(
        [
            *("models.callbacks.Callback", "models.callbacks.CoherenceMetric", "models.callbacks.ConvergenceMetric"),
            *("models.callbacks.DiffMetric", "models.callbacks.Metric", "models.callbacks.PerplexityMetric"),
        ],
        TOPIC_MODELS,
    ),
    **dict.fromkeys(
        [
            *("matutils.MmReader", "matutils.MmWriter", "matutils.Dense2Corpus", "matutils.Scipy2Corpus"),
            *("matutils.Sparse2Corpus", "matutils.pad", "matutils.ret_log_normalize_vec"),
            *("matutils.scipy2scipy_clipped", "utils.FakeDict", "utils.SlicedCorpus", "utils.dict_from_corpus"),
            *("utils.get_max_id", "utils.is_empty", "utils.mock_data", "utils.mock_data_row", "utils.toptexts"),
            "utils.upload_chunked",
        ],
        CORPORA,
    ),
    **dict.fromkeys(
        [
            *("matutils.dirichlet_expectation", "matutils.hellinger", "matutils.jaccard", "matutils.jensen_shannon"),
            *("matutils.kullback_leibler", "matutils.logsumexp", "matutils.mean_absolute_difference"),
        ],
        TOPIC_MODELS,
    ),
    **dict.fromkeys(
        [
            *("matutils.blas", "matutils.qr_destroy", "utils.InputQueue", "utils.copytree_hardlink", "utils.getNS"),
            *("utils.get_my_ip", "utils.pyro_daemon", "utils.randfname", "utils.safe_unichr"),
            *("utils.smart_extension", "utils.synchronous"),
        ],
        INSIDE,
    ),
    **dict.fromkeys(["utils.pickle", "utils.unpickle"], "npw2v neither writes pickles nor runs what is in them"),
    "similarities.nmslib.check_nmslib_compatibility": "nmslib works on every Python that has it",
    "similarities.termsim.NON_NEGATIVE_NORM_ASSERTION_MESSAGE": INSIDE,
    **{
        f"similarities.docsim.{name}": CORPORA
        for name in ("MatrixSimilarity", "Shard", "Similarity", "SparseMatrixSimilarity", "query_shard")
    },
    **{f"corpora.mmcorpus.MmCorpus.{name}": INSIDE for name in ("skip_headers", "transposed")},
    "models.tfidfmodel.smartirs_normalize": "deprecated in gensim",
    "models.translation_matrix.BackMappingTranslationMatrix": "Doc2Vec",
    "models.keyedvectors.FastTextKeyedVectors": "FastText",
    "models.word2vec_corpusfile.CythonVocab": COMPILED,
    "models.word2vec_corpusfile.rebuild_cython_line_sentence": COMPILED,
    "models.word2vec_inner.init": COMPILED,
    **{
        f"models.word2vec_corpusfile.CythonLineSentence.{name}": COMPILED
        for name in ("is_eof", "max_words_in_batch", "next_batch", "read_sentence", "reset")
    },
}

#: Private, or importable but not callable: what programs pass to them does not matter.
OTHER_PARAMETERS = {"_ensure_list", "score_sentence_cbow", "score_sentence_sg", "train_epoch_cbow", "train_epoch_sg"}


def public_names(name: str) -> list[str]:
    """Return the names of a module of gensim's: what it defines or takes from gensim's models, and its constants."""
    module = import_module(f"gensim.{name}")
    homes = ("gensim.models.",) if name.startswith("models.") else (module.__name__, "gensim._", "gensim.corpora._")
    found = []
    for each, value in vars(module).items():
        home = getattr(value, "__module__", None) or ""
        constant = isinstance(value, int | float | str | frozenset) and each.isupper()
        if not each.startswith("_") and (home.startswith(homes) if callable(value) else constant):
            found.append(each)
    return [each for each in (*found, *ALSO.get(name, ())) if f"{name}.{each}" not in REFUSED]


def is_there(module: str, name: str) -> bool:
    return hasattr(import_module(f"npw2v.{module}"), name)


@pytest.mark.parametrize("module", MODULES)
def test_names(module):
    assert [name for name in public_names(module) if not is_there(module, name)] == []


@pytest.mark.parametrize("module", MODULES)
def test_refused_names_are_there_to_be_imported_at_most(module):
    names = [full.removeprefix(f"{module}.") for full in REFUSED if full.startswith(f"{module}.")]
    assert [name for name in names if is_there(module, name) and name not in names_of(module)] == []


def shown(default: Any) -> Any:
    """Return what two equal defaults have in common: names of functions, the length of lists of them."""
    return len(default) if isinstance(default, list) else getattr(default, "__name__", repr(default))


def parameters(function: Any) -> list[tuple[str, Any]] | None:
    """Return names and defaults; None if anything may be passed, or Python cannot tell."""
    if function is object.__init__:
        return [("self", shown(inspect.Parameter.empty))]
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) for parameter in found):
        return None
    defaults = {each.name: shown(each.default) for each in found}
    return [(each.name, defaults[each.name]) for each in found if each.kind is not each.KEYWORD_ONLY]


def differences(where: str, theirs: Any, ours: Any) -> list[str]:
    """Compare the parameters of two functions, or those of two classes' constructors and methods."""
    if inspect.isclass(theirs):
        found = differences(f"{where}()", theirs.__init__, ours.__init__)
        for name in dir(theirs):
            if name.startswith("_") or f"{where}.{name}" in REFUSED or not inspect.isroutine(getattr(theirs, name)):
                continue
            if not hasattr(ours, name):
                found.append(f"{where}.{name} is missing")
            else:
                found += differences(f"{where}.{name}", getattr(theirs, name), getattr(ours, name))
        return found
    expected, got = parameters(theirs), parameters(ours)
    return [] if expected is None or expected == got else [f"{where}: gensim has {expected}, npw2v {got}"]


@pytest.mark.parametrize("module", MODULES)
def test_parameters_and_defaults(module):
    found = []
    for name in public_names(module):
        theirs = getattr(import_module(f"gensim.{module}"), name)
        if callable(theirs) and name not in OTHER_PARAMETERS and is_there(module, name):
            found += differences(f"{module}.{name}", theirs, getattr(import_module(f"npw2v.{module}"), name))
    assert found == []


@pytest.mark.parametrize("how", [{}, {"hs": 1, "negative": 0, "sg": 1}])
def test_attributes_of_a_trained_model(how):
    sentences = [["cat", "say", "meow"], ["dog", "say", "woof"]] * 3
    theirs = gensim.models.Word2Vec(sentences, min_count=1, vector_size=4, **how)
    ours = npw2v.Word2Vec(sentences, min_count=1, vector_size=4, **how)
    for model, other in ((theirs, ours), (theirs.wv, ours.wv)):
        assert [
            name for name in dir(model) if name[0] != "_" and hasattr(model, name) and not hasattr(other, name)
        ] == []


def test_names_of_gensims_that_are_in_the_package_itself():
    from npw2v import models

    assert models.Word2Vec is models.word2vec.Word2Vec is npw2v.Word2Vec
    assert models.KeyedVectors is models.keyedvectors.KeyedVectors is npw2v.KeyedVectors
    assert models.Phrases is models.phrases.Phrases
    assert models.FAST_VERSION >= 0
    with pytest.raises(AttributeError, match=r"npw2v does not provide npw2v\.models\.NoModel"):
        _ = models.NoModel


def test_functions_that_cannot_be_called_say_so():
    from npw2v.models.word2vec import score_sentence_sg

    with pytest.raises(NotImplementedError, match=r"score_sentence_sg\(\) is an inner loop of gensim's"):
        score_sentence_sg(None, [], None)
