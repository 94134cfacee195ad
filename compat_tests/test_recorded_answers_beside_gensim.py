"""`tests/data/gensims_answers.json` is what the gensim that is installed answers; see `tools/record_answers.py`."""

import json

import pytest

from tests.support.answers import QUESTIONS, RECORD, Library, answer, differences
from tools import record_names

RECORDED = json.loads(RECORD.read_text(encoding="utf8"))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_record_is_what_gensim_answers(name, tmp_path):
    assert [*differences(answer(name, Library("gensim"), tmp_path), RECORDED[name], 1e-5)] == []


def test_the_names_are_those_of_the_gensim_that_is_installed():
    assert record_names.RECORD.read_text(encoding="utf8") == record_names.record()
