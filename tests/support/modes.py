"""Ways to train."""

from __future__ import annotations

OBJECTIVES = {"ns": {"hs": 0, "negative": 4}, "hs": {"hs": 1, "negative": 0}, "both": {"hs": 1, "negative": 3}}
