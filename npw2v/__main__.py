"""`python -m npw2v` is the command `npw2v`."""

from __future__ import annotations

import sys

from npw2v.cli import main

if __name__ == "__main__":
    sys.exit(main())
