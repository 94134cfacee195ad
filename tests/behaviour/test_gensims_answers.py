"""npw2v gives the answers that were recorded from gensim, on machines without gensim.

What is counted, read or written is compared exactly: words, integers, bytes, the initial vectors (of NumPy's
generator), the state of the random stream. What is computed in floating point is compared to 1e-5, relative above 1 and
absolute below: sums are rounded in another order by each BLAS, and gensim's own dot product has a relative error of up
to 2**-20 with some of them (`npw2v.training.replay.dot`). The trained texts are such that this never becomes another
entry of gensim's table, after which vectors would differ by some 1e-4.
"""

from __future__ import annotations

import json

import pytest

from npw2v.training.replay import scalar
from tests.support.answers import QUESTIONS, RECORD, Library, answer, differences
from tests.support.rounding import ROUNDINGS, exact, rounded

RECORDED = json.loads(RECORD.read_text(encoding="utf8"))
TRAINED = ("training", "training_otherwise", "prediction")


@pytest.mark.filterwarnings("ignore:add_vector:UserWarning")
@pytest.mark.parametrize("name", [name for name in QUESTIONS if name != "errors"])
def test_answers_are_gensims(name, tmp_path):
    assert [*differences(answer(name, Library("npw2v"), tmp_path), RECORDED[name], 1e-5)] == []


@pytest.mark.parametrize("rounding", ROUNDINGS, ids=lambda rounding: "-".join(each.__name__ for each in rounding))
@pytest.mark.parametrize("name", TRAINED)
def test_trained_answers_do_not_depend_on_rounding(name, rounding, tmp_path):
    with rounded(rounding):
        found = answer(name, Library("npw2v"), tmp_path)
    assert [*differences(found, RECORDED[name], 1e-5)] == []


@pytest.mark.parametrize("name", TRAINED)
def test_a_wrong_dot_product_would_be_seen(name, tmp_path, monkeypatch):
    monkeypatch.setattr(scalar, "DOT", lambda x, z: 1.01 * exact(x, z))
    assert any(differences(answer(name, Library("npw2v"), tmp_path), RECORDED[name], 1e-5))


def test_bad_input_raises_what_gensim_raises(tmp_path):
    raised = answer("errors", Library("npw2v"), tmp_path)
    assert raised.keys() == RECORDED["errors"].keys()
    others = {name: raised[name] for name, (kind, *_) in RECORDED["errors"].items() if kind not in raised[name]}
    assert others == {}


def test_the_record_is_small_and_says_how_it_was_made():
    assert RECORDED.keys() == {"made", *QUESTIONS}
    assert RECORDED["made"].keys() == {"command", "gensim", "numpy", "scipy", "python", "machine"}
    assert RECORD.stat().st_size < 300_000
