"""GloVe's files get the first line that word2vec's have."""

from __future__ import annotations

import pytest

from npw2v.scripts import glove2word2vec as glove
from tests.support.scripts import GLOVE


def test_glove_files_get_a_first_line(tmp_path):
    source, target = tmp_path / "glove.txt", tmp_path / "w2v.txt"
    source.write_text(GLOVE)
    assert glove.get_glove_info(source) == (2, 3)
    with pytest.warns(DeprecationWarning, match="no_header=True"):
        assert glove.glove2word2vec(source, target) == (2, 3)
    assert target.read_text() == "2 3\n" + GLOVE
    glove.main(["--input", str(source), "--output", str(target)])
    assert target.read_text() == "2 3\n" + GLOVE


def test_an_empty_glove_file(tmp_path):
    source = tmp_path / "glove.txt"
    source.write_text("")
    assert glove.get_glove_info(str(source)) == (0, 0)
