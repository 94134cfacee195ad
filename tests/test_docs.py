"""Pages hold: their code runs, commands parse, links lead somewhere, names are there. Docstrings have one dialect."""

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
from npw2v.cli import COMMANDS, build_parser
from npw2v.corpus import toyworld
from tests.support.gensim_pickles import dumps, model_3_8
from tests.support.pages import blocks

ROOT = Path(__file__).parent.parent
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OTHERS = [*ROOT.glob("*.md"), *(ROOT / folder / "README.md" for folder in ("attacks", "data", "tests"))]
ALL = sorted({*GUIDES, *OTHERS})


def named(page):
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def folder(tmp_path):
    """The files that the pages speak of."""
    tmp_path.joinpath("gensim-3.model").write_bytes(dumps(model_3_8()))
    words = b"".join(b"%s " % word + np.zeros(3, np.float32).tobytes() + b"\n" for word in (b"</s>", b"cat", b"dog"))
    tmp_path.joinpath("word2vec.bin").write_bytes(b"3 3\n" + words)
    tmp_path.joinpath("word2vec.vocab").write_text("</s> 9\ncat 7\ndog 5\n")
    tmp_path.joinpath("fasttext.vec").write_text("3 2\ncat 1 0.1\ndog 1 0.2\ncar 0.1 1\n")
    tmp_path.joinpath("corpus.txt").write_text("\n".join(map(" ".join, toyworld.sentences(words=20_000))))
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


# ---- code on pages

PYTHON = ("python", "pycon")
#: How many blocks are not run may only become less.
NOT_RUN = 2


#: The page whose code needs Dask: tests/cluster/test_page.py runs it.
ON_CLUSTERS = ROOT / "docs" / "cluster.md"


@pytest.mark.parametrize(
    "page",
    [page for page in GUIDES if page != ON_CLUSTERS and {*PYTHON} & {b.language for b in blocks(page)}],
    ids=named,
)
def test_code_runs(page, folder):
    run(folder, "-X", "utf8", ROOT / "tests" / "support" / "pages.py", page)


def test_nearly_all_code_runs():
    code = [block for page in GUIDES for block in blocks(page) if block.language in PYTHON]
    assert len([block for block in code if block.reason]) <= NOT_RUN < len(code) / 10


def test_every_fence_is_a_block_that_was_looked_at():
    for page in GUIDES:
        assert page.read_text(encoding="utf-8").count("```") == 2 * len(blocks(page)) + 2 * directives(page), page


def directives(page):
    """Count the fences that are the site's alone."""
    return len(re.findall(r"^```{[\w-]+}", page.read_text(encoding="utf-8"), re.M))


def lines_of_shell():
    """Every line of shell on a page, without prompt and comment."""
    for page in GUIDES:
        for block in blocks(page):
            if block.language in ("sh", "console", "text", ""):
                yield from (line.strip().removeprefix("$ ") for line in block.text.splitlines())


LINES = sorted(set(lines_of_shell()))


@pytest.mark.parametrize(
    "command", [line for line in LINES if line.startswith("python -m npw2v.") or "pytest -p" in line]
)
def test_commands_of_python_run(folder, command):
    program, *arguments = shlex.split(command, comments=True)
    assert program == "python"
    run(folder, *arguments)


@pytest.mark.parametrize("command", [line for line in LINES if re.match(r"(\S+/)?npw2v ", line)])
def test_command_parses(command):
    words = shlex.split(command, comments=True)[1:]
    until = next((place for place, word in enumerate(words) if word in ("|", ">", "<", "&&", "&")), len(words))
    assert words[0] in COMMANDS
    assert build_parser(words[0]).parse_args(words[:until]).run


# ---- links between pages

LINK = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(([^()\s]+)\)")


def prose(page):
    """A page without code."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    return re.sub(r"``.*?``|`[^`\n]*`", "`code`", text)


def anchors(page):
    """What a forge calls the headings of a page."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ +(.+?) *$", text, re.M)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", ALL, ids=named)
def test_links_lead_somewhere(page):
    broken = []
    for link in LINK.findall(prose(page)):
        if re.match(r"https?://[\w.-]+\.\w+(/|$)", link):
            continue
        target, _, anchor = link.partition("#")
        there = (page.parent / target).resolve() if target else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(link)
    assert broken == []


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


def test_the_picture_of_a_block_is_what_the_kernels_compute():
    run(ROOT, "tools/draw_block.py", "--check")
