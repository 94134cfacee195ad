"""The text8-format corpus and the question files that the comparisons use."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from gensim.test.utils import datapath

QUESTIONS = datapath("questions-words.txt")
PAIRS = {"wordsim353": datapath("wordsim353.tsv"), "simlex999": datapath("simlex999.txt")}


def unpack(folder: Path) -> Path:
    """Extract the corpus into ``folder``; skip the test where there is none."""
    archive = Path(os.environ.get("NPW2V_DATA", "/nowhere"), "wiki8.zip")
    if not archive.is_file():
        pytest.skip("needs wiki8.zip in the folder named by NPW2V_DATA (see data/README.md)")
    with zipfile.ZipFile(archive) as zipped:
        return Path(zipped.extract(zipped.namelist()[0], folder))


def quality(vectors: Any) -> dict[str, float]:
    """Total analogy accuracy and Spearman correlations, by the vectors' own methods, with their defaults."""
    scores = {name: float(vectors.evaluate_word_pairs(path)[1][0]) for name, path in PAIRS.items()}
    return {"analogies": float(vectors.evaluate_word_analogies(QUESTIONS)[0]), **scores}
