"""What an epoch reports, and sums that are gensim's."""

from __future__ import annotations

import numpy as np

from npw2v.training.reports import EpochReport, diverged, running_loss

COUNTS = {"words_read": 5, "words_trained": 4, "words_subsampled": 1, "words_unknown": 0, "seconds": 0.5}


def report(**others):
    return EpochReport(epoch=1, alpha_start=0.2, alpha_end=0.1, loss=0.5, loss_sum=3.0, **COUNTS, **others)


def test_a_row_of_the_history_has_no_sums():
    assert report().row() == {"epoch": 1, "alpha_start": 0.2, "alpha_end": 0.1, "loss": 0.5, **COUNTS}


def test_the_running_loss_is_rounded_each_time_if_gensims_is_wanted():
    assert report().running_loss(2.0) == 5.0
    large = float(2**24)
    assert report(losses=[1.0, 1.0]).running_loss(large) == running_loss(large, [1.0, 1.0]) == large
    assert np.float32(large) + np.float32(2) != large


def test_divergence_names_the_learning_rate():
    assert "at alpha=0.3." in str(diverged(0.3))
