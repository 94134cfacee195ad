"""Settings by the size of a corpus."""

from __future__ import annotations

import inspect

import pytest

from npw2v import Word2Vec
from npw2v.cli.presets import choices


@pytest.mark.parametrize("words", [0, 10, 10**6, 10**7, 10**8, 10**9, 10**11])
def test_every_choice_is_a_parameter_with_a_reason(words):
    chosen = choices(words)
    assert {choice.name for choice in chosen} == {"sg", "vector_size", "min_count", "negative", "epochs"}
    assert all(choice.why for choice in chosen)
    assert max(len(f"  --{choice.name} {choice.value}: {choice.why}") for choice in chosen) < 80
    of_gensim = {choice.name: choice.value for choice in chosen if choice.why == "gensim's default"}
    assert of_gensim == dict.fromkeys(of_gensim, 5)
    Word2Vec(**{choice.name: choice.value for choice in chosen})


def test_more_text_takes_fewer_passes():
    epochs = [{choice.name: choice.value for choice in choices(10**power)}["epochs"] for power in range(3, 12)]
    assert epochs == sorted(epochs, reverse=True)
    assert epochs[0] == 50


def test_parameters_are_those_of_the_model():
    assert {choice.name for choice in choices(10)} <= inspect.signature(Word2Vec).parameters.keys()
