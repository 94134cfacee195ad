"""Record the names of the classes and functions that gensim has.

    python -m tools.record_names

Writes ``tests/data/gensims_names.json``: for each module of gensim's that programs import, the names that it defines,
and for packages also those that they have from their modules. Modules that cannot be imported for want of another
package are there without names.
"""

from __future__ import annotations

import json
import pkgutil
from importlib import import_module
from pathlib import Path

import gensim

RECORD = Path(__file__).parents[1] / "tests" / "data" / "gensims_names.json"

#: Not for programs: gensim's tests, a script of its developers, compiled parts of `matutils`.
LEFT_OUT = ("gensim.test.", "gensim.nosy", "gensim._matutils")

#: Modules that have names of others → those.
_ALSO_FROM = {"gensim.matutils": ("gensim._matutils.", "gensim.corpora._mmreader.")}


def names(module: str) -> list[str]:
    """Return the public names of a module, sorted."""
    try:
        found = import_module(module)
    except ImportError:
        return []
    homes = "gensim." if hasattr(found, "__path__") else (f"{module}.", *_ALSO_FROM.get(module, ()))
    return sorted(
        name
        for name, value in vars(found).items()
        if callable(value) and name[0] != "_" and f"{getattr(value, '__module__', '')}.".startswith(homes)
    )


def record() -> str:
    """Return the text of the record: one line a module."""
    walked = [info.name for info in pkgutil.walk_packages(gensim.__path__, "gensim.")]
    modules = [name for name in walked if not name.startswith(LEFT_OUT)] + ["gensim.test.utils"]
    lines = [f"{json.dumps(name)}: {json.dumps(names(name))}" for name in modules]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    RECORD.write_text(record(), encoding="utf8")
