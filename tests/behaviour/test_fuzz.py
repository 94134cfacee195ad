"""A few files of each reader of the fuzzer, changed at random; ``make fuzz`` reads hundreds of thousands."""

from __future__ import annotations

import logging

import pytest

from tests.support.mutation import READERS, attempt


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", READERS)
def test_changed_files_end_in_documented_errors_that_name_them(name, tmp_path):
    logging.disable(logging.CRITICAL)
    try:
        seeds = READERS[name].seeds(tmp_path)
        loaded = [attempt(name, number, seeds, tmp_path) for number in range(15)]
    finally:
        logging.disable(logging.NOTSET)
    assert not all(loaded) or name == "checkpoint", "at least one is refused"
