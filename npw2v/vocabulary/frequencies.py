"""What follows from how often words occur: how likely subsampling keeps them, and the noise distribution."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from npw2v.checks import as_count, as_number
from npw2v.vocabulary.selection import Counts


def keep_probabilities(counts: Counts, sample: float, total: int) -> NDArray[np.float64]:
    r"""How likely subsampling keeps an occurrence of each word.

    .. math:: p(w) = \min\left(1, \left(\sqrt{n_w / t} + 1\right) \frac{t}{n_w}\right)

    with the threshold count :math:`t` = ``sample * total`` for ``sample < 1`` and
    ``int(sample * (3 + sqrt(5)) / 2)`` from 1 on, where `sample` is the count up to which every occurrence is kept.

    Parameters
    ----------
    counts : int64 array (V,)
        Occurrences :math:`n_w`.
    sample : float
        0 keeps everything.
    total : int
        Occurrences of all retained words.

    Returns
    -------
    float64 array (V,)

    References
    ----------
    .. [1] T. Mikolov et al., "Distributed Representations of Words and Phrases and their Compositionality", 2013; the
       formula is that of word2vec.c, which differs from the paper's, and of gensim.

    Examples
    --------
    >>> keep_probabilities(np.array([90, 9, 1]), 0.01, 100).round(3)
    array([0.117, 0.444, 1.   ])
    """
    if as_number(sample, "sample") < 0:
        raise ValueError(f"sample must be 0 (no subsampling) or positive, got {sample!r}")
    if sample == 0 or total == 0:
        return np.ones(len(counts))
    threshold = sample * total if sample < 1 else int(sample * (3 + math.sqrt(5)) / 2)
    occurrences = np.maximum(counts, 1)  # a word that does not occur is kept, too
    probabilities = (np.sqrt(occurrences / threshold) + 1) * (threshold / occurrences)
    return np.asarray(np.minimum(probabilities, 1.0), np.float64)


def downsample_report(counts: Counts, probabilities: NDArray[np.float64]) -> tuple[int, int]:
    """How many words are subsampled, and the number of occurrences that is expected to remain of all words.

    Returns
    -------
    downsample_unique, downsample_total : int
        The entries of these names in what prepare_vocab returns.
    """
    return int((probabilities < 1).sum()), int(math.fsum((counts * probabilities).tolist()))


def noise_cumulative(counts: Counts, ns_exponent: float, domain: int = 2**31 - 1) -> NDArray[np.uint32]:
    r"""Accumulate the noise distribution :math:`P(w) \propto n_w^{\alpha}`, scaled to integers.

    Entry r is :math:`\mathrm{round}(domain \sum_{w \le r} n_w^{\alpha} / \sum_w n_w^{\alpha})`: the row drawn for an
    integer x in ``[0, domain)`` is ``searchsorted(table, x)`` (gensim's make_cum_table).

    Parameters
    ----------
    counts : int64 array (V,)
        Occurrences :math:`n_w`.
    ns_exponent : float
        :math:`\alpha`: 1 draws by frequency, 0 uniformly, a negative exponent favours rare words.
    domain : int
        The last entry, from 1 to 2**32 - 1.

    Returns
    -------
    uint32 array (V,)
        Ascending.

    Raises
    ------
    ValueError
        No word has a positive weight, a count is 0 and the exponent negative, or the weights are too large for floats;
        or `domain` is out of bounds.

    Examples
    --------
    >>> noise_cumulative(np.array([16, 1, 1]), 0.5, domain=600)
    array([400, 500, 600], dtype=uint32)
    """
    if not 0 < as_count(domain, "domain") < 2**32:
        raise ValueError(f"domain must be from 1 to 2**32 - 1, got {domain!r}")
    if len(counts) == 0:
        return np.zeros(0, np.uint32)
    distinct, inverse = np.unique(counts, return_inverse=True)
    if distinct[0] <= 0 and (ns_exponent < 0 or distinct[-1] <= 0):
        raise ValueError(
            f"no noise distribution from counts of {distinct[0]} to {distinct[-1]} with ns_exponent={ns_exponent}: "
            "every word needs a count of at least 1"
        )
    # The C library's pow, once a distinct count: NumPy's vectorised power differs in the last bit between processors.
    try:
        weights = np.array([count ** float(ns_exponent) for count in map(float, distinct.tolist())])
    except OverflowError:
        weights = np.array([np.inf])
    if not np.isfinite(weights).all():
        raise ValueError(f"ns_exponent must be a moderate number, usually 0.75, got {ns_exponent!r}")
    cumulative = np.cumsum(weights[inverse])
    table: NDArray[np.uint32] = np.rint(cumulative / cumulative[-1] * domain).astype(np.uint32)
    return table
