"""What the scripts are given."""

from __future__ import annotations

GLOVE = "the 0.25 -1.5 3e-05\ncat 1.0 2.0 0.125\n"


SMALL = ["-size", "6", "-min_count", "1", "-threads", "1", "-iter", "1"]
