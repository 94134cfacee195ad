"""The code of docs/cluster.md, which needs Dask."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from npw2v.corpus import toyworld

pytestmark = pytest.mark.cluster

ROOT = Path(__file__).parent.parent.parent


def test_the_examples_run(client, tmp_path):
    pytest.importorskip("pyarrow", reason="reads and writes Parquet")
    (tmp_path / "corpus.txt").write_text("\n".join(map(" ".join, toyworld.sentences(words=20_000))))
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "support" / "pages.py"), str(ROOT / "docs" / "cluster.md")],
        cwd=tmp_path,
        env={**os.environ, "DASK_SCHEDULER_ADDRESS": client.scheduler.address},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
