"""How a corpus is cut into pieces."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from npw2v.training.parts import cut


@given(st.lists(st.integers(0, 40), max_size=30), st.integers(1, 25))
def test_pieces_cover_the_corpus_and_end_at_sentence_ends(lengths, part_words):
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    cuts = cut(offsets, part_words)
    assert cuts[0] == 0
    assert cuts[-1] == offsets[-1]
    assert (np.diff(cuts) <= part_words).all()
    assert (np.diff(cuts) > 0).all()
    for place in cuts[1:-1]:
        inside = offsets[np.searchsorted(offsets, place, side="right") - 1] != place
        if inside:  # only a sentence too long for one part is cut
            start = offsets[np.searchsorted(offsets, place) - 1]
            end = offsets[np.searchsorted(offsets, place)]
            assert end - start > part_words
