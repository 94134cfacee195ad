"""KeyedVectors beside gensim's: the same calls on the same vectors give the same answers, or the same exceptions."""

from __future__ import annotations

import inspect
import warnings

import numpy as np
import pytest
from gensim.models import keyedvectors as theirs
from gensim.test.utils import datapath

from npw2v.models import keyedvectors as gensim_names
from npw2v.vectors.keyedvectors import KeyedVectors

SIZE, COUNT = 24, 900

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


def pair(dtype=np.float32, count=COUNT):
    """Return gensim's and our object with the same random vectors and counts."""
    rng = np.random.default_rng(5)
    keys, matrix = [f"w{i}" for i in range(count)], rng.standard_normal((count, SIZE)).astype(dtype)
    counts = rng.integers(1, 40, count)
    made = []
    for kind in (theirs.KeyedVectors, KeyedVectors):
        vectors = kind(SIZE, dtype=dtype)
        vectors.add_vectors(keys, matrix)
        vectors.expandos["count"] = counts.copy()
        made.append(vectors)
    return made


@pytest.fixture(params=[np.float32, np.float64], ids=["float32", "float64"])
def both(request):
    """Fresh for each test, as gensim's similarity() scales stored float64 vectors in place."""
    return pair(request.param)


@pytest.fixture(scope="module")
def euclidean():
    path = datapath("euclidean_vectors.bin")
    return [kind.load_word2vec_format(path, binary=True) for kind in (theirs.KeyedVectors, KeyedVectors)]


def outcome(call, vectors):
    try:
        return call(vectors)
    except Exception as error:
        return type(error)


def assert_alike(ours, expected):
    if isinstance(expected, type):
        assert isinstance(ours, type), f"gensim raised {expected.__name__}, we returned {ours!r}"
        assert issubclass(ours, expected)
    elif isinstance(expected, list) and expected and isinstance(expected[0], tuple):
        assert len(ours) == len(expected)
        for (left, right), (their_left, their_right) in zip(ours, expected, strict=True):
            assert_alike(left, their_left)
            assert_alike(right, their_right)
    elif isinstance(expected, (np.ndarray, float, np.floating)):
        np.testing.assert_allclose(ours, expected, rtol=2e-6, atol=2e-6)
        assert np.shape(ours) == np.shape(expected)
        if isinstance(expected, np.floating):
            assert isinstance(ours, np.floating)
    else:
        assert ours == expected


VECTOR = np.random.default_rng(9).standard_normal(SIZE).astype(np.float32)

CALLS = [
    lambda kv: kv["w3"],
    lambda kv: kv[3],
    lambda kv: kv[["w3", "w9"]],
    lambda kv: kv["w3", "w9"],
    lambda kv: kv[[]],
    lambda kv: kv["nothing"],
    lambda kv: kv[-1],
    lambda kv: kv[COUNT],
    lambda kv: len(kv),
    lambda kv: str(kv),
    lambda kv: ["w3" in kv, 3 in kv, -3 in kv, COUNT in kv, "nothing" in kv],
    lambda kv: kv.get_index("nothing", 5),
    lambda kv: kv.get_index("nothing"),
    lambda kv: kv.get_vector("w3", norm=True),
    lambda kv: kv.get_vector("w3").flags.writeable,
    lambda kv: kv.get_normed_vectors(),
    lambda kv: kv.get_vecattr("w3", "count"),
    lambda kv: kv.get_vecattr("w3", "nothing"),
    lambda kv: kv.set_vecattr("w3", "count", 0.5),
    lambda kv: kv.most_similar("w3"),
    lambda kv: kv.most_similar(3, topn=4),
    lambda kv: kv.most_similar(["w3", "w4"], ["w5"], topn=COUNT),
    lambda kv: kv.most_similar([("w3", 2.5), ("w4", -1)], [("w5", 0.5)]),
    lambda kv: kv.most_similar(positive=None, negative="w3"),
    lambda kv: kv.most_similar(VECTOR),
    lambda kv: kv.most_similar([VECTOR, "w3"], [VECTOR * 3]),
    lambda kv: kv.most_similar(np.stack([VECTOR, VECTOR * 2])),
    lambda kv: kv.most_similar("w3", topn=None),
    lambda kv: kv.most_similar("w3", topn=0),
    lambda kv: kv.most_similar("w3", topn=-4),
    lambda kv: kv.most_similar("w3", topn=np.uint8(2)),
    lambda kv: kv.most_similar("w3", clip_start=20, clip_end=70),
    lambda kv: kv.most_similar("w3", clip_start=20, clip_end=70, topn=None),
    lambda kv: kv.most_similar("w3", clip_start=20, restrict_vocab=9),
    lambda kv: kv.most_similar("w3", restrict_vocab=0),
    lambda kv: kv.most_similar("nothing"),
    lambda kv: kv.most_similar(-1),
    lambda kv: kv.most_similar(),
    lambda kv: kv.most_similar([]),
    lambda kv: kv.most_similar(("w3", "w4")),
    lambda kv: kv.most_similar(np.ones(3)),
    lambda kv: kv.most_similar_cosmul("w3"),
    lambda kv: kv.most_similar_cosmul(["w3", "w4"], ["w5", "w6"], topn=25),
    lambda kv: kv.most_similar_cosmul("w3", "w5", topn=None),
    lambda kv: kv.most_similar_cosmul(VECTOR / np.linalg.norm(VECTOR), "w5"),
    lambda kv: kv.most_similar_cosmul("nothing"),
    lambda kv: kv.most_similar_cosmul(negative="w3"),
    lambda kv: kv.most_similar_cosmul("w3", topn=0),
    lambda kv: kv.similar_by_word("w3", 3, 50),
    lambda kv: kv.similar_by_key("w3", restrict_vocab=50),
    lambda kv: kv.similar_by_vector(VECTOR, topn=3),
    lambda kv: kv.similarity("w3", "w4"),
    lambda kv: kv.similarity("w3", 3),
    lambda kv: kv.similarity("w3", "nothing"),
    lambda kv: kv.distance("w3", "w4"),
    lambda kv: kv.distances("w3"),
    lambda kv: kv.distances(VECTOR, ["w3", 5]),
    lambda kv: kv.distances("w3", ["nothing"]),
    lambda kv: kv.n_similarity(["w3", "w4", "nothing"], ["w5"]),
    lambda kv: kv.n_similarity([], ["w5"]),
    lambda kv: kv.cosine_similarities(VECTOR, kv.vectors[:9]),
    lambda kv: kv.closer_than("w3", "w4"),
    lambda kv: kv.closer_than("w3", "w3"),
    lambda kv: kv.rank("w3", "w4"),
    lambda kv: kv.rank("w3", "nothing"),
    lambda kv: kv.most_similar_to_given("w3", ["w4", "w5", "w6"]),
    lambda kv: kv.most_similar_to_given("w3", []),
    lambda kv: kv.doesnt_match(["w3", "w4", "w5", "nothing"]),
    lambda kv: kv.doesnt_match([]),
    lambda kv: kv.rank_by_centrality(["w3", "w4", "w5"]),
    lambda kv: kv.rank_by_centrality(["w3", "w4", "w5"], use_norm=False),
    lambda kv: kv.relative_cosine_similarity("w3", "w4", 5),
    lambda kv: kv.relative_cosine_similarity("w3", "w4", 0),
    lambda kv: kv.get_mean_vector(["w3", 4, "nothing", VECTOR]),
    lambda kv: kv.get_mean_vector(["w3", "w4"], [1, -2], pre_normalize=False, post_normalize=True),
    lambda kv: kv.get_mean_vector(["nothing"]),
    lambda kv: kv.get_mean_vector(["nothing"], ignore_missing=False),
    lambda kv: kv.get_mean_vector(["w3"], [1, 2]),
    lambda kv: kv.get_mean_vector([]),
    lambda kv: kv.vectors_for_all(["w9", "nothing", 3, "w9"]).vectors,
    lambda kv: kv.vectors_for_all(["w9", "nothing", 3, "w9"]).index_to_key,
    lambda kv: kv.vectors_for_all(["w9", 3], allow_inference=False).index_to_key,
    lambda kv: kv.vectors_for_all(["w9", "w3"]).expandos["count"].tolist(),
    lambda kv: kv.vectors_for_all(["w9", "w3"], copy_vecattrs=True).expandos["count"].tolist(),
    lambda kv: kv.word_vec("w3"),
    lambda kv: kv.words_closer_than("w3", "w4"),
    lambda kv: kv.vocab,
    lambda kv: kv.index2word,
    lambda kv: kv.index2entity,
    lambda kv: kv.vectors_norm,
    lambda kv: kv.similarity_unseen_docs(),
    lambda kv: kv.evaluate_word_pairs(datapath("wordsim353.tsv")),
    lambda kv: kv.evaluate_word_analogies(__file__),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_calls(both, number):
    gensims, ours = both
    assert_alike(outcome(CALLS[number], ours), outcome(CALLS[number], gensims))


CHANGES = [
    lambda kv: kv.add_vectors(["w3", "new"], np.ones((2, SIZE))),
    lambda kv: kv.add_vectors(["w3", "new"], [np.ones(SIZE), np.zeros(SIZE)], replace=True),
    lambda kv: kv.add_vectors("new", np.ones(SIZE)),
    lambda kv: kv.__setitem__("w3", np.ones(SIZE)),
    lambda kv: kv.__setitem__("new", np.ones(SIZE)),
    lambda kv: kv.__setitem__(["w3", "new"], [np.ones(SIZE), np.zeros(SIZE)]),
    lambda kv: kv.__setitem__(5, np.ones(SIZE)),
    lambda kv: kv.add_vector("new", np.ones(SIZE)),
    lambda kv: kv.add_vectors(["new"], np.ones((1, 3))),
    lambda kv: kv.unit_normalize_all(),
    lambda kv: kv.init_sims(replace=True),
    lambda kv: kv.sort_by_descending_frequency(),
    lambda kv: kv.set_vecattr("w3", "note", "text"),
    lambda kv: kv.set_vecattr("w3", "count", 77),
    lambda kv: kv.set_vecattr("w3", "share", 0.25),
    lambda kv: kv.set_vecattr("w3", "flag", True),
    lambda kv: kv.set_vecattr("nothing", "count", 77),
    lambda kv: kv.allocate_vecattrs(["a", "b"], [int, np.float32]),
    lambda kv: (kv.index_to_key.extend(["x", "y"]), kv.resize_vectors(seed=4))[1],
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_changes(number):
    gensims, ours = pair()
    results = [outcome(CHANGES[number], vectors) for vectors in (gensims, ours)]
    assert_alike(results[1], results[0])
    if isinstance(results[0], type):
        return
    assert ours.index_to_key == gensims.index_to_key
    assert ours.key_to_index == gensims.key_to_index
    np.testing.assert_allclose(ours.vectors, gensims.vectors, rtol=1e-6)
    assert ours.expandos.keys() == gensims.expandos.keys()
    for attr, values in gensims.expandos.items():
        assert ours.expandos[attr].dtype == values.dtype
        assert ours.expandos[attr][: len(values)].tolist() == values.tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_initial_rows_bit_for_bit(dtype):
    for seed in (0, 1, 77):
        gensims, ours = theirs.KeyedVectors(7, dtype=dtype), KeyedVectors(7, dtype=dtype)
        for size in (3, 50, 51):
            for vectors in (gensims, ours):
                vectors.index_to_key = list(range(size))
                vectors.resize_vectors(seed=seed)
            assert ours.vectors.astype(np.float32).tobytes() == gensims.vectors.astype(np.float32).tobytes()


def test_half_precision():
    gensims, ours = pair(np.float16, 200)
    assert [key for key, _ in ours.most_similar("w3", topn=3)] == [key for key, _ in gensims.most_similar("w3", topn=3)]
    np.testing.assert_allclose(ours.distances("w3"), gensims.distances("w3"), atol=5e-3)


def test_bundled_vectors(euclidean):
    gensims, ours = euclidean
    assert ours.index_to_key == gensims.index_to_key
    for key in gensims.index_to_key[:40]:
        assert_alike(ours.most_similar(key), gensims.most_similar(key))
    assert ours.distance("war", "war") == 0
    assert ours.rank("war", "terrorism") == gensims.rank("war", "terrorism") == 3


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"restrict_vocab": 300},
        {"case_insensitive": False},
        {"dummy4unknown": True},
        {"case_insensitive": False, "dummy4unknown": True, "restrict_vocab": 500},
    ],
)
def test_analogies(how):
    """Vectors for half of the words of questions-words.txt, with enough structure for some answers to be right."""
    path = datapath("questions-words.txt")
    rng = np.random.default_rng(2)
    with open(path) as file:
        questions = [line.split() for line in file if not line.startswith(":")]
    words = sorted({word for question in questions for word in question})
    words = [word.lower() if index % 5 == 0 else word for index, word in enumerate(words) if index % 2]
    row = {word: index for index, word in enumerate(words)}
    matrix = rng.standard_normal((len(words), SIZE)).astype(np.float32)
    for a, b, c, d in questions[::3]:
        if {a, b, c, d} <= row.keys():
            matrix[row[d]] = matrix[row[b]] - matrix[row[a]] + matrix[row[c]]
    matrix += 0.3 * rng.standard_normal(matrix.shape)
    keys, matrix = [*words, *(f"other{i}" for i in range(500))], np.vstack((matrix, rng.standard_normal((500, SIZE))))
    results = []
    for kind in (theirs.KeyedVectors, KeyedVectors):
        vectors = kind(SIZE)
        vectors.add_vectors(keys, matrix)
        results.append(vectors)
    gensims, ours = (vectors.evaluate_word_analogies(path, **how) for vectors in results)
    assert ours == gensims
    assert 0 < ours[0] < 1


@pytest.mark.parametrize("file", ["wordsim353.tsv", "simlex999.txt"])
@pytest.mark.parametrize("how", [{}, {"dummy4unknown": True}, {"case_insensitive": False}, {"restrict_vocab": 400}])
def test_pairs(file, how):
    with open(datapath(file), encoding="utf8") as lines:
        words = sorted({word for line in lines if "\t" in line for word in line.split("\t")[:2]})[::-2]
    matrix = np.random.default_rng(0).standard_normal((len(words), SIZE))
    results = []
    for kind in (theirs.KeyedVectors, KeyedVectors):
        vectors = kind(SIZE)
        vectors.add_vectors(words, matrix)
        results.append(vectors.evaluate_word_pairs(datapath(file), **how))
    gensims, ours = results
    for mine, expected in zip(ours, gensims, strict=True):
        np.testing.assert_allclose(mine, expected, rtol=1e-4)
    assert type(ours[0]) is type(gensims[0])


def test_word_movers_distance(both):
    pytest.importorskip("ot", reason="POT is not installed")
    gensims, ours = both
    for first, second in [
        ("w1 w2 w2 w3", "w4 w5"),
        ("w1 w2", "w2 w1"),
        ("w1", "w1"),
        ("nothing", "w1"),
        ("w1 w2", "w1 w3"),
    ]:
        for norm in (True, False):
            found, expected = (vectors.wmdistance(first.split(), second.split(), norm) for vectors in (ours, gensims))
            assert found == pytest.approx(expected, abs=1e-6)


def without_counts(vectors, folder):
    del vectors.expandos["count"]
    vectors.save_word2vec_format(str(folder / "vectors"))


#: What both warn of → what makes them, and what programs that filter the log look for.
WARNINGS = {
    "unknown words": (lambda kv, _: kv.doesnt_match(["w1", "w2", "no"]), "not present in the model"),
    "unknown documents": (lambda kv, _: kv.wmdistance(["no"], ["w1"]), "had no words that were in the vocabulary"),
    "saving without counts": (without_counts, "attribute count not present in"),
}


@pytest.mark.parametrize("warn, message", WARNINGS.values(), ids=WARNINGS.keys())
def test_warnings(warn, message, caplog, tmp_path):
    pytest.importorskip("ot", reason="POT is not installed")
    for vectors in pair(count=9):
        caplog.clear()
        with caplog.at_level("WARNING"):
            warn(vectors, tmp_path)
        assert [message in record.getMessage() for record in caplog.records] == [True]


def test_adding_one_vector_warns():
    for vectors in pair(count=9):
        with pytest.warns(UserWarning, match="add"):
            vectors.add_vector("new", np.ones(SIZE))


def test_signatures():
    """Every public method of gensim's class is there, with the same parameters, in the same order, and defaults."""
    different = {"save": "*args", "load_word2vec_format": "datatype", "from_archive": ""}
    for name, method in inspect.getmembers(theirs.KeyedVectors, callable):
        if name.startswith("_"):
            continue
        assert hasattr(KeyedVectors, name), name
        if name in different or hasattr(method, "__wrapped__"):
            continue
        expected = [(p.name, p.default) for p in inspect.signature(method).parameters.values()]
        found = [(p.name, p.default) for p in inspect.signature(getattr(KeyedVectors, name)).parameters.values()]
        if name not in ("word_vec", "words_closer_than", "init_sims", "similarity_unseen_docs"):
            assert found == expected, name


def test_module_functions():
    prior = np.ones((2, 3), dtype=np.float32)
    for shape in ((2, 3), (4, 3), (4, 5)):
        found, expected = (module.prep_vectors(shape, prior, seed=3) for module in (gensim_names, theirs))
        np.testing.assert_array_equal(found, expected)
    found, expected = (module.pseudorandom_weak_vector(9, "seed", len) for module in (gensim_names, theirs))
    np.testing.assert_array_equal(found, expected)
    assert gensim_names.pseudorandom_weak_vector(9).dtype == np.float32
    assert str(gensim_names.CompatVocab(count=3, x="y")) == "CompatVocab<count:3, x:'y'>"
    assert gensim_names.CompatVocab() < gensim_names.Vocab(count=1)


def test_gensims_bugs_are_not_copied():
    """What gensim gets wrong, and we do not; if gensim repairs one, this test says so."""
    gensims, ours = pair()
    for vectors in (gensims, ours):
        vectors.most_similar("w3")
        vectors.add_vectors(["new"], [np.ones(SIZE)])
    with pytest.raises(ValueError, match="broadcast"):
        gensims.most_similar("w3")
    assert len(ours.most_similar("w3")) == 10
    extras = {"count": np.array([1])}
    with pytest.raises(ValueError, match="unpack"):
        gensims.add_vectors(["other"], np.ones((1, SIZE)), extras=extras)
    ours.add_vectors(["other"], np.ones((1, SIZE)), extras=extras)
    assert ours.get_vecattr("other", "count") == 1
    zeros = pair()
    for vectors in zeros:
        vectors.vectors[5] = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert np.isnan(zeros[0].most_similar("w3", topn=None)[5])
    assert zeros[1].most_similar("w3", topn=None)[5] == 0
    gensims, ours = pair(np.float64)
    before = ours["w3"].copy()
    for vectors in (gensims, ours):
        vectors.similarity("w3", "w4")
    assert not np.allclose(gensims["w3"], before)  # scaled to length 1 where it is stored
    assert ours["w3"].tolist() == before.tolist()
