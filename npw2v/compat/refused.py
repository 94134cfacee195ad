"""gensim's public names that npw2v does not have.

Programs import them beside Word2Vec, derive classes from them or ask ``isinstance``, and often need no more. So all of
them can be imported, from modules of gensim's names; what is called says that it is not there.

Once this is imported, modules of `NAMES` that are no files are found, too.
"""

from __future__ import annotations

import sys
from abc import ABCMeta
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import CodeType, ModuleType
from typing import Any, NoReturn

from npw2v.logs import logger_of

#: gensim's modules → their names that npw2v does not have: classes are those that begin with a capital letter, others
#: are functions.
NAMES: dict[str, str] = {
    "corpora": "",
    "corpora._mmreader": "MmReader",
    "corpora.bleicorpus": "BleiCorpus",
    "corpora.csvcorpus": "CsvCorpus",
    "corpora.hashdictionary": "HashDictionary",
    "corpora.lowcorpus": "LowCorpus",
    "corpora.malletcorpus": "MalletCorpus",
    "corpora.opinosiscorpus": "OpinosisCorpus",
    "corpora.sharded_corpus": "ShardedCorpus",
    "corpora.svmlightcorpus": "SvmLightCorpus",
    "corpora.textcorpus": "TextCorpus TextDirectoryCorpus walk",
    "corpora.ucicorpus": "UciCorpus UciReader UciWriter",
    "corpora.wikicorpus": "WikiCorpus extract_pages filter_example filter_wiki find_interlinks get_namespace "
    "init_to_ignore_interrupt process_article remove_file remove_markup remove_template tokenize",
    "matutils": "Dense2Corpus MmReader MmWriter Scipy2Corpus Sparse2Corpus blas dirichlet_expectation hellinger "
    "jaccard jensen_shannon kullback_leibler logsumexp mean_absolute_difference pad qr_destroy ret_log_normalize_vec "
    "scipy2scipy_clipped",
    "models": "",
    "models._fasttext_bin": "Model load save",
    "models.atmodel": "AuthorTopicModel AuthorTopicState construct_author2doc construct_doc2author",
    "models.bm25model": "AtireBM25Model BM25ABC LuceneBM25Model OkapiBM25Model",
    "models.callbacks": "Callback CoherenceMetric ConvergenceMetric DiffMetric Metric PerplexityMetric",
    "models.coherencemodel": "CoherenceModel",
    "models.doc2vec": "Doc2Vec Doc2VecTrainables Doc2VecVocab Doctag TaggedBrownCorpus TaggedDocument "
    "TaggedLineDocument",
    "models.doc2vec_corpusfile": "d2v_train_epoch_dbow d2v_train_epoch_dm d2v_train_epoch_dm_concat",
    "models.doc2vec_inner": "train_document_dbow train_document_dm train_document_dm_concat",
    "models.ensemblelda": "CBDBSCAN Cluster EnsembleLda Topic mass_masking rank_masking",
    "models.fasttext": "FastText FastTextKeyedVectors FastTextTrainables FastTextVocab ft_ngram_hashes "
    "load_facebook_model load_facebook_vectors save_facebook_model",
    "models.fasttext_corpusfile": "train_epoch_cbow train_epoch_sg",
    "models.fasttext_inner": "compute_ngrams compute_ngrams_bytes ft_hash_bytes init train_batch_any",
    "models.hdpmodel": "HdpModel HdpTopicFormatter SuffStats expect_log_sticks lda_e_step",
    "models.lda_dispatcher": "Dispatcher main",
    "models.lda_worker": "Worker main",
    "models.ldamodel": "LdaModel LdaState update_dir_prior",
    "models.ldamulticore": "LdaMulticore worker_e_step",
    "models.ldaseqmodel": "LdaPost LdaSeqModel df_obs f_obs sslm",
    "models.logentropy_model": "LogEntropyModel",
    "models.lsi_dispatcher": "Dispatcher main",
    "models.lsi_worker": "Worker main",
    "models.lsimodel": "LsiModel Projection ascarray asfarray clip_spectrum print_debug stochastic_svd",
    "models.nmf": "Nmf version_tuple",
    "models.nmf_pgd": "solve_h",
    "models.normmodel": "NormModel",
    "models.poincare": "LexicalEntailmentEvaluation LinkPredictionEvaluation NegativesBuffer PoincareBatch "
    "PoincareKeyedVectors PoincareModel PoincareRelations ReconstructionEvaluation",
    "models.rpmodel": "RpModel",
    "models.tfidfmodel": "smartirs_normalize",
    "models.translation_matrix": "BackMappingTranslationMatrix",
    "models.word2vec_corpusfile": "CythonVocab rebuild_cython_line_sentence",
    "models.word2vec_inner": "init",
    "scripts.benchmark": "",
    "scripts.make_wiki": "",
    "scripts.make_wiki_online": "",
    "scripts.make_wiki_online_nodebug": "",
    "scripts.make_wikicorpus": "",
    "scripts.package_info": "package_info",
    "scripts.segment_wiki": "extract_page_xmls segment segment_all_articles segment_and_write_all_articles",
    "similarities.docsim": "MatrixSimilarity Shard Similarity SparseMatrixSimilarity query_shard",
    "similarities.fastss": "FastSS bytes2set editdist indexkeys set2bytes",
    "similarities.levenshtein": "LevenshteinSimilarityIndex",
    "similarities.nmslib": "check_nmslib_compatibility",
    "topic_coherence": "",
    "topic_coherence.aggregation": "arithmetic_mean",
    "topic_coherence.direct_confirmation_measure": "aggregate_segment_sims log_conditional_probability "
    "log_ratio_measure",
    "topic_coherence.indirect_confirmation_measure": "ContextVectorComputer cosine_similarity word2vec_similarity",
    "topic_coherence.probability_estimation": "p_boolean_document p_boolean_sliding_window p_word2vec "
    "unique_ids_from_segments",
    "topic_coherence.segmentation": "s_one_one s_one_pre s_one_set",
    "topic_coherence.text_analysis": "AccumulatingWorker BaseAnalyzer CorpusAccumulator InvertedIndexAccumulator "
    "InvertedIndexBased ParallelWordOccurrenceAccumulator PatchedWordOccurrenceAccumulator UsesDictionary "
    "WindowedTextsAnalyzer WordOccurrenceAccumulator WordVectorsAccumulator",
    "utils": "FakeDict InputQueue SlicedCorpus copytree_hardlink dict_from_corpus get_max_id getNS get_my_ip is_empty "
    "mock_data mock_data_row pickle pyro_daemon randfname safe_unichr smart_extension synchronous toptexts unpickle "
    "upload_chunked",
}

#: Second places of names: module → names with the modules that they are from.
_PLACES: dict[str, str] = {
    "corpora": "bleicorpus.BleiCorpus hashdictionary.HashDictionary lowcorpus.LowCorpus "
    "malletcorpus.MalletCorpus opinosiscorpus.OpinosisCorpus svmlightcorpus.SvmLightCorpus "
    "textcorpus.TextCorpus textcorpus.TextDirectoryCorpus ucicorpus.UciCorpus wikicorpus.WikiCorpus",
    "models": "atmodel.AuthorTopicModel bm25model.AtireBM25Model bm25model.LuceneBM25Model bm25model.OkapiBM25Model "
    "coherencemodel.CoherenceModel doc2vec.Doc2Vec ensemblelda.EnsembleLda fasttext.FastText hdpmodel.HdpModel "
    "ldamodel.LdaModel ldamulticore.LdaMulticore ldaseqmodel.LdaSeqModel logentropy_model.LogEntropyModel "
    "lsimodel.LsiModel nmf.Nmf normmodel.NormModel rpmodel.RpModel "
    "translation_matrix.BackMappingTranslationMatrix",
    "models.keyedvectors": "fasttext.FastTextKeyedVectors",
    "similarities": "docsim.MatrixSimilarity docsim.Similarity docsim.SparseMatrixSimilarity "
    "levenshtein.LevenshteinSimilarityIndex",
}

#: Constants of those modules that programs look at.
_CONSTANTS: dict[str, dict[str, Any]] = {
    "models.callbacks": {"VISDOM_INSTALLED": False},
    "models.doc2vec": {"FAST_VERSION": 1, "CORPUSFILE_VERSION": 1},
    "models.poincare": {"AUTOGRAD_PRESENT": False},
    "similarities.docsim": {"PARALLEL_SHARDS": False},
}

_ADVICE = dict.fromkeys(["utils.pickle", "utils.unpickle"], "The standard library has it, for files that you trust")

#: How a refusal begins; `npw2v.install_as_gensim` changes it.
OPENING = ["npw2v does not provide"]


def refusal(name: str) -> str:
    """Return what is said of a name, such as ``models.LdaModel``, that npw2v does not have."""
    advice = _ADVICE.get(name, "For anything else, use gensim in a process of its own")
    return (
        f"{OPENING[0]} gensim.{name}: it has gensim's Word2Vec, KeyedVectors, Phrases and what goes with them. {advice}"
    )


# ---- names


class RefusedClass(ABCMeta):
    """The type of a class that can be imported, subclassed and asked for by ``isinstance``, and nothing else."""

    def _refused(cls) -> str:
        return next(str(vars(each)["_refused_name"]) for each in cls.__mro__ if "_refused_name" in vars(each))

    def __call__(cls, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse to make an instance, of this class or of one derived from it."""
        raise NotImplementedError(refusal(cls._refused()))

    def __getattr__(cls, name: str) -> NoReturn:
        raise AttributeError(refusal(f"{cls._refused()}.{name}"), name=name, obj=cls)


def _refused_class(module: str, name: str) -> type:
    described = {
        "__module__": f"npw2v.{module}",
        "__doc__": f"gensim's {module}.{name}, which npw2v does not provide.",
        "_refused_name": f"{module}.{name}",
    }
    return RefusedClass(name, (), described)


def _refused_function(module: str, name: str) -> Callable[..., NoReturn]:
    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError(refusal(f"{module}.{name}"))

    refuse.__module__, refuse.__name__, refuse.__qualname__ = f"npw2v.{module}", name, name
    refuse.__doc__ = f"gensim's {module}.{name}, which npw2v does not provide."
    return refuse


@cache
def refused(module: str, name: str) -> Any:
    """Return what stands for a name of `NAMES`: a class or a function."""
    return (_refused_class if name[0].isupper() else _refused_function)(module, name)


def names_of(module: str) -> dict[str, str]:
    """Return the names of a module that npw2v does not have → the modules that they belong to."""
    package = module if module in ("corpora", "models", "similarities") else module.rpartition(".")[0]
    elsewhere = (place.split(".") for place in _PLACES.get(module, "").split())
    return {
        **{name: f"{package}.{home}" for home, name in elsewhere},
        **dict.fromkeys(NAMES.get(module, "").split(), module),
    }


def rest_of(module: str, has: Sequence[str] = ()) -> Callable[[str], Any]:
    """Make the ``__getattr__`` of one of npw2v's modules under gensim's paths: what is not in it is refused on use.

    Parameters
    ----------
    module : str
        Its ``__name__``.
    has : sequence of str
        What the module has, which an unknown name is answered with.
    """
    key = module.partition(".")[2]
    names, constants = names_of(key), _CONSTANTS.get(key, {})

    def get(name: str) -> Any:
        if f"{key}.{name}" in NAMES:
            try:
                return import_module(f"{module}.{name}")
            except ImportError as error:  # of a package that is not installed: `hasattr` is to be False
                raise AttributeError(str(error), name=name) from error
        if name in constants:
            return constants[name]
        if name not in names:
            listed = f"; it provides {', '.join(has)}" if has else ""
            raise AttributeError(f"npw2v does not provide {module}.{name}{listed}", name=name)
        home = names[name]
        return refused(key, name) if home == key else getattr(import_module(f"npw2v.{home}"), name)

    return get


# ---- modules


class _Finder(MetaPathFinder, Loader):
    """Finds those modules of `NAMES` that are no files."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        package, _, module = fullname.partition(".")
        return spec_from_loader(fullname, self) if package == "npw2v" and module in NAMES else None

    def exec_module(self, module: ModuleType) -> None:
        key = module.__name__.partition(".")[2]
        module.__doc__ = f"gensim's {key}, which npw2v does not provide: its names can be imported, not used."
        get = rest_of(module.__name__)
        found = {name: get(name) for name in (*names_of(key), *_CONSTANTS.get(key, ()))}
        vars(module).update(found, __all__=[*found], __getattr__=get, logger=logger_of(module.__name__))

    def get_code(self, fullname: str) -> CodeType:
        """Return what ``python -m`` runs."""
        return compile(f"raise SystemExit({refusal(fullname.partition('.')[2])!r})", fullname, "exec")


sys.meta_path.append(_Finder())
