import numpy as np

from npw2v.vocabulary.huffman import huffman_paths
from npw2v.vocabulary.tables import KEEP_ALWAYS, vocabulary_tables

COUNTS = np.array([5, 2, 1])


def test_nothing_but_counts():
    tables = vocabulary_tables(COUNTS)
    assert tables.counts is COUNTS
    assert tables.keep.tolist() == [1, 1, 1]
    assert (tables.noise, tables.paths) == (None, None)


def test_thresholds_are_probabilities():
    tables = vocabulary_tables(COUNTS, sample_int=np.array([0, 2**31, KEEP_ALWAYS], np.uint32))
    assert tables.keep.tolist() == [0, 2**31 / (2**32 - 1), 1]


def test_the_noise_ends_with_one():
    given = np.array([400, 500, 600], np.uint32)
    tables = vocabulary_tables(COUNTS, cum_table=given)
    assert tables.noise.tolist() == [400 / 600, 500 / 600, 1]
    floats = given.astype(np.float64)
    vocabulary_tables(COUNTS, cum_table=floats)
    assert floats.tolist() == [400, 500, 600], "what was given is not mutated"


def test_paths_are_joined():
    paths = huffman_paths(COUNTS)
    points, codes = paths.split()
    joined = vocabulary_tables(COUNTS, points=points, codes=codes).paths
    for name, array in vars(paths).items():
        assert getattr(joined, name).tolist() == array.tolist()
        assert getattr(joined, name).dtype == array.dtype
