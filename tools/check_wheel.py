"""Install the built wheel in a new environment and use it from another folder.

python tools/check_wheel.py FOLDER_WITH_THE_WHEEL
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from zipfile import ZipFile

#: What an installation needs, and no more.
RUNTIME = {"numpy", "scipy", "smart_open", "threadpoolctl", "tqdm"}

USE = """
import sys
from npw2v import KeyedVectors, Word2Vec, __file__ as where
from npw2v.explorer import write_page
assert "site-packages" in where, where
assert not {"tqdm", "matplotlib", "gensim"} & set(sys.modules)
model = Word2Vec([["a", "b", "c"]] * 20, min_count=1, vector_size=8)
model.wv.save_word2vec_format("vectors.bin", binary=True)
assert (KeyedVectors.load_word2vec_format("vectors.bin", binary=True)["a"] == model.wv["a"]).all()
model.save("model.npz")
assert Word2Vec.load("model.npz").wv.index_to_key == model.wv.index_to_key
write_page(model.wv, "page.html")
"""


def main(folder: str) -> None:
    """Run the check; any failure is an error."""
    (wheel,) = Path(folder).resolve().glob("*.whl")
    size = wheel.stat().st_size
    if not wheel.name.endswith("-py3-none-any.whl") or size > 1_000_000:
        raise SystemExit(f"{wheel.name}, {size:,} bytes: expected one py3-none-any wheel under 1 MB")
    if (needed := requirements(wheel)) != RUNTIME:
        raise SystemExit(f"{wheel.name} needs {sorted(needed)}: expected {sorted(RUNTIME)}")
    with tempfile.TemporaryDirectory() as elsewhere:
        environment = Path(elsewhere, "environment")
        venv.create(environment, with_pip=True)
        binaries = environment / ("Scripts" if sys.platform == "win32" else "bin")
        pip = [binaries / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel]
        subprocess.run(pip, check=True)
        subprocess.run([binaries / "python", "-c", USE], check=True, cwd=elsewhere)
        demo = [binaries / "npw2v", "demo", "--no-plot", "--epochs", "1", "--output", "out"]
        subprocess.run(demo, check=True, cwd=elsewhere, stdout=subprocess.DEVNULL)
    print(f"{wheel.name}, {size:,} bytes: installs and works from another folder")


def requirements(wheel: Path) -> set[str]:
    """Return the names of the packages that the wheel needs without any extra."""
    with ZipFile(wheel) as archive:
        lines = archive.read("-".join(wheel.name.split("-")[:2]) + ".dist-info/METADATA").decode().splitlines()
    needed = [line.removeprefix("Requires-Dist: ") for line in lines if line.startswith("Requires-Dist: ")]
    return {re.split(r"[^\w.-]", line)[0].replace("-", "_") for line in needed if "extra ==" not in line}


if __name__ == "__main__":
    main(*sys.argv[1:])
