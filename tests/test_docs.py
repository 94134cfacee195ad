"""The examples of docs/migration.md run; what pages name is there; docstrings have one dialect."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
import textwrap
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import npw2v
from tests.support.gensim_pickles import dumps, model_3_8

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "migration.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]


@pytest.fixture
def folder(tmp_path):
    """The files that the page speaks of."""
    tmp_path.joinpath("gensim-3.model").write_bytes(dumps(model_3_8()))
    words = b"".join(b"%s " % word + np.zeros(3, np.float32).tobytes() + b"\n" for word in (b"</s>", b"cat", b"dog"))
    tmp_path.joinpath("word2vec.bin").write_bytes(b"3 3\n" + words)
    tmp_path.joinpath("word2vec.vocab").write_text("</s> 9\ncat 7\ndog 5\n")
    tmp_path.joinpath("corpus.txt").write_text("cat say meow\ndog say woof\n" * 20)
    program = "import gensim.models\nassert gensim.models.Word2Vec.__init__.__module__ == 'npw2v.word2vec'\n"
    for name in ("script.py", "module.py"):
        tmp_path.joinpath(name).write_text(program)
    tmp_path.joinpath("tests").mkdir()
    tmp_path.joinpath("tests", "test_it.py").write_text("def test_it():\n" + textwrap.indent(program, "    "))
    return tmp_path


def run(folder, *arguments):
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_citation_has_the_version_of_the_package():
    assert f"\nversion: {npw2v.__version__}\n" in (ROOT / "CITATION.cff").read_text()


def test_sessions(folder):
    sessions = blocks("pycon")
    assert sum(session.count(">>> ") for session in sessions) > 20
    folder.joinpath("page.txt").write_text("\n".join(sessions), encoding="utf-8")
    run(folder, "-X", "utf8", "-m", "doctest", "page.txt")


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(folder, command):
    program, *arguments = shlex.split(command)
    assert program == "python"
    run(folder, *arguments)


# ---- what pages name

PAGES = [
    "docs/architecture.md",
    "CONTRIBUTING.md",
    "tests/README.md",
]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def is_there(name):
    """Whether a name, a path or a make target exists; what looks like none of them is taken to be there."""
    if name.startswith("make "):
        return {word for word in name.split()[1:] if "=" not in word} <= TARGETS
    if name.startswith("npw2v."):
        return is_defined(name)
    if re.fullmatch(r"[\w./-]+/[\w./-]*|[\w.-]+\.(py|md|toml|json|txt)|Makefile", name):
        folders = (ROOT, ROOT / "npw2v", ROOT / "tests")
        return any((folder / name).exists() for folder in folders)
    return True


def is_defined(name):
    module, attributes = name, []
    while module:
        try:
            found = import_module(module)
        except ModuleNotFoundError:
            module, _, attribute = module.rpartition(".")
            attributes.insert(0, attribute)
            continue
        for attribute in attributes:
            if not hasattr(found, attribute):
                return attribute in getattr(found, "__annotations__", {})
            found = getattr(found, attribute)
        return True
    return False


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page):
    text = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    names = set(re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text))
    assert names
    assert [name for name in sorted(names) if not is_there(name)] == []


# ---- docstrings

#: Words of a type. An entry without text below it has no others; what is in parentheses or quotes does not count.
WORD_OF_A_TYPE = re.compile(
    r"""a | an | and | any | arrays? | bags? | binary | bool | bytes | callable | callbacks | complex | dict | dtype
    | file | float | function | int | iterables? | iterator | keys? | lists? | mapping | module | none | number
    | objects? | of | optional | or | pairs? | path | rows? | sequences? | set | shape | str | to | tuple | type
    | vectors? | words? | [A-Z][\w.\[\]]* | u?(int|float)\d+ | [a-z]+\.\w+ |""",
    re.VERBOSE,
)


def entries(docstring):
    """What is after the colon in those entries of parameters and attributes that have no text below."""
    sections = r"^(?:Other Parameters|Parameters|Attributes)\n-+\n(.*?)(?=^\w[\w ]*\n--|\Z)"
    for section in re.findall(sections, docstring, re.MULTILINE | re.DOTALL):
        yield from re.findall(r"^[\w*][^\n:]* : ([^\n]+)$(?!\n {4})", section, re.MULTILINE)


def is_a_type(text):
    words = re.split(r"[\s,|]+", re.sub(r"\((?:[^()]|\(.*?\))*\)|\{.*?\}|`.*?`|[\"'].*?[\"']|:class:", " ", text))
    return all(map(WORD_OF_A_TYPE.fullmatch, words))


def test_entries_of_docstrings_have_a_type_after_the_colon():
    found = {}
    for path in (ROOT / "npw2v").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                wrong = [entry for entry in entries(ast.get_docstring(node) or "") if not is_a_type(entry)]
                if wrong:
                    found.setdefault(path.relative_to(ROOT).as_posix(), []).extend(wrong)
    assert found == {}


# ---- commands


def test_the_page_of_commands_says_what_the_commands_do():
    run(ROOT, "tools/write_commands.py", "--check")
