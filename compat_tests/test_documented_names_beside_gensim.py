"""docs/compatibility.md has one row for every public name of gensim's modules, and what the rows say is so."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from compat_tests import test_bad_input_of_models_beside_gensim as bad_input_of_models
from compat_tests import test_bad_input_of_vectors_beside_gensim as bad_input_of_vectors
from compat_tests import test_phrases_beside_gensim as phrases
from compat_tests.test_public_names_beside_gensim import MODULES, REFUSED, public_names
from tools.gensim_suites import PASSED

pytestmark = pytest.mark.skipif(find_spec("annoy") is None, reason="some names are those of an index: no annoy here")

PAGE = Path(__file__).parents[1] / "docs" / "compatibility.md"
SENTENCES = [["cat", "say", "meow"], ["dog", "say", "woof"]] * 3

#: Methods by which the bad-input tests reach what they cannot call directly.
REACHED = {
    "construct": "",
    "count_is": "build_vocab_from_freq",
    "scan_and_prepare": "prepare_vocab",
    "save_and_load": "load",
    "analyze": "analyze_sentence",
}


# ---- the page


def tables() -> tuple[dict[str, list[str]], dict[str, list[tuple[str, str, str]]]]:
    """Return the cells of each numbered difference, and the rows (name, verdict, note) by module."""
    differences: dict[str, list[str]] = {}
    rows: dict[str, list[tuple[str, str, str]]] = {}
    module = ""
    for line in PAGE.read_text().splitlines():
        if line.startswith("#"):
            found = re.search(r"`gensim\.([\w.]+)`", line)
            module = found[1] if found else ""
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if re.fullmatch(r"[A-Z]\d+", cells[0] if cells else ""):
            assert cells[0] not in differences, f"two differences have the number {cells[0]}"
            differences[cells[0]] = cells[1:]
        elif cells and module:
            rows.setdefault(module, []).extend(
                (name, cells[1], cells[2]) for name in re.findall(r"`([^`]+)`", cells[0])
            )
    return differences, rows


DIFFERENCES, ROWS = tables()


def rows_of(verdict: str) -> list[tuple[str, str, str]]:
    return [(module, name, note) for module, rows in ROWS.items() for name, said, note in rows if said == verdict]


def numbers(note: str) -> list[str]:
    return re.findall(r"\b[A-Z]\d+\b", note)


# ---- gensim's names


@cache
def objects(package: str) -> dict[str, Any]:
    """Return objects with all attributes that their classes give them, by module and class."""
    models, similarities = (import_module(f"{package}.{name}") for name in ("models", "similarities"))
    word2vec: ModuleType = import_module(f"{package}.models.word2vec")
    corpusfile: ModuleType = import_module(f"{package}.models.word2vec_corpusfile")
    utils: ModuleType = import_module(f"{package}.utils")
    annoy: ModuleType = import_module(f"{package}.similarities.annoy")
    model = models.Word2Vec(SENTENCES, min_count=1, vector_size=4, hs=1)
    model.wv.fill_norms()
    phrases = models.Phrases(SENTENCES, min_count=1, threshold=0.1)
    text = str(PAGE)
    return {
        "models.word2vec.Word2Vec": model,
        "models.word2vec.LineSentence": word2vec.LineSentence(text),
        "models.word2vec.PathLineSentences": word2vec.PathLineSentences(text),
        "models.word2vec.Text8Corpus": word2vec.Text8Corpus(text),
        "models.word2vec.BrownCorpus": word2vec.BrownCorpus(text),
        "models.word2vec_corpusfile.CythonLineSentence": corpusfile.CythonLineSentence(text),
        "models.keyedvectors.KeyedVectors": model.wv,
        "models.phrases.Phrases": phrases,
        "models.phrases.FrozenPhrases": phrases.freeze(),
        "similarities.annoy.AnnoyIndexer": annoy.AnnoyIndexer(model, 2),
        "similarities.termsim.UniformTermSimilarityIndex": similarities.UniformTermSimilarityIndex({0: "a"}),
        "similarities.termsim.WordEmbeddingSimilarityIndex": similarities.WordEmbeddingSimilarityIndex(model.wv),
        "utils.RepeatCorpus": utils.RepeatCorpus(SENTENCES, 2),
        "utils.RepeatCorpusNTimes": utils.RepeatCorpusNTimes(SENTENCES, 2),
        "utils.ClippedCorpus": utils.ClippedCorpus(SENTENCES, 2),
    }


def members(module: str, name: str) -> list[str]:
    """Return the public methods and attributes of a class of gensim's; what it has from SaveLoad, for models only."""
    cls = getattr(import_module(f"gensim.{module}"), name)
    if not isinstance(cls, type) or issubclass(cls, tuple):
        return []
    if (cls.__module__, cls.__name__) != (f"gensim.{module}", name):  # another name, or another module's
        return []
    found = {*dir(cls), *getattr(objects("gensim").get(f"{module}.{name}"), "__dict__", ())}
    if name not in ("Word2Vec", "KeyedVectors", "Phrases", "FrozenPhrases", "SaveLoad"):
        found -= {"add_lifecycle_event", "load", "save", "lifecycle_events"} - vars(cls).keys()
    return sorted(f"{name}.{each}" for each in found if not each.startswith("_"))


def all_names(module: str) -> list[str]:
    """Return the public names of one of gensim's modules and their members, by their place in the module."""
    start = f"{module}."
    refused = [full.removeprefix(start) for full in REFUSED if full.startswith(start)]
    names = [*public_names(module), *(name for name in refused if "." not in name)]
    if module.startswith("scripts."):
        names.append(f"python -m gensim.{module}")
    listed = [name for name in names if hasattr(import_module(f"gensim.{module}"), name) or " " in name]
    return listed + [each for name in public_names(module) if name[0] != "_" for each in members(module, name)]


# ---- tests


def test_the_number_of_gensims_tests():
    assert f"All {sum(PASSED.values())} pass" in PAGE.read_text()


def test_the_modules_on_the_page():
    assert list(ROWS) == list(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_every_name_has_one_row(module):
    assert sorted(name for name, _, _ in ROWS[module]) == sorted(all_names(module))


def test_verdicts():
    rows = [(f"{module}.{name}", verdict, note) for module, found in ROWS.items() for name, verdict, note in found]
    assert {verdict for _, verdict, _ in rows} == {"same", "better", "refused"}
    assert [name for name, verdict, note in rows if (verdict == "better") != bool(numbers(note))] == []
    assert [name for name, verdict, note in rows if verdict == "refused" and not note] == []


def test_rows_and_differences_belong_together():
    cited = {number for _, _, note in rows_of("better") for number in numbers(note)}
    assert cited == set(DIFFERENCES)


def test_every_difference_says_what_gensim_does_what_we_do_and_why():
    assert [number for number, cells in DIFFERENCES.items() if len(cells) != 3 or not all(cells)] == []


def find(module: str, name: str) -> Any:
    """Return what npw2v has by this name, of an object if the class itself has it not."""
    where, _, attribute = name.rpartition(".")
    owner = import_module(f"npw2v.{module}")
    for part in where.split(".") if where else ():
        owner = getattr(owner, part)
    if hasattr(owner, attribute):
        return getattr(owner, attribute)
    return getattr(objects("npw2v").get(f"{module}.{where}", owner), attribute)


@pytest.mark.parametrize("verdict", ["same", "better"])
def test_names_that_are_not_refused_are_there(verdict):
    for module, name, _ in rows_of(verdict):
        if name.startswith("python -m "):
            assert callable(import_module(name.removeprefix("python -m ").replace("gensim", "npw2v")).main)
        else:
            find(module, name)


@pytest.mark.parametrize("module, name", [row[:2] for row in rows_of("refused")])
def test_names_that_are_refused_raise(module, name):
    with pytest.raises((AttributeError, NotImplementedError), match=name.rpartition(".")[2]):
        find(module, name)()


def test_methods_that_take_bad_input_otherwise_are_not_called_the_same():
    same = {f"{module}.{name}" for module, name, _ in rows_of("same")}
    for place, tests in (
        ("models.keyedvectors.KeyedVectors", bad_input_of_vectors),
        ("models.word2vec.Word2Vec", bad_input_of_models),
        ("models.phrases.Phrases", phrases),
    ):
        methods = {call.name: REACHED.get(call.method, call.method) for call in tests.CALLS}
        called = {methods[call.split(".")[0]] for entry in tests.DIFFERENCES for call in entry.calls.split()}
        assert {f"{place}.{method}".rstrip(".") for method in called} & same == set()
