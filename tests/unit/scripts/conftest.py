"""What tests of the scripts share."""

from __future__ import annotations

import pytest

from tests.support.smallmodels import TEXTS


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "words.en.txt"
    path.write_text("".join(" ".join(text) + "\n" for text in TEXTS))
    return path
