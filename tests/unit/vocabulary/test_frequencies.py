import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npw2v.vocabulary.frequencies import downsample_report, keep_probabilities, noise_cumulative


class TestKeepProbabilities:
    COUNTS = np.array([900, 90, 9, 1])

    @pytest.mark.parametrize("sample, threshold", [(0.01, 10.0), (0.5, 500.0), (9, 23), (1.0, 2)])
    def test_the_formula(self, sample, threshold):
        expected = [min(1.0, (math.sqrt(n / threshold) + 1) * (threshold / n)) for n in self.COUNTS.tolist()]
        probabilities = keep_probabilities(self.COUNTS, sample, 1000)
        assert probabilities.tolist() == expected
        assert probabilities.dtype == np.float64

    def test_sample_zero_keeps_everything(self):
        assert keep_probabilities(self.COUNTS, 0, 1000).tolist() == [1, 1, 1, 1]

    def test_words_that_do_not_occur(self):
        assert keep_probabilities(np.array([5000, 0]), 1e-3, 5000)[1] == 1
        assert keep_probabilities(np.array([0, 0]), 1e-3, 0).tolist() == [1, 1]
        assert keep_probabilities(np.zeros(0, np.int64), 1e-3, 0).shape == (0,)

    def test_a_negative_sample_is_an_error(self):
        with pytest.raises(ValueError, match="sample must be 0 .* or positive, got -1"):
            keep_probabilities(self.COUNTS, -1, 1000)

    def test_the_report(self):
        assert downsample_report(self.COUNTS, np.array([0.5, 0.25, 1, 1])) == (2, 482)


class TestNoise:
    def test_small_tables(self):
        assert noise_cumulative(np.array([3, 1]), 1, domain=400).tolist() == [300, 400]
        assert noise_cumulative(np.array([3, 1]), 0, domain=400).tolist() == [200, 400]
        assert noise_cumulative(np.array([3, 1]), -1, domain=400).tolist() == [100, 400]
        assert noise_cumulative(np.array([16, 0, 16]), 0.75, domain=400).tolist() == [200, 200, 400]
        assert noise_cumulative(np.zeros(0, np.int64), 0.75).shape == (0,)

    @given(counts=st.lists(st.integers(1, 10**6), min_size=1, max_size=50), exponent=st.floats(-1, 2))
    def test_the_table_ascends_to_its_domain(self, counts, exponent):
        table = noise_cumulative(np.array(counts), exponent)
        assert table.dtype == np.uint32
        assert (np.diff(table.astype(np.int64)) >= 0).all()
        assert table[-1] == 2**31 - 1

    @pytest.mark.parametrize("counts, exponent", [([1, 0], -0.5), ([0, 0], 0.75)])
    def test_counts_without_a_distribution(self, counts, exponent):
        with pytest.raises(ValueError, match="every word needs a count of at least 1"):
            noise_cumulative(np.array(counts), exponent)
