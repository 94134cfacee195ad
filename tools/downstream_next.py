"""Install packages that depend on gensim by pip, with the wheel that stands in for it, and run their tests: ``make
downstream-next``.

    python3.14 tools/downstream_next.py FOLDER_OF_A_NEW_ENVIRONMENT

pip resolves and installs each package by itself, gensim included, as a user would have it. What this Python cannot have
is left out with a line that says so; at least `ENOUGH` must be there. At the end gensim is uninstalled, and nothing may
be left of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: Package → what has to be installed with it for reasons of its own, none of which is gensim.
PACKAGES = {
    "node2vec": ["setuptools<81"],  # its releases that allow NumPy 2 import pkg_resources
    "pecanpy": [],
    "fastnode2vec": [],
    "generic-iterative-stemmer": [],
    "semantic-tree": [],
}
ENOUGH = 4

#: NumPy below 2, which some of them ask for, has no wheels for the newest Pythons, and no compiler is wanted here.
PIP = ["-m", "pip", "--disable-pip-version-check"]
INSTALL = [*PIP, "install", "--quiet", "--only-binary=numpy"]


class Environment:
    """A new virtual environment, and a folder of wheels beside it."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=True, clear=True)
        self.binaries = folder / ("Scripts" if sys.platform == "win32" else "bin")
        self.links = folder / "links"

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run its Python somewhere else than in this repository, whose npw2v is not the one to be tested."""
        command = [str(self.binaries / "python"), *arguments]
        return subprocess.run(command, cwd=self.links.parent, capture_output=True, text=True)

    def must(self, *arguments: str) -> str:
        """Return what it prints; end everything if it fails."""
        done = self.python(*arguments)
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def files_of_gensim(self) -> list[Path]:
        """Return what there is of a distribution named gensim."""
        (site,) = self.links.parent.glob("[Ll]ib/**/site-packages")
        return [*site.glob("gensim"), *site.glob("gensim-*")]


def prepare(environment: Environment) -> None:
    """Build and install npw2v, and write the wheel."""
    environment.must(*PIP, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(environment.links), str(ROOT))
    (wheel,) = environment.links.glob("npw2v-*.whl")
    environment.must(*INSTALL, str(wheel), "pytest")
    environment.must("-m", "npw2v", "as-gensim", "--wheel", str(environment.links))


def install(environment: Environment) -> list[str]:
    """Install as many of the packages as this Python can have; return their names."""
    installed = []
    for package, others in PACKAGES.items():
        done = environment.python(*INSTALL, "--find-links", str(environment.links), package, *others)
        if not done.returncode:
            done = environment.python("-c", f"import {package.replace('-', '_')}")
        if done.returncode:
            print(f"left out: {package}: {done.stderr.strip().splitlines()[-1]}", flush=True)
            environment.must(*PIP, "uninstall", "--quiet", "--yes", package)
        else:
            version = f"from importlib.metadata import version; print(version({package!r}))"
            print(f"installed: {package} {environment.must('-c', version).strip()}", flush=True)
            installed.append(package)
    return installed


def main(folder: str) -> int:
    """Run it all. Returns the exit status."""
    environment = Environment(Path(folder).resolve())
    prepare(environment)
    installed = install(environment)
    listed = [line for line in environment.must(*PIP, "list").splitlines() if line.startswith("gensim ")]
    if len(installed) < ENOUGH or not listed or not listed[0].endswith("+npw2v"):
        print(f"expected at least {ENOUGH} packages that need gensim, and npw2v's wheel; pip lists {listed}")
        return 1
    # Not -m, which would put this repository's npw2v on the path.
    tests = ["-p", "no:cacheprovider", "-W", "ignore::DeprecationWarning", str(ROOT / "compat_tests" / "downstream")]
    pytest = [str(environment.binaries / "pytest"), *tests, "--rootdir", str(ROOT)]
    status = subprocess.run(pytest, cwd=ROOT, env={**os.environ, "PYTHONPATH": ""}).returncode
    environment.must(*PIP, "uninstall", "--quiet", "--yes", "gensim")
    if left := environment.files_of_gensim():
        print(f"left of gensim when it was uninstalled: {left}")
    return int(status != 0 or bool(left))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1]))
