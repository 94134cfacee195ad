"""Every example runs and prints what it is there to show."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"

SHOWS = {
    "train_and_query.py": r"(?s)epoch 10: mean loss 1\.\d+.*'queen'.*violin.*saved to",
    "word2vec_files.py": r"(?s)bin: [\d,]+ bytes, equal: True.*a truncated file: .*record.*metadata\.json",
    "one_update_at_a_time.py": r"(?s)epoch 10: mean loss.*dog: 0\.[5-9]\d\n.*car: (-0\.\d\d|0\.[0-3]\d)",
}


def test_every_example_is_listed():
    assert {path.name for path in EXAMPLES.glob("*.py")} == set(SHOWS)


@pytest.mark.parametrize("name", SHOWS)
def test_example(name, tmp_path):
    done = subprocess.run([sys.executable, EXAMPLES / name], capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stderr
    assert re.search(SHOWS[name], done.stdout), done.stdout
