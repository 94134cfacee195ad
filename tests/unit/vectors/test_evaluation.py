"""Word pairs: the correlations, the layout of the results, and every option."""

from __future__ import annotations

import gzip

import pytest
from scipy import stats

# ---- pairs

PAIRS = """# comment
Word 1\tWord 2\tmean
athens\tgreece\t7.5
King\tQueen\t9
king\toslo\t1
king\tatlantis\t3
man\trome\t0
"""


def expected_pairs(kv, unknown):
    gold = [7.5, 9.0, 1.0, *([3.0] if unknown else []), 0.0]
    pairs = [("athens", "greece"), ("king", "queen"), ("king", "oslo"), *([None] if unknown else []), ("man", "rome")]
    model = [0.0 if pair is None else float(kv.similarity(*pair)) for pair in pairs]
    return stats.pearsonr(gold, model), stats.spearmanr(gold, model)


@pytest.mark.parametrize("dummy4unknown", [False, True])
def test_word_pairs(cities, tmp_path, dummy4unknown, caplog):
    caplog.set_level("INFO", "npw2v")
    (tmp_path / "p").write_text(PAIRS)
    pearson, spearman, unknown = cities.evaluate_word_pairs(tmp_path / "p", dummy4unknown=dummy4unknown)
    expected = expected_pairs(cities, dummy4unknown)
    assert pearson == pytest.approx(expected[0], rel=1e-5)
    assert spearman == pytest.approx(expected[1], rel=1e-5)
    assert unknown == 20
    assert f"Pearson correlation coefficient against {tmp_path / 'p'}: {pearson[0]:.4f}" in caplog.text
    assert "Skipping invalid line #2" in caplog.text


def test_word_pairs_options(cities, tmp_path):
    (tmp_path / "p").write_bytes(PAIRS.replace("\t", ";").encode("utf-16"))
    found = cities.evaluate_word_pairs(tmp_path / "p", delimiter=";", encoding="utf-16")
    assert found[2] == 20
    with gzip.open(tmp_path / "p", "wb") as file:
        file.write(PAIRS.encode())
    assert cities.evaluate_word_pairs(tmp_path / "p")[2] == 20
    (tmp_path / "p").write_text(PAIRS)
    with open(tmp_path / "p", "rb") as file:
        assert cities.evaluate_word_pairs(file)[2] == 20
        assert not file.closed
    assert cities.evaluate_word_pairs(tmp_path / "p", case_insensitive=False)[2] == 40
    with pytest.raises(ValueError, match="p has no pair to rate"):
        cities.evaluate_word_pairs(tmp_path / "p", restrict_vocab=1)
    with pytest.raises(ValueError, match="p has no pair to rate"):
        cities.evaluate_word_pairs(tmp_path / "p", delimiter=",")
