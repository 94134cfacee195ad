"""What programs set between construction and training, and on what was loaded: as in gensim, or refused in a line."""

from __future__ import annotations

import gensim
import pytest

import npw2v

SENTENCES = [[f"w{(row * column) % 9}" for column in range(6)] for row in range(40)]

#: Attributes that a program may set, before or after the vocabulary is built.
FREE = {
    **{"alpha": 0.5, "min_alpha": 0.01, "min_alpha_yet_reached": 0.1, "workers": 2, "epochs": 2, "window": 2},
    **{"sample": 0, "cbow_mean": 0, "batch_words": 50, "callbacks": (), "sg": 1, "negative": 2},
    **{"null_word": 1, "sorted_vocab": 0, "seed": None, "min_count": 2, "max_final_vocab": 4, "ns_exponent": 0.5},
    **{"comment": "x", "compute_loss": True, "shrink_windows": False, "hashfxn": len, "raw_vocab": {}},
    **{"corpus_count": 3, "corpus_total_words": 3, "train_count": 4, "total_train_time": 2.0, "effective_min_count": 2},
}


def trained(library, attribute, value, when):
    model = library.models.Word2Vec(vector_size=4, min_count=1, workers=1, seed=1)
    if when == "before":
        setattr(model, attribute, value)
    if attribute == "seed" and library is gensim:  # it cannot hash None and a word to a number
        model.seed = 1
    model.build_vocab(SENTENCES)
    if when == "after":
        setattr(model, attribute, value)
    words = list(model.wv.index_to_key)
    return words, model.train(SENTENCES, total_examples=len(SENTENCES), epochs=1)[1]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("attribute", FREE)
def test_training_takes_them_as_gensim_does(attribute, when):
    theirs, ours = (trained(library, attribute, FREE[attribute], when) for library in (gensim, npw2v))
    assert ours[1] == theirs[1]
    assert set(ours[0]) == set(theirs[0])


@pytest.mark.parametrize(
    ("attribute", "value", "when", "error"),
    [
        ("hs", 1, "after", RuntimeError),  # gensim: an AttributeError in a thread, and a hang
        ("vector_size", 5, "before", ValueError),  # gensim: not used, as the vectors have a size of their own
        ("layer1_size", 5, "before", ValueError),  # gensim: memory behind the arrays
    ],
)
def test_what_cannot_be_is_refused_before_training(attribute, value, when, error):
    with pytest.raises(error, match="build_vocab"):
        trained(npw2v, attribute, value, when)


def test_random_and_the_noise_table_are_made_anew():
    """None hangs gensim, whose threads fail on it."""
    assert trained(npw2v, "random", None, "after")[1] == trained(npw2v, "cum_table", None, "after")[1] == 240


def test_small_arrays_that_are_mapped_are_read_only_here_and_copies_in_gensim(tmp_path):
    writeable = []
    for library in (gensim, npw2v):
        path = str(tmp_path / library.__name__)
        library.models.Word2Vec(SENTENCES, vector_size=4, min_count=1, workers=1).save(path)
        loaded = library.models.Word2Vec.load(path, mmap="r")
        writeable.append((loaded.wv.vectors.flags.writeable, loaded.syn1neg.flags.writeable))
    assert writeable == [(True, True), (False, False)]
    with pytest.raises(ValueError, match='to train, load the model without mmap="r"'):
        loaded.train(SENTENCES, total_examples=40, epochs=1)
    changeable = npw2v.Word2Vec.load(tmp_path / "npw2v", mmap="c")
    changeable.train(SENTENCES, total_examples=40, epochs=1)
    assert (npw2v.Word2Vec.load(tmp_path / "npw2v").wv.vectors == loaded.wv.vectors).all(), "the file is as it was"
