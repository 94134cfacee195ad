"""A wheel named gensim that installs npw2v in gensim's place, for installers that insist on a gensim.

pip has no way to say that one package provides another. So this one *is* called gensim: it needs npw2v, and its only
module makes `npw2v.compat.as_gensim` stand in. It is for the machine that it is written on.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import importlib.metadata
import os
import re
from zipfile import BadZipFile, ZipFile, ZipInfo

import npw2v
from npw2v.compat.as_gensim import METADATA, WHEEL_README, installed_gensim
from npw2v.formats.opening import replacing

#: gensim's version and a local label, which no package index accepts and installers sort above the version itself.
VERSION = f"{importlib.metadata.PathDistribution(METADATA).version}+npw2v"
NAME = f"gensim-{VERSION}-py3-none-any.whl"
_DIST_INFO = f"gensim-{VERSION}.dist-info"
_OURS = f"gensim/{WHEEL_README}"

_MODULE = '''\
"""This is not gensim: npw2v stands in for it here. See the README beside this file."""

import sys

try:
    import npw2v
except ModuleNotFoundError as error:
    if error.name != "npw2v":
        raise
    raise ModuleNotFoundError(
        "gensim is npw2v's stand-in here, and npw2v itself is not installed: install npw2v, "
        "or run `pip uninstall gensim` and install the real gensim",
        name="npw2v",
    ) from error
if __name__ == "gensim":
    del sys.modules["gensim"]  # the import of gensim that runs this file ends with what takes its place there
    npw2v.install_as_gensim()
'''

_README = """\
# This is not gensim

This package is named gensim and is npw2v's stand-in for it: it installs npw2v, and `import gensim` finds npw2v, which
has gensim's Word2Vec, KeyedVectors and Phrases in pure NumPy and SciPy. It lets packages be installed that depend on
gensim where gensim itself cannot be, or is not wanted.

It was written by `npw2v as-gensim --wheel`, for use on one's own machines. **Do not upload it to any package index:**
the name is gensim's, and whoever installs gensim from an index expects gensim.

To be rid of it: `pip uninstall gensim`. To have gensim instead: `pip install --force-reinstall gensim==4.4.0`, without
`--find-links`.
"""

_WHEEL = f"""\
Wheel-Version: 1.0
Generator: npw2v {npw2v.__version__}
Root-Is-Purelib: true
Tag: py3-none-any
"""

_METADATA = f"""\
Metadata-Version: 2.1
Name: gensim
Version: {VERSION}
Summary: Not gensim: npw2v, standing in for it on this machine
License: MIT
Classifier: Private :: Do Not Upload
Requires-Python: >=3.10
Requires-Dist: npw2v>={npw2v.__version__}
Description-Content-Type: text/markdown

{_README}"""


def write_wheel(folder: str | os.PathLike[str], *, force: bool = False) -> str:
    """Write a wheel named gensim that makes ``import gensim`` find npw2v wherever it is installed.

    ``pip install --find-links FOLDER node2vec`` then takes it for the gensim that node2vec asks for. Its version is
    ``4.4.0+npw2v``, which installers prefer to 4.4.0. The same npw2v writes the same bytes.

    Parameters
    ----------
    folder : path
        Where the wheel goes; made if it is not there.
    force : bool
        Write it even if gensim itself is installed beside npw2v.

    Returns
    -------
    str
        The path of the wheel.

    Raises
    ------
    RuntimeError
        gensim itself is installed here, and an upgrade that finds the wheel would replace it.
    ValueError
        The folder has another gensim, which might be installed instead, or something else of the wheel's name.
    OSError
        The folder or the file cannot be written.

    Examples
    --------
    >>> import os, tempfile
    >>> from npw2v.as_gensim import write_wheel
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     os.path.basename(write_wheel(folder, force=True))
    'gensim-4.4.0+npw2v-py3-none-any.whl'
    """
    real = installed_gensim()
    if real is not None and not force:
        raise RuntimeError(
            f"gensim itself is installed here, in {real}, and `pip install --upgrade` with this wheel in reach would "
            "replace it: uninstall gensim first, or insist with --force (force=True)"
        )
    folder = os.fspath(folder)
    path = os.path.join(folder, NAME)
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise NotADirectoryError(errno.ENOTDIR, "expected a folder to write the wheel to, got a file", folder)
    os.makedirs(folder, exist_ok=True)
    _refuse_foreign(folder, path)
    with replacing(path) as temporary, ZipFile(temporary, "w") as wheel:
        for name, content in _contents().items():
            member = ZipInfo(name)  # dated 1980, and not compressed: what zlib makes of it varies
            member.create_system = 3  # Unix, also where this is written on Windows
            member.external_attr = 0o100644 << 16
            wheel.writestr(member, content)
    return path


def _contents() -> dict[str, bytes]:
    """Return the files of the wheel by name, with the list of them all and their digests at its end."""
    texts = {
        "gensim/__init__.py": _MODULE,
        _OURS: _README,
        f"{_DIST_INFO}/METADATA": _METADATA,
        f"{_DIST_INFO}/WHEEL": _WHEEL,
        f"{_DIST_INFO}/top_level.txt": "gensim\n",
    }
    files = {name: text.encode() for name, text in texts.items()}
    record = [f"{name},sha256={_digest(content)},{len(content)}" for name, content in files.items()]
    listing = f"{_DIST_INFO}/RECORD"
    return files | {listing: "".join(f"{line}\n" for line in [*record, f"{listing},,"]).encode()}


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


def _refuse_foreign(folder: str, path: str) -> None:
    """Raise if the folder has a gensim of somebody else's: under another name, or in the place of the wheel."""
    others = sorted(name for name in os.listdir(folder) if re.match(r"(?i)gensim-\d", name) and name != NAME)
    if others:
        raise ValueError(
            f"{folder} has {others[0]} already, which might be installed instead of npw2v's wheel: name a folder that "
            "has no gensim in it"
        )
    if os.path.isfile(path) and not _is_ours(path):
        raise ValueError(f"{path} is there already and is no wheel of npw2v's: remove it, or name another folder")


def _is_ours(path: str) -> bool:
    try:
        with ZipFile(path) as wheel:
            return _OURS in wheel.namelist()
    except BadZipFile:
        return False
