"""Record what gensim answers to the questions of `tests/support/answers.py`.

    python -m tools.record_answers

Asks the gensim that is installed (and POT is not needed) and writes ``tests/data/gensims_answers.json``, with which
``tests/behaviour/test_gensims_answers.py`` compares npw2v where there is no gensim. Takes seconds; run it again when a
question is new or gensim changes. ``compat_tests/test_recorded_answers_beside_gensim.py`` says if it is out of date.
"""

from __future__ import annotations

import json
import platform
import tempfile
from pathlib import Path

import gensim
import numpy
import scipy

from tests.support.answers import QUESTIONS, RECORD, Library, answer


def record() -> str:
    """Ask everything, and return the text of the record: one line for each part of an answer."""
    library = Library("gensim")
    with tempfile.TemporaryDirectory() as folder:
        answers = {name: answer(name, library, Path(folder)) for name in QUESTIONS}
    made = {
        "command": "python -m tools.record_answers",
        "gensim": gensim.__version__,
        "numpy": numpy.__version__,
        "scipy": scipy.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
    parts = [f'"made": {json.dumps(made)}']
    for name, found in answers.items():
        lines = (
            [f"  {json.dumps(part)}: {json.dumps(value, ensure_ascii=False)}" for part, value in found.items()]
            if isinstance(found, dict)
            else None
        )
        inner = "{\n" + ",\n".join(lines) + "\n}" if lines else json.dumps(found, ensure_ascii=False)
        parts.append(f"{json.dumps(name)}: {inner}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(record(), encoding="utf8")
