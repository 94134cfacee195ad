"""Every folder of npw2v imports only what stands above it, and the test of a module is found by its name.

`ALLOWED`, `LOCAL`, `ELSEWHERE` and `WITHOUT_MODULE` name what is not so, each with its reason. They may only shrink: an
entry that is no longer needed makes a test fail.
"""

from __future__ import annotations

import ast
from pathlib import Path

import npw2v

PACKAGE = Path(npw2v.__file__).parent
UNIT = Path(__file__).parent / "unit"

#: From the bottom of the building to its top: each may import what is named before it, types included.
LAYERS = [
    *("errors", "checks", "logs", "watch"),
    *("kernels", "formats", "corpus", "vocabulary", "vectors", "explorer", "phrases", "training"),
    "word2vec",
    "distributed",
]
GENSIM = [
    *("corpora", "interfaces", "models", "parsing", "scripts", "similarities", "test", "topic_coherence", "utils"),
    *("downloader", "matutils", "as_gensim"),
]
TOP = ["compat", "cli", "__main__", *GENSIM]

#: Names that older versions of gensim had. All may import it, and it imports nothing.
LEAF = "compat.oldnames"

#: Imports upwards or in a circle.
ALLOWED: dict[str, str] = {}

#: Imports of the package inside a function.
LOCAL = {
    "formats.reading -> formats.gensim": "few programs read these, and their old layouts take time to define",
    "vectors.files -> formats.safetensors": "few programs read or write these, and it takes time to import",
    "word2vec -> training.replay.scalar": "few programs replay, and SciPy's BLAS takes time to import",
}

#: Modules that are tested under another name.
ELSEWHERE = {
    "compat.as_gensim": "in processes of their own: behaviour/test_stand_in.py",
    "corpus.toyworld.animals": "a table of words: test_toyworld.py",
    "corpus.toyworld.clusters": "a table of words: test_toyworld.py",
    "corpus.toyworld.countries": "a table of words: test_toyworld.py",
    "corpus.toyworld.grammar": "a table of words: test_toyworld.py",
    "corpus.toyworld.people": "a table of words: test_toyworld.py",
    "distributed.cluster": "on clusters: tests/cluster",
    "distributed.flights": "on clusters: tests/cluster",
    "distributed.training": "on clusters: tests/cluster",
    "training.backends": "protocols",
    "training.backends.processes": "in processes of their own: behaviour/test_processes.py",
    "training.replay.reports": "plain values",
    "training.settings": "plain values",
}

#: Tests of something else than one module.
WITHOUT_MODULE = {}


def modules():
    """The source of every module by its dotted name within the package, whose own name is empty."""
    files = (path for path in PACKAGE.rglob("*.py") if "standin" not in path.parts)
    names = {path: ".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in files}
    return {
        name.removesuffix("__init__").strip("."): ast.parse(path.read_text("utf-8")) for path, name in names.items()
    }


MODULES = modules()


def imported(tree):
    """What a tree imports of the package, wherever in it. A public name stands for the module that defines it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from map(home, (alias.name for alias in node.names if alias.name.partition(".")[0] == "npw2v"))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            if node.module.partition(".")[0] == "npw2v":
                yield from (home(f"{node.module}.{alias.name}") for alias in node.names)


def used(tree):
    """What a tree uses as an attribute of the package, as in ``npw2v.Word2Vec``."""
    attributes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return {home(f"npw2v.{node.attr}") for node in attributes if ast.unparse(node.value) == "npw2v"}


def home(name):
    """The module of a dotted name."""
    name = name.partition(".")[2]
    name = npw2v._HOME.get(name, f"npw2v.{name}").partition(".")[2]
    return name if name in MODULES else name.rpartition(".")[0]


EDGES = {(name, other) for name, tree in MODULES.items() for other in {*imported(tree), *used(tree)} if name and other}


def level(module):
    if module == LEAF:
        return -1
    folder = module.partition(".")[0]
    return LAYERS.index(folder) if folder in LAYERS else len(LAYERS)


def reachable(start, edges):
    found, new = set(), {start}
    while new:
        found |= new
        new = {other for name, other in edges if name in new} - found
    return found


def compare(found, known):
    """Nothing but what is known to be so, and the list of what is known names nothing else."""
    assert not found - set(known), "against the rule"
    assert not set(known) - found, "no longer so: take it off the list"


def test_every_module_stands_in_a_layer():
    assert {name.partition(".")[0] for name in MODULES if name} == {*LAYERS, *TOP}


def test_no_import_upwards_and_no_circle():
    upwards = {edge for edge in EDGES if level(edge[0]) < level(edge[1]) or edge[0] == LEAF}
    rest = EDGES - upwards
    circles = {edge for edge in rest if edge[0] != edge[1] and edge[0] in reachable(edge[1], rest)}
    compare({f"{name} -> {other}" for name, other in upwards | circles}, ALLOWED)


def test_imports_stand_at_the_top_of_a_module():
    inside = {
        f"{name} -> {other}"
        for name, tree in MODULES.items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for other in imported(function)
    }
    compare(inside, LOCAL)


def test_the_package_is_found_at_a_glance():
    apart = {"__init__.py", "__main__.py", "py.typed", "__pycache__", *GENSIM}
    entries = {path.name for path in PACKAGE.iterdir()} - apart
    assert len(entries - {f"{name}.py" for name in GENSIM}) <= 16


def file_of(module):
    """The file of the tests of a module; those of a package stand in its folder, under its name."""
    *folder, name = module.split(".")
    return UNIT.joinpath(*folder, *[name] * PACKAGE.joinpath(*folder, name).is_dir(), f"test_{name}.py")


def test_every_module_has_a_test_of_its_name():
    without = set()
    for name, tree in MODULES.items():
        defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        if defined - {"__getattr__", "__dir__"} and not file_of(name).exists():
            without.add(name)
    compare(without, ELSEWHERE)


def test_every_test_of_a_module_has_that_module():
    files = {path.relative_to(UNIT).as_posix() for path in UNIT.rglob("test_*.py")}
    compare(files - {file_of(name).relative_to(UNIT).as_posix() for name in MODULES}, WITHOUT_MODULE)
