"""Questions that gensim and npw2v are asked alike; `tests/data/gensims_answers.json` has what gensim answered.

A question takes a `Library`, which is either of the two, and a folder, and returns what JSON can hold. All input is
made of integers, so that it is the same on every machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

RECORD = Path(__file__).parent.parent / "data" / "gensims_answers.json"

Question = Callable[["Library", Path], Any]
QUESTIONS: dict[str, Question] = {}


class Library:
    """gensim, or npw2v, by the name of its package."""

    def __init__(self, package: str) -> None:
        self.is_gensim = package == "gensim"
        models = import_module(f"{package}.models")
        self.word2vec = import_module(f"{package}.models.word2vec")
        self.phrases = import_module(f"{package}.models.phrases")
        self.Word2Vec, self.KeyedVectors = models.Word2Vec, models.KeyedVectors
        self.models, self.similarities = models, import_module(f"{package}.similarities")
        self.corpora, self.parsing = import_module(f"{package}.corpora"), import_module(f"{package}.parsing")
        self.utils, self.matutils = import_module(f"{package}.utils"), import_module(f"{package}.matutils")

    def model(self, *args: Any, **parameters: Any) -> Any:
        """Make a model that trains as gensim does with one worker."""
        how = {"workers": 1} if self.is_gensim else {"kernel": "replay"}
        settings = {"vector_size": 6, "min_count": 2, "seed": 7, "alpha": 0.5, "epochs": 2, "sample": 0.1}
        return self.Word2Vec(*args, **{**settings, **how, "compute_loss": True, **parameters})


def question(asked: Question) -> Question:
    """Add a function to the questions, under its name."""
    QUESTIONS[asked.__name__] = asked
    return asked


def answer(name: str, library: Library, folder: Path) -> Any:
    """Ask one question; the answer is as it comes out of a JSON file."""
    return json.loads(json.dumps(plain(QUESTIONS[name](library, folder))))


def plain(value: Any) -> Any:
    """Turn what the libraries return into what JSON can hold; a float32 needs no more than 9 digits."""
    if isinstance(value, np.ndarray):
        return [plain(each) for each in value] if value.dtype == object else plain(value.tolist())
    if isinstance(value, (np.generic, float)):
        value = value.item() if isinstance(value, np.generic) else value
        return float(f"{value:.9g}") if isinstance(value, float) else value
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (set, frozenset)):
        return sorted(plain(each) for each in value)
    return value if value is None or isinstance(value, (str, int)) else [plain(each) for each in value]


# ---- input


def numbers(seed: int) -> Iterator[int]:
    """Yield numbers below 2**16 that look random: the multiplier is that of POSIX's ``rand48``."""
    state = seed
    while True:
        state = (state * 0x5DEECE66D + 11) % 2**48
        yield state >> 32


def sentences(count: int, words: int, seed: int, prefix: str = "w") -> list[list[str]]:
    """Make sentences of up to 11 words, the first of which are frequent; some are empty."""
    draw = numbers(seed)
    return [[f"{prefix}{next(draw) % (1 + next(draw) % words)}" for _ in range(next(draw) % 12)] for _ in range(count)]


def texts(seed: int) -> list[list[str]]:
    """Make texts to train on."""
    return sentences(24, 24, seed)


def more_texts(seed: int) -> list[list[str]]:
    """Make more of them, with words that those do not have."""
    return sentences(15, 12, seed) + sentences(15, 9, seed + 1, "new")


TEXTS, MORE_TEXTS = texts(6), more_texts(6)
WORDS = [f"word{row}" for row in range(20)] + ["zürich", "東京"]


def vectors(library: Library) -> Any:
    """Make vectors of small fractions, with counts."""
    draw = numbers(3)
    rows = np.array([[next(draw) % 257 - 128 for _ in range(5)] for _ in WORDS], np.float32) / 64
    keyed = library.KeyedVectors(5)
    keyed.add_vectors(WORDS, rows)
    for row, word in enumerate(WORDS):
        keyed.set_vecattr(word, "count", 100 - 3 * row)
    return keyed


def file_of(folder: Path, *lines: str) -> str:
    """Write a text file and return its path."""
    path = folder / "lines.txt"
    path.write_text("".join(line + "\n" for line in lines), encoding="utf8")
    return str(path)


# ---- vocabularies


def vocabulary(model: Any) -> dict[str, Any]:
    """Return everything that building a vocabulary decides."""
    expandos = model.wv.expandos
    return {
        "index_to_key": model.wv.index_to_key,
        "count": expandos["count"],
        "sample_int": expandos["sample_int"],
        "cum_table": model.cum_table if model.negative else None,
        "point": expandos.get("point") if model.hs else None,
        "code": expandos.get("code") if model.hs else None,
        "corpus": [model.corpus_count, model.corpus_total_words, model.effective_min_count],
        "initial vectors": hashlib.sha256(model.wv.vectors.tobytes()).hexdigest(),
    }


def rule_of(utils: Any) -> Callable[[str, int, int], int]:
    """Return a rule that drops a word, keeps another, and leaves the others to their counts."""
    rules = {"w0": utils.RULE_DISCARD, "w23": utils.RULE_KEEP}
    return lambda word, count, min_count: rules.get(word, utils.RULE_DEFAULT)


@question
def vocabularies(library: Library, folder: Path) -> Any:
    """Which words stay, in which order; probabilities, noise, the tree."""
    found = {}
    cases: dict[str, dict[str, Any]] = {
        "defaults": {},
        "hierarchy": {"hs": 1, "negative": 0, "min_count": 1},
        "rare words": {"min_count": 6, "sample": 0.05, "ns_exponent": 0.5},
        "no sampling": {"sample": 0, "ns_exponent": -0.25},
        "a final size": {"max_final_vocab": 9},
        "a largest size": {"max_vocab_size": 12, "min_count": 1},
        "unsorted": {"sorted_vocab": 0},
    }
    for name, parameters in cases.items():
        model = library.model(**parameters)
        model.build_vocab(TEXTS)
        found[name] = vocabulary(model)
    ruled = library.model()
    ruled.build_vocab(TEXTS, trim_rule=rule_of(library.utils))
    counted = library.model(hs=1)
    counted.build_vocab_from_freq({"a": 7, "b": 3, "c": 9, "d": 1, "e": 3}, corpus_count=4)
    updated = library.model()
    updated.build_vocab(TEXTS)
    updated.build_vocab(MORE_TEXTS, update=True)
    return {**found, "a rule": vocabulary(ruled), "counts": vocabulary(counted), "an update": vocabulary(updated)}


# ---- training


def trained(model: Any) -> dict[str, Any]:
    """Return what training changes."""
    state = model.random.get_state()
    return {
        "vectors": model.wv.vectors,
        "syn1": getattr(model, "syn1", None) if model.hs else None,
        "syn1neg": getattr(model, "syn1neg", None) if model.negative else None,
        "loss": model.get_latest_training_loss(),
        "alpha": model.min_alpha_yet_reached,
        "random": [state[2], hashlib.sha256(state[1].astype("<u4").tobytes()).hexdigest()],
    }


ARCHITECTURES = {"skip-gram": {"sg": 1}, "cbow, mean": {"sg": 0}, "cbow, sum": {"sg": 0, "cbow_mean": 0}}
OBJECTIVES = {
    "negative sampling": {"negative": 4},
    "hierarchy": {"hs": 1, "negative": 0},
    "both": {"hs": 1, "negative": 3},
}


def in_mode(library: Library, folder: Path, seed: int, **mode: Any) -> Any:
    """Train texts in one of the modes."""
    return trained(library.model(texts(seed), **mode))


def whole_windows(library: Library, folder: Path, seed: int) -> Any:
    """Neither shrink windows nor leave words out."""
    return in_mode(library, folder, seed, shrink_windows=False, window=3, sample=0, batch_words=60)


def a_file(library: Library, folder: Path, seed: int) -> Any:
    """Train a file; gensim never updates the alpha that it tells of one."""
    path = file_of(folder, *map(" ".join, texts(seed)))
    return {**trained(library.model(corpus_file=path, sg=1)), "alpha": 0.0}


def more_words(library: Library, folder: Path, seed: int) -> Any:
    """Go on with texts that have new words."""
    model, more = library.model(texts(seed), sg=1, epochs=1), more_texts(seed)
    model.build_vocab(more, update=True)
    result = model.train(more, total_examples=len(more), epochs=2, start_alpha=0.05, end_alpha=0.01, compute_loss=True)
    return {**trained(model), "returned": result}


def locked(library: Library, folder: Path, seed: int) -> Any:
    """Train every other vector alone."""
    model, given = library.model(), texts(seed)
    model.build_vocab(given)
    model.wv.vectors_lockf = np.array([row % 2 for row in range(len(model.wv))], np.float32)
    model.train(given, total_words=model.corpus_total_words, epochs=2)
    return {**trained(model), "loss": 0.0}


MODES = {
    f"{architecture}, {objective}": partial(in_mode, **ARCHITECTURES[architecture], **OBJECTIVES[objective])
    for architecture, objective in product(ARCHITECTURES, OBJECTIVES)
}
OTHERWISE = {"whole windows": whole_windows, "a file": a_file, "more words": more_words, "locked": locked}

#: The seed of what each is trained on. With these no dot product comes so near to an edge of gensim's table of the
#: logistic function that rounding decides which entry is read: `tools/steady_seeds.py` finds them.
SEEDS = {
    "skip-gram, negative sampling": 1,
    "skip-gram, hierarchy": 1,
    "skip-gram, both": 34,
    "cbow, mean, negative sampling": 1,
    "cbow, mean, hierarchy": 2,
    "cbow, mean, both": 1,
    "cbow, sum, negative sampling": 1,
    "cbow, sum, hierarchy": 3,
    "cbow, sum, both": 2,
    "whole windows": 1,
    "a file": 4,
    "more words": 34,
    "locked": 2,
}


@question
def training(library: Library, folder: Path) -> Any:
    """Vectors, output weights, loss and the random stream in every mode."""
    return {name: train(library, folder, SEEDS[name]) for name, train in MODES.items()}


@question
def training_otherwise(library: Library, folder: Path) -> Any:
    """Whole windows, no subsampling, a file, more words, locked vectors."""
    return {name: train(library, folder, SEEDS[name]) for name, train in OTHERWISE.items()}


@question
def prediction(library: Library, folder: Path) -> Any:
    """What a trained model says of a context."""
    model = library.model(TEXTS)
    return [model.predict_output_word(words, topn=4) for words in (["w0"], ["w1", "w2", "unknown"], ["unknown"])]


# ---- files


@question
def word2vec_files(library: Library, folder: Path) -> Any:
    """The bytes that are written, and what is read from them."""
    keyed, found = vectors(library), {}
    for binary, prefix in product((False, True), ("", "*")):
        path, counts = folder / "vectors", folder / "counts"
        keyed.save_word2vec_format(str(path), fvocab=str(counts), binary=binary, prefix=prefix)
        written = path.read_bytes()
        loaded = library.KeyedVectors.load_word2vec_format(str(path), fvocab=str(counts), binary=binary, limit=9)
        found[f"binary={binary}, prefix={prefix!r}"] = {
            "bytes": written if binary else written.decode("utf8"),
            "counts": counts.read_bytes().decode("utf8"),
            "read": [loaded.index_to_key, loaded.vectors, loaded.expandos["count"]],
        }
    headless = folder / "headless"
    keyed.save_word2vec_format(str(headless), write_header=False, sort_attr="none")
    read = library.KeyedVectors.load_word2vec_format(str(headless), no_header=True, datatype=np.float64)
    found["no header"] = [headless.read_text(encoding="utf8"), read.vectors, str(read.vectors.dtype)]
    return found


@question
def line_files(library: Library, folder: Path) -> Any:
    """Sentences from files and back."""
    path = file_of(folder, "a b c d e", "", "  f\tg ", "h" * 3, "ü 東")
    again = folder / "again"
    library.utils.save_as_line_sentence([["a", "ü"], [], ["b"]], str(again))
    return {
        "LineSentence": library.word2vec.LineSentence(path, max_sentence_length=2, limit=4),
        "Text8Corpus": library.word2vec.Text8Corpus(file_of(folder, "a b c d e f g"), max_sentence_length=3),
        "save_as_line_sentence": again.read_bytes(),
    }


# ---- queries


@question
def neighbours(library: Library, folder: Path) -> Any:
    """What is near what."""
    keyed = vectors(library)
    unit = keyed.get_vector("word4", norm=True)
    return {
        "a word": keyed.most_similar("word1"),
        "two words": keyed.most_similar(["word1", "word5"], topn=3),
        "analogy": keyed.most_similar(positive=["word1", "zürich"], negative=["word2"], topn=5),
        "weights": keyed.most_similar(positive=[("word1", 0.5), ("word3", -2.0)], topn=4),
        "a vector": keyed.most_similar(positive=[unit], topn=4),
        "restricted": keyed.most_similar("word9", restrict_vocab=8, topn=4),
        "clipped": keyed.most_similar("word9", clip_start=3, clip_end=9, topn=4),
        "all": keyed.most_similar("word7", topn=None),
        "none": keyed.most_similar("word7", topn=0),
        "by word": keyed.similar_by_word("東京", topn=3),
        "by vector": keyed.similar_by_vector(unit, topn=3),
        "cosmul": keyed.most_similar_cosmul(positive=["word1", "word8"], negative=["word2"], topn=6),
        "doesnt_match": [keyed.doesnt_match(WORDS[start : start + 4]) for start in range(0, 20, 4)],
        "closer_than": keyed.closer_than("word1", "word2"),
        "rank": [keyed.rank("word3", word) for word in WORDS if word != "word3"],
    }


@question
def similarities(library: Library, folder: Path) -> Any:
    """How near two are."""
    keyed = vectors(library)
    some = WORDS[:6]
    return {
        "similarity": [keyed.similarity(one, other) for one, other in product(some, some)],
        "distance": [keyed.distance("word1", word) for word in some],
        "distances": [keyed.distances("word2"), keyed.distances("word2", some)],
        "n_similarity": keyed.n_similarity(["word1", "word2"], ["word3", "東京"]),
        "cosine_similarities": keyed.cosine_similarities(keyed["word1"], keyed[some]),
        "relative_cosine_similarity": keyed.relative_cosine_similarity("word1", "word2", topn=5),
        "rank_by_centrality": keyed.rank_by_centrality(some),
        "get_mean_vector": [
            keyed.get_mean_vector(["word1", "nowhere", "word2"]),
            keyed.get_mean_vector(["word1", "word2"], weights=[0.5, -2.0], pre_normalize=False, post_normalize=True),
        ],
        "norms": [keyed.get_vector("word1", norm=True), keyed.get_normed_vectors()[:3]],
    }


@question
def keys(library: Library, folder: Path) -> Any:
    """Keys, rows, attributes, and changes of them."""
    keyed = vectors(library)
    found = {
        "rows": [keyed.get_index("word3"), keyed.get_index("nowhere", -7), keyed.has_index_for("東京")],
        "contains": ["word1" in keyed, "nowhere" in keyed, len(keyed), str(keyed)],
        "attributes": [keyed.get_vecattr("word2", "count"), keyed.vectors.shape, str(keyed.vectors.dtype)],
        "vectors_for_all": keyed.vectors_for_all(["word4", "nowhere", "word1"]).index_to_key,
    }
    keyed.add_vector("one more", [1, 2, 3, 4, 5])
    keyed.add_vectors(["word1", "another"], np.ones((2, 5)), replace=True)
    return {**found, "added": [keyed.index_to_key, keyed[["word1", "one more", "another"]]]}


@question
def evaluations(library: Library, folder: Path) -> Any:
    """Analogies and word pairs."""
    keyed = vectors(library)
    draw = numbers(9)
    fours = [" ".join(f"WORD{next(draw) % 21}" for _ in range(4)) for _ in range(30)]
    fours.append(" ".join(["word0", "word1", "word5", keyed.most_similar(["word1", "word5"], ["word0"])[0][0]]))
    score, sections = keyed.evaluate_word_analogies(file_of(folder, ": one", *fours[:9], ": two", *fours[9:]))
    found: dict[str, Any] = {"analogies": [score, sections]}
    pairs = [f"word{row}\tword{next(draw) % 22}\t{next(draw) % 100 / 10}" for row in range(15)]
    path = file_of(folder, "# a comment", *pairs)
    for dummy in (False, True):
        pearson, spearman, unknown = keyed.evaluate_word_pairs(path, dummy4unknown=dummy)
        found[f"pairs, dummy4unknown={dummy}"] = [list(pearson), list(spearman), unknown]
    return found


# ---- phrases


@question
def phrases(library: Library, folder: Path) -> Any:
    """Scores of collocations, and sentences joined by them."""
    texts = [[word for word in text if word in ("w0", "w1", "w2", "w3", "w4", "w5")] for text in TEXTS + MORE_TEXTS]
    connectors = frozenset(["w1"])
    found = {}
    cases = {
        "original": {"scoring": "default", "threshold": 0.1},
        "npmi": {"scoring": "npmi", "threshold": -0.2},
        "connectors": {"threshold": 0.05, "connector_words": connectors, "delimiter": "-"},
        "pruned": {"threshold": 0.1, "max_vocab_size": 20},
    }
    for name, parameters in cases.items():
        model = library.phrases.Phrases(texts, min_count=1, **parameters)
        frozen = model.freeze()
        found[name] = {
            "exported": model.export_phrases(),
            "found": model.find_phrases(texts[:9]),
            "joined": [model[text] for text in texts[:12]],
            "frozen": [frozen.phrasegrams, [frozen[text] for text in texts[:6]]],
            "counts": [model.min_reduce, model.corpus_word_count, len(model.vocab), model.vocab],
        }
    return found


# ---- utils and matutils


@question
def text_utilities(library: Library, folder: Path) -> Any:
    """Words of texts, and lists of things."""
    utils, text = library.utils, "Šéf chce ŘÍCT: don't_stop 42 times, a b2 naïve Überflieger!"
    counts = {"a": 5, "b": 1, "c": 2, "d": 2}
    pruned = dict(counts)
    return {
        "tokenize": list(utils.tokenize(text, lowercase=True, deacc=True)),
        "simple_preprocess": utils.simple_preprocess(text, deacc=True, min_len=3, max_len=9),
        "deaccent": utils.deaccent(text),
        "any2utf8": [utils.any2utf8("ü"), utils.any2utf8(b"\xfc", encoding="latin1")],
        "any2unicode": [utils.any2unicode(b"\xc3\xbc"), utils.any2unicode(b"a\xff", errors="replace")],
        "decode_htmlentities": utils.decode_htmlentities("E tu vivrai nel terrore - L&#x27;aldil&#xE0; &amp; &#169;"),
        "chunks": list(utils.chunkize_serial(range(7), 3)),
        "flatten": utils.flatten([[1, [2]], [], [3, "ab"]]),
        "windows": [utils.strided_windows(np.arange(5), 3), list(utils.iter_windows([[1, 2, 3], [4]], 2))],
        "rules": [utils.RULE_DEFAULT, utils.RULE_DISCARD, utils.RULE_KEEP, utils.keep_vocab_item("a", 2, 3)],
        "prune_vocab": [utils.prune_vocab(pruned, 2), pruned],
        "corpora": [
            list(utils.RepeatCorpus([[1], [2]], 5)),
            list(utils.RepeatCorpusNTimes([[1], [2]], 2)),
            list(utils.ClippedCorpus([[1], [2]], 1)),
        ],
    }


@question
def matrix_utilities(library: Library, folder: Path) -> Any:
    """Bags of words and vectors."""
    matutils, bag, other = library.matutils, [(0, 1.0), (3, 2.0), (4, 2.0)], [(1, 0.5), (3, 4.0)]
    matrix = matutils.corpus2csc([bag, [], other], num_terms=5)
    return {
        "argsort": [matutils.argsort([3, 1, 2.5], topn=2), matutils.argsort([3, 1, 2.5], topn=2, reverse=True)],
        "corpus2csc": [matrix.toarray(), str(matrix.dtype)],
        "corpus2dense": matutils.corpus2dense([bag, other], num_terms=5),
        "unitvec": [matutils.unitvec(np.array([3.0, 4.0])), matutils.unitvec(bag), matutils.unitvec(bag, norm="l1")],
        "cossim": [matutils.cossim(bag, other), matutils.cossim(bag, bag), matutils.cossim([], bag)],
        "veclen": matutils.veclen(bag),
        "full2sparse": matutils.full2sparse(np.array([0.0, 2.0, 0.0, 3.0])),
        "sparse2full": matutils.sparse2full(bag, 6),
        "jaccard_distance": matutils.jaccard_distance({1, 2}, {2, 3}),
        "isbow": [matutils.isbow(bag), matutils.isbow([1, 2])],
    }


# ---- text before it is words

STEMS = "a agre bab controll diction form geo happ hop hyp ill lov relat sens syl tr vi"
ENDINGS = (
    "s es ies sses ed eed ied ated bled ized ing ating y ly ily li bli ousli e ee ll ate ational ation ator al ality "
    "alize alism ic ical icate iciti ive iveness iviti ative ful fulness ness ous ousness ment ement ent ant ance enci "
    "er izer ization able ible ability ion sion tion ism logi logy ou w x"
)


@question
def preprocessing(library: Library, folder: Path) -> Any:
    """Stems and filters."""
    stemmer, filters = library.parsing.PorterStemmer(), library.parsing.preprocessing
    text = "<b>The 2nd of 3 quick-witted foxes</b>\tdidn't jump over: 24h7days lazy_dogs' ponies & Überlegungen!"
    names = "remove_stopwords split_alphanum split_on_space stem_text strip_multiple_whitespaces strip_non_alphanum "
    names += "strip_numeric strip_punctuation strip_short strip_tags lower_to_unicode preprocess_string"
    return {
        **{name: getattr(filters, name)(text) for name in names.split()},
        "STOPWORDS": hashlib.sha256(" ".join(sorted(filters.STOPWORDS)).encode()).hexdigest(),
        "stems": " ".join(stemmer.stem(stem + ending) for stem, ending in product(STEMS.split(), ENDINGS.split())),
    }


# ---- numbered words


@question
def dictionaries(library: Library, folder: Path) -> Any:
    """Numbers and counts of words, which words stay, files."""
    Dictionary, path = library.corpora.Dictionary, folder / "words.txt"

    def made(texts: Any = TEXTS, change: Callable[[Any], Any] = lambda dictionary: None) -> list[Any]:
        dictionary = Dictionary(texts)
        change(dictionary)
        tables = [[*map(list, table.items())] for table in (dictionary.token2id, dictionary.cfs, dictionary.dfs)]
        return [*tables, dictionary.num_docs, dictionary.num_pos, dictionary.num_nnz, str(dictionary)]

    first = Dictionary(TEXTS)
    found: dict[str, Any] = {
        "all": made(),
        "filter_extremes": made(change=lambda each: each.filter_extremes(3, 0.4, keep_n=9)),
        "keep_tokens": made(change=lambda each: each.filter_extremes(4, 0.3, keep_n=8, keep_tokens=["w0", "w23", "x"])),
        "filter_n_most_frequent": made(change=lambda each: each.filter_n_most_frequent(5)),
        "filter_tokens": made(change=lambda each: each.filter_tokens(bad_ids=[1, 4], good_ids=range(10))),
        "special": made(change=lambda each: each.patch_with_special_tokens({"<pad>": 0, "w1": 2, "<unk>": 1})),
        "merge_with": made(change=lambda each: each.merge_with(Dictionary(MORE_TEXTS))),
        "merged": first.merge_with(Dictionary(MORE_TEXTS))[[(2, 1), (0, 3)]],
        "most_common": first.most_common(7),
        "doc2bow": first.doc2bow(["w1", "unknown", "w0", "w1"], return_missing=True),
        "doc2idx": first.doc2idx(["w1", "unknown"], unknown_word_index=-3),
    }
    for how in (True, False):
        first.save_as_text(str(path), sort_by_word=how)
        found[f"save_as_text, {how}"] = path.read_text(encoding="utf8")
    loaded = Dictionary.load_from_text(str(path))
    found["load_from_text"] = [loaded.doc2bow(TEXTS[3]), loaded.num_docs, loaded.cfs]
    corpus = Dictionary.from_corpus([[(1, 2)], [], [(0, 1), (3, 1)]])
    return {**found, "from_corpus": [corpus.token2id, corpus.dfs, corpus.num_docs, corpus.num_pos, corpus.num_nnz]}


# ---- documents


@question
def documents(library: Library, folder: Path) -> Any:
    """Weights of words; documents by similar terms; translations."""
    dictionary, keyed = library.corpora.Dictionary([WORDS[row : row + 5] for row in range(0, 20, 3)]), vectors(library)
    bags = [dictionary.doc2bow([WORDS[row], *WORDS[row : 2 * row + 2]]) for row in range(6)]
    similar = library.similarities.WordEmbeddingSimilarityIndex(keyed)
    matrix = library.similarities.SparseTermSimilarityMatrix(similar, dictionary, nonzero_limit=5)
    index = library.similarities.SoftCosineSimilarity(bags, matrix)
    translation = library.models.TranslationMatrix(keyed, keyed, list(zip(WORDS[:9], WORDS[2:11])))
    schemes = ("nfc", "ltu", "apn", "dtb", "Lfc", "bxc")
    path = folder / "corpus.mm"
    library.corpora.MmCorpus.serialize(str(path), [*bags, [], [(3, 0.25), (1, 1e-13)]], id2word=dictionary)
    return {
        "MmCorpus": [path.read_bytes().decode("utf8"), library.corpora.MmCorpus(str(path))],
        **{each: list(library.models.TfidfModel(dictionary=dictionary, smartirs=each)[bags]) for each in schemes},
        "default": list(library.models.TfidfModel(bags)[bags]),
        "SparseTermSimilarityMatrix": matrix.matrix.toarray(),
        "SoftCosineSimilarity": [index[bags[4]], index[bags[1:3]]],
        "TranslationMatrix": translation.translate(WORDS[11:15], topn=4, source_lang_vec=keyed, target_lang_vec=keyed),
    }


# ---- errors


@question
def errors(library: Library, folder: Path) -> Any:
    """The exceptions for bad input, by name; a subclass is as good."""
    keyed, Word2Vec = vectors(library), library.Word2Vec
    model = library.model(TEXTS)
    cut_off = file_of(folder, "3 2", "a 1 2", "b 1 2")
    asked: dict[str, Callable[[], Any]] = {
        "an unknown word": lambda: keyed["nowhere"],
        "its neighbours": lambda: keyed.most_similar("nowhere"),
        "its similarity": lambda: keyed.similarity("word1", "nowhere"),
        "its rank": lambda: keyed.rank("word1", "nowhere"),
        "a negative row": lambda: keyed.get_index(-1),
        "neighbours of nothing": lambda: keyed.most_similar(positive=[], negative=[]),
        "the odd one of none": lambda: keyed.doesnt_match([]),
        "the odd one of unknown ones": lambda: keyed.doesnt_match(["nowhere"]),
        "n_similarity of nothing": lambda: keyed.n_similarity([], ["word1"]),
        "the mean of nothing": lambda: keyed.get_mean_vector([]),
        "the mean of an unknown word": lambda: keyed.get_mean_vector(["nowhere"], ignore_missing=False),
        "vectors of no keys": lambda: keyed[[]],
        "a missing attribute": lambda: keyed.get_vecattr("word1", "nothing"),
        "a file that is cut off": lambda: library.KeyedVectors.load_word2vec_format(cut_off),
        "a missing file": lambda: library.KeyedVectors.load_word2vec_format(str(folder / "none")),
        "a missing model": lambda: Word2Vec.load(str(folder / "none")),
        "training without words": lambda: Word2Vec().train(TEXTS, total_examples=1, epochs=1),
        "training on two corpora": lambda: model.train(TEXTS, corpus_file="x", total_examples=1, epochs=1),
        "training on no corpus": lambda: model.train(total_examples=1, epochs=1),
        "training without epochs": lambda: model.train(TEXTS, total_examples=1),
        "training without a total": lambda: model.train(TEXTS, epochs=1),
        "a generator": lambda: Word2Vec(text for text in TEXTS),
        "a vocabulary of a number": lambda: model.build_vocab(3),
        "an update of nothing": lambda: Word2Vec().build_vocab(TEXTS, update=True),
        "prediction without noise": lambda: library.model(TEXTS, hs=1, negative=0).predict_output_word(["w1"]),
        "score without a tree": lambda: model.score(TEXTS),
        "phrases of a wrong scorer": lambda: library.phrases.Phrases(TEXTS, scoring="none"),
        "phrases of a count of 0": lambda: library.phrases.Phrases(TEXTS, min_count=0),
        "phrases of a threshold below 0": lambda: library.phrases.Phrases(TEXTS, threshold=-1),
        "text of a number": lambda: library.utils.any2unicode(3),
        "an unknown norm": lambda: library.matutils.unitvec(np.ones(2), norm="l7"),
    }
    return {name: raised_by(call) for name, call in asked.items()}


def raised_by(call: Callable[[], Any]) -> list[str]:
    """Return the names of the classes of what `call` raises, from its own to the most general; none, if nothing."""
    try:
        call()
    except Exception as error:
        return [kind.__name__ for kind in type(error).__mro__]
    return []


# ---- comparison


def differences(found: Any, recorded: Any, tolerance: float, where: str = "") -> Iterator[str]:
    """Yield where two answers differ: numbers that are not whole by more than `tolerance`, all else at all."""
    if isinstance(recorded, dict) and isinstance(found, dict) and found.keys() == recorded.keys():
        for name in recorded:
            yield from differences(found[name], recorded[name], tolerance, f"{where} {name}")
    elif isinstance(recorded, list) and isinstance(found, list) and len(found) == len(recorded):
        for position, (mine, wanted) in enumerate(zip(found, recorded)):
            yield from differences(mine, wanted, tolerance, f"{where}[{position}]")
    elif isinstance(recorded, float) and isinstance(found, float):
        if not (abs(found - recorded) <= tolerance * max(1, abs(recorded)) or found != found and recorded != recorded):
            yield f"{where}: {found!r}, gensim has {recorded!r}"
    elif found != recorded or type(found) is not type(recorded):
        yield f"{where}: {found!r}, gensim has {recorded!r}"
