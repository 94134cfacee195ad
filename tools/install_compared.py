"""Install the packages that npw2v is compared with, as many as can be had for this Python.

    python tools/install_compared.py [REQUIREMENT ...]      further requirements that must hold, such as numpy==1.26.*

One that cannot be installed is left out with a line that says so: the tests that need it are skipped.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).parent.parent / "compat_tests" / "requirements.txt"

#: The only one that has no wheels; it is small, and built where there is a compiler.
BUILT = "annoy"


def main() -> None:
    """Install each package by itself, so that one that fails leaves the others."""
    lines = REQUIREMENTS.read_text().splitlines()
    for package in (line for line in lines if line and not line.startswith("#")):
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        wheels = ["--only-binary=:all:", f"--no-binary={BUILT}"]
        done = subprocess.run([*pip, *wheels, package, *sys.argv[1:]], capture_output=True, text=True)
        if done.returncode:
            print(
                f"left out: {package} cannot be installed on Python {sys.version.split()[0]}; what needs it is skipped"
            )


if __name__ == "__main__":
    main()
