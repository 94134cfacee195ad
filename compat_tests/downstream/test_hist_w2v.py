"""hist_w2v: vectors of one year after the other, mapped from file, normalized, and turned to lie on one another."""

import numpy as np
import pytest
from common.w2v_model import W2VModel
from gensim.models import KeyedVectors

from compat_tests.downstream import planted
from compat_tests.downstream.planted import GROUPS


@pytest.fixture
def years(tmp_path):
    """Models of two years, trained with other seeds: they agree but for a rotation."""
    paths = [tmp_path / f"w2v_y{year}.kv" for year in (1900, 1910)]
    for seed, path in enumerate(paths):
        planted.trained(seed).wv.save(str(path))
    return [W2VModel(str(path)) for path in paths]


def normalized(model):
    model.model.vectors = model.model.vectors.copy()  # as hist_w2v's own script does, since they are mapped
    model.normalize().filter_vocab(model.extract_vocab())
    return model


def test_years_are_aligned(years, tmp_path):
    first, second = map(normalized, years)
    assert first.is_normalized()
    before, _, shared = first.compare_models_cosim(second)
    assert shared == 32
    second.align_to(first).save(str(tmp_path / "aligned.kv"))
    aligned = W2VModel(str(tmp_path / "aligned.kv"))
    assert type(aligned.model) is KeyedVectors
    after, _, _ = first.compare_models_cosim(aligned)
    assert after > before + 0.3
    assert after > 0.8
    before_turning, turned = (model.compare_words_cosim("cat", "dog") for model in (second, aligned))
    assert turned == pytest.approx(before_turning, abs=1e-5)


def test_bias_by_its_own_weat(years):
    targets = GROUPS["animals"][:4], GROUPS["tools"][:4]
    attributes = GROUPS["animals"][4:], GROUPS["tools"][4:]
    effect, p = years[0].compute_weat(*targets, *attributes, num_permutations=50)
    assert effect > 1
    assert p < 0.1
    opposite, _ = years[0].compute_weat(*targets, *attributes[::-1], num_permutations=0)
    assert opposite == pytest.approx(-effect)


def test_it_scores_pairs(years, tmp_path):
    """Pairs of one group are said to be alike, those of two not."""
    groups = list(GROUPS.values())
    pairs = [(group[0], group[1], 9) for group in groups] + [(a[2], b[2], 1) for a, b in zip(groups, groups[1:])]
    (tmp_path / "pairs.txt").write_text("".join(f"{a}\t{b}\t{score}\n" for a, b, score in pairs))
    assert years[0].evaluate("similarity", str(tmp_path / "pairs.txt")) > 0.7
    assert np.isfinite(years[0].mean_cosine_similarity_to_all("cat", []))
