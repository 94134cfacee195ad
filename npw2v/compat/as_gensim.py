"""Standing in for gensim: ``import gensim`` finds npw2v in programs that are not to be changed.

Four ways::

    import npw2v; npw2v.install_as_gensim()          # before the first import of gensim
    python -m npw2v.as_gensim script.py arguments    # also: -m module arguments
    python -m pytest -p npw2v.as_gensim
    npw2v as-gensim --wheel DIR                      # then: pip install --find-links DIR what-needs-gensim

``gensim.models.word2vec`` is then `npw2v.models.word2vec`, and so on, whether or not gensim is installed, also in child
processes. What else gensim has can be imported, since programs do that beside Word2Vec, but not used
(`npw2v.compat.refused`). ``gensim.test`` is gensim's own where it is installed.

All of this is in this module and in the folder ``standin`` beside it, which child processes look into.
"""

from __future__ import annotations

import copyreg
import importlib.metadata
import logging
import os
import pkgutil
import runpy
import sys
from collections.abc import Iterable, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec, spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from npw2v import logs
from npw2v.compat import refused

_PACKAGE = os.path.dirname(os.path.dirname(__file__))
_FOR_CHILDREN = os.path.join(os.path.dirname(__file__), "standin")
METADATA = Path(_FOR_CHILDREN, "gensim-4.4.0.dist-info")
_PATHS = (
    *("corpora", "interfaces", "matutils", "models", "parsing", "scripts", "similarities", "test"),
    *("downloader", "topic_coherence", "utils"),
)

#: Beside the `__init__.py` of the gensim that `npw2v.compat.wheel` writes, and of no other.
WHEEL_README = "README-npw2v.md"


def _modules() -> dict[str, str]:
    """Return npw2v's module for each of gensim's; "" for gensim itself."""
    modules = {"gensim": ""}
    for name in _PATHS:
        modules[f"gensim.{name}"] = f"npw2v.{name}"
        for found in pkgutil.iter_modules([os.path.join(_PACKAGE, name)]):
            modules[f"gensim.{name}.{found.name}"] = f"npw2v.{name}.{found.name}"
    return modules | {f"gensim.{name}": f"npw2v.{name}" for name in refused.NAMES}


_MODULES = _modules()

#: Classes that go by gensim's name for the time being → npw2v's module of that name and what it calls them.
_HOMES: dict[type, tuple[str, str]] = {}


def install_as_gensim() -> None:
    """Make ``import gensim`` find npw2v, in this process and in those it starts.

    Besides the modules: ``gensim.__version__`` and ``importlib.metadata.version("gensim")`` are those of the gensim
    whose interface npw2v has; the ``__module__`` of its classes is gensim's, since programs look for "gensim" in it
    (pickles still name npw2v); loggers have the names of gensim's (`npw2v.logs`). Children find npw2v by PYTHONPATH.
    Where the wheel of `npw2v.compat.wheel` is installed, importing gensim comes here, and children need nothing.
    There is no way back. Calling it again does nothing.

    Raises
    ------
    RuntimeError
        gensim itself has been imported already.
    """
    if _FINDER in sys.meta_path:
        return
    if "gensim" in sys.modules:
        raise RuntimeError(
            f"gensim has already been imported, from {getattr(sys.modules['gensim'], '__file__', None)}: "
            "call npw2v.install_as_gensim() before anything imports gensim"
        )
    sys.meta_path.insert(0, _FINDER)
    refused.OPENING[:] = ["npw2v stands in for gensim here and does not provide"]
    if not wheel_is_installed():
        _show_children()
    logging.getLogger("gensim").addHandler(logging.NullHandler())
    logs.rename_to("gensim")
    for name in ("keyedvectors", "word2vec", "phrases", "callbacks"):
        importlib.import_module(f"gensim.models.{name}")


def _show_children() -> None:
    """Let processes that this one starts find npw2v when they import gensim."""
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if _FOR_CHILDREN not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([_FOR_CHILDREN, *filter(None, paths)])
    if _FOR_CHILDREN not in sys.path:  # children that multiprocessing spawns take it from here
        sys.path.insert(1, _FOR_CHILDREN)


def installed_gensim() -> str | None:
    """Return the folder of the gensim itself that is installed, without importing it; None if there is none."""
    found = _on_disk()
    return None if found is None or os.path.exists(os.path.join(found, WHEEL_README)) else found


def wheel_is_installed() -> bool:
    """Tell whether the gensim that is installed is the wheel that `npw2v.compat.wheel` writes."""
    found = _on_disk()
    return found is not None and os.path.exists(os.path.join(found, WHEEL_README))


def _on_disk() -> str | None:
    spec = PathFinder.find_spec("gensim", [path for path in sys.path if path != _FOR_CHILDREN])
    return None if spec is None or spec.origin is None else os.path.dirname(spec.origin)


def _refusal(name: str) -> str:
    """Return what is said of a name, such as ``gensim.models.LdaModel``, that npw2v does not have."""
    return refused.refusal(name.partition(".")[2])


# ---- modules


class _StandIn(ModuleType):
    """A module of gensim's name that has what a module of npw2v has."""

    def __getattr__(self, name: str) -> Any:
        full = f"{self.__name__}.{name}"
        if full in _MODULES:
            try:
                return importlib.import_module(full)
            except ImportError as error:  # of a package that is not installed: `hasattr` is to be False
                raise AttributeError(str(error), name=name, obj=self) from error
        target = vars(self).get("_target")
        if target is None or not hasattr(target, name):
            raise AttributeError(_refusal(full), name=name, obj=self)
        return getattr(target, name)

    def __dir__(self) -> list[str]:
        below = [full.rpartition(".")[2] for full in _MODULES if full.rpartition(".")[0] == self.__name__]
        return sorted({*vars(self), *below, *dir(vars(self).get("_target"))})


class _Finder(importlib.metadata.DistributionFinder, Loader):
    """Finds and loads the modules of gensim's names, and gensim's distribution."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        if fullname.partition(".")[0] != "gensim":
            return None
        real = installed_gensim()
        if f"{fullname}.".startswith("gensim.test.") and real is not None:
            return PathFinder.find_spec(fullname, [real] if fullname == "gensim.test" else path)
        if fullname not in _MODULES:
            if sys._getframe(2).f_globals.get("__name__") == "importlib.util":
                return None  # somebody asks whether there is such a module, and imports nothing
            # Without the name= of a missing module, or `from gensim.models import LdaModel` would hide this message.
            raise ModuleNotFoundError(_refusal(fullname))
        spec = spec_from_loader(fullname, self, is_package=any(name.startswith(f"{fullname}.") for name in _MODULES))
        if spec is not None and fullname == "gensim":
            spec.submodule_search_locations = [real or os.path.join(_FOR_CHILDREN, "gensim")]  # where test_data is
        elif spec is not None and _MODULES[fullname]:
            spec.origin = getattr(find_spec(_MODULES[fullname]), "origin", None)  # sys.argv[0] under python -m
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        if not hasattr(module, "__path__"):
            module.__path__ = []  # Python looks for a package's missing names as modules: `find_spec` refuses by name
        if name == "gensim":
            module.__dict__["__version__"] = importlib.metadata.PathDistribution(METADATA).version
            module.__dict__["logger"] = logging.getLogger(name)
            module.__file__ = os.path.join(_FOR_CHILDREN, "gensim", "__init__.py")
        else:
            target = importlib.import_module(_MODULES[name])
            module.__dict__["_target"] = target
            module.__doc__ = target.__doc__
            _lend_names(target, name)

    def get_code(self, fullname: str) -> CodeType | None:
        """Return the code of npw2v's module, which ``python -m`` runs."""
        spec = find_spec(_MODULES[fullname])
        code: CodeType | None = spec.loader.get_code(spec.name) if spec and spec.loader else None  # type: ignore[attr-defined]
        return code

    def find_distributions(self, context: Any = None) -> Iterable[importlib.metadata.Distribution]:
        if getattr(context, "name", None) in (None, "gensim") and not wheel_is_installed():  # which has its own
            yield importlib.metadata.PathDistribution(METADATA)


_FINDER = _Finder()


# ---- classes


def _lend_names(target: ModuleType, name: str) -> None:
    """Let the classes of npw2v that a module has go by gensim's name for it."""
    for each in getattr(target, "__all__", ()):
        value = vars(target).get(each)
        if isinstance(value, type) and value.__module__.startswith("npw2v."):
            _HOMES[value] = target.__name__, each
            value.__module__ = name
            copyreg.pickle(value, _reduce)


def _reduce(instance: Any) -> Any:
    """Pickle and copy an instance under the name of its class in npw2v: who reads it need not stand in for gensim."""
    make, arguments, *rest = instance.__reduce_ex__(4)
    if make is not copyreg.__newobj__:  # type: ignore[attr-defined]
        return (make, arguments, *rest)
    return (_new, (*_HOMES[type(instance)], *arguments[1:]), *rest)


def _new(module: str, name: str, *arguments: Any) -> Any:
    cls = getattr(importlib.import_module(module), name)
    return cls.__new__(cls, *arguments)


_new.__module__ = "npw2v.as_gensim"  # the path that pickles name, whatever becomes of this module


# ---- pytest, command line


def pytest_addoption() -> None:
    """Stand in as soon as pytest knows this plugin, before it imports anything that imports gensim."""
    install_as_gensim()


def main(arguments: list[str]) -> None:
    """Run a script, or with ``-m`` a module, that finds npw2v when it imports gensim."""
    as_module = arguments[:1] == ["-m"]
    command = arguments[as_module:]
    if not command or command[0].startswith("-"):
        raise SystemExit("usage: python -m npw2v.as_gensim (script.py | -m module) [arguments]")
    if not as_module and not os.path.exists(command[0]):
        raise SystemExit(f"python -m npw2v.as_gensim: there is no file {command[0]!r}")
    install_as_gensim()
    sys.argv[:] = command
    if as_module:
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = os.path.dirname(os.path.realpath(command[0]))
        runpy.run_path(command[0], run_name="__main__")
