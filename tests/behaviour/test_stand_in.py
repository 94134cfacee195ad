"""npw2v standing in for gensim, in processes of its own that have no gensim."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

import npw2v
from npw2v.as_gensim import main, write_wheel

ROOT = str(Path(npw2v.__file__).parents[1])
INSTALL = "import npw2v; npw2v.install_as_gensim()\n"
GENSIMS_NAMES = json.loads((Path(__file__).parents[1] / "data" / "gensims_names.json").read_text(encoding="utf8"))
OTHER_PACKAGES = ("gensim.similarities.annoy", "gensim.similarities.nmslib")
MODEL = 'Word2Vec([["cat", "say", "meow"], ["dog", "say", "woof"]] * 3, vector_size=4, min_count=1)\n'


@pytest.fixture(scope="module")
def without_gensim(tmp_path_factory):
    """A folder of all installed packages but gensim."""
    packages = tmp_path_factory.mktemp("packages")
    for installed in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not installed.name.startswith(("gensim", "__")) and installed.suffix != ".pth":
            (packages / installed.name).symlink_to(installed)
    return str(packages)


@pytest.fixture
def python(without_gensim, tmp_path):
    """Run Python, without gensim, in an empty folder; return what it wrote to both its outputs."""

    def run(*arguments: str, status: int = 0, path: tuple[str, ...] = (ROOT,)) -> str:
        done = subprocess.run(
            [sys.executable, "-S", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([*path, without_gensim])},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        assert done.returncode == status, done.stdout
        return done.stdout

    run.path = os.pathsep.join([ROOT, without_gensim])
    return run


def test_gensim_is_absent_where_these_tests_run(python):
    assert "No module named 'gensim'" in python("-c", "import gensim", status=1)


def test_module_paths(python):
    python(
        "-c",
        INSTALL
        + """
import gensim
import gensim.models.word2vec as word2vec, gensim.models.keyedvectors
from gensim import matutils, models, utils
from gensim.corpora import Dictionary
from gensim.corpora.dictionary import Dictionary as SameDictionary
from gensim.models import KeyedVectors, Phrases, Word2Vec
from gensim.models.callbacks import CallbackAny2Vec
from gensim.models.phrases import Phraser
from gensim.models.word2vec import *
from gensim.scripts.glove2word2vec import glove2word2vec
from gensim.test.utils import common_texts, datapath, get_tmpfile
assert gensim.models.Word2Vec is Word2Vec is word2vec.Word2Vec is npw2v.Word2Vec
assert gensim.models.keyedvectors.KeyedVectors is KeyedVectors is npw2v.KeyedVectors
assert gensim.models.keyedvectors.Word2VecKeyedVectors is KeyedVectors
assert LineSentence is npw2v.LineSentence and CallbackAny2Vec is npw2v.CallbackAny2Vec
assert utils.simple_preprocess("Some words") == ["some", "words"]
assert gensim.utils.RULE_KEEP == 2 and models is gensim.models and Dictionary is SameDictionary
assert {"models", "utils", "corpora"} <= {*dir(gensim)}, dir(gensim)
assert {"Word2Vec", "word2vec", "doc2vec", "Doc2Vec"} <= {*dir(models)}, dir(models)
assert word2vec.__name__ == "gensim.models.word2vec"
assert Word2Vec(common_texts, min_count=1).wv.most_similar("graph")
""",
    )


def test_version(python):
    versions = 'from importlib.metadata import version; import gensim; print(version("gensim"), gensim.__version__)'
    assert python("-c", INSTALL + versions) == "4.4.0 4.4.0\n"


def test_installing_twice_is_installing_once(python):
    python("-c", INSTALL + INSTALL + 'import os; assert os.environ["PYTHONPATH"].count("standin") == 1')


def test_installing_after_gensim_was_imported(python):
    fake = 'import sys, types; sys.modules["gensim"] = types.ModuleType("gensim")\n'
    said = python("-c", fake + INSTALL, status=1)
    assert "RuntimeError: gensim has already been imported" in said
    assert "before anything imports gensim" in said


def test_importing_does_not_install(python):
    python(
        "-c", "import npw2v.as_gensim, sys\nassert not any(hasattr(f, 'find_distributions') for f in sys.meta_path[:1])"
    )


class TestClasses:
    def test_go_by_gensims_name(self, python):
        python(
            "-c",
            INSTALL
            + f"from npw2v import Word2Vec\nmodel = {MODEL}"
            + """
assert str(type(model)) == "<class 'gensim.models.word2vec.Word2Vec'>"
assert str(type(model.wv)) == "<class 'gensim.models.keyedvectors.KeyedVectors'>"
assert npw2v.LineSentence.__module__ == "gensim.models.word2vec"
""",
        )

    def test_pickles_and_copies(self, python, tmp_path):
        python(
            "-c",
            INSTALL
            + f"from gensim.models import Word2Vec\nfrom gensim.models.word2vec import Heapitem\nmodel = {MODEL}"
            + """
import copy, pickle
class Mine(Word2Vec):
    pass
assert (copy.deepcopy(model).wv["cat"] == model.wv["cat"]).all() and copy.copy(model.wv) is not model.wv
assert type(copy.copy(Mine())) is Mine and type(pickle.loads(pickle.dumps(Mine()))) is Mine
assert copy.copy(Heapitem(1, 2, None, None)) == Heapitem(1, 2, None, None)
content = pickle.dumps([model, Heapitem(1, 2, None, None)])
assert b"gensim.models" not in content
open("model.pickle", "wb").write(content)
""",
        )
        python(
            "-c",
            """
import pickle
model, item = pickle.load(open("model.pickle", "rb"))
assert model.wv.most_similar("cat", topn=1) and model.train([["cat", "dog"]], total_examples=1, epochs=1)[1] == 2
print(type(model), type(model.wv), item)
""",
        )

    def test_saved_models_load_without_standing_in(self, python):
        python("-c", INSTALL + f"from gensim.models import Word2Vec\nmodel = {MODEL}model.save('model')")
        assert python("-c", "import npw2v; print(npw2v.Word2Vec.load('model'))").startswith("Word2Vec<vocab=5")

    def test_log_messages_go_where_gensims_go(self, python):
        said = python(
            "-c",
            INSTALL
            + """
import logging
import gensim.models.word2vec
logging.basicConfig(level=logging.INFO)
logging.getLogger("gensim").setLevel(logging.ERROR)
def train():
    gensim.models.Word2Vec([["a", "b"]] * 5, min_count=1, epochs=1).wv.doesnt_match(["a", "c"])
train()
gensim.logger.setLevel(logging.INFO)
logging.getLogger("gensim.models.word2vec").setLevel(logging.ERROR)
gensim.utils.logger.setLevel(logging.ERROR)
train()
print("--", flush=True)
gensim.models.keyedvectors.logger.setLevel(logging.ERROR)
train()
gensim.models.word2vec.logger.setLevel(logging.INFO)
gensim.models.Word2Vec([["a", "b"]] * 5, min_count=1).build_vocab_from_freq({"a": 1})
""",
        )
        first, _, second = said.partition("--\n")
        heard = "WARNING:gensim.models.keyedvectors:vectors for words ['c'] are not present in the model"
        assert first.startswith(heard)
        assert first.count("\n") == 1
        names = {line.split(":")[1] for line in second.splitlines()}
        assert names == {"gensim.models.word2vec"}


class TestRefusals:
    def test_imports(self, python):
        refused = {
            "import gensim.sklearn_api": "gensim.sklearn_api",
            "from gensim.models import NoModel": "gensim.models.NoModel",
            "from gensim.models.word2vec import nonsense": "gensim.models.word2vec.nonsense",
            "from gensim import summarization": "gensim.summarization",
            "import gensim.test.test_word2vec": "gensim.test.test_word2vec",
        }
        attempts = f"""
for statement in {list(refused)}:
    try:
        exec(statement)
    except ModuleNotFoundError as error:
        print(error)
"""
        said = python("-c", INSTALL + attempts).splitlines()
        expected = [f"npw2v stands in for gensim here and does not provide {missing}:" for missing in refused.values()]
        assert [line[: len(start)] for line, start in zip(said, expected, strict=True)] == expected

    def test_every_public_name_of_gensims_can_be_imported(self, python):
        names = {name: found for name, found in GENSIMS_NAMES.items() if name not in OTHER_PACKAGES}
        python(
            "-c",
            INSTALL
            + f"""
from importlib import import_module
from npw2v.compat.refused import NAMES, RefusedClass
refused = 0
for module, names in {names}.items():
    for name in names:
        scope = {{}}
        exec(f"from {{module}} import {{name}}", scope)
        value = scope[name]
        if name not in NAMES.get(module.partition(".")[2], "").split():
            continue
        refused += 1
        if isinstance(value, RefusedClass):
            type(name, (value,), {{}})
        try:
            value()
        except NotImplementedError as error:
            start = f"npw2v stands in for gensim here and does not provide {{module}}.{{name}}: "
            assert str(error).startswith(start), error
        else:
            raise AssertionError(f"{{module}}.{{name}} can be called")
assert refused > 100, refused
import gensim
assert gensim.models.ldamodel.LdaModel is gensim.models.LdaModel
assert str(gensim.models.LdaModel) == "<class 'gensim.models.ldamodel.LdaModel'>"
assert gensim.interfaces.TransformationABC and gensim.topic_coherence.segmentation.s_one_pre
""",
        )

    def test_scripts(self, python):
        said = python("-m", "npw2v.as_gensim", "-m", "gensim.scripts.make_wikicorpus", status=1)
        assert "npw2v stands in for gensim here and does not provide gensim.scripts.make_wikicorpus: " in said

    def test_asking_for_a_module_imports_nothing_and_raises_nothing(self, python):
        python(
            "-c",
            INSTALL
            + """
import sys
from importlib.util import find_spec
sys.modules["nmslib"] = None
import gensim
assert find_spec("gensim.nothing") is None and find_spec("gensim.models.nothing") is None
assert find_spec("gensim.models.word2vec") is not None
assert not hasattr(gensim.similarities, "nmslib") and hasattr(gensim.similarities, "termsim")
try:
    from gensim.similarities import nmslib
except ImportError as error:
    assert "pip install nmslib" in str(error), error
""",
        )

    def test_attributes(self, python):
        said = python("-c", INSTALL + "import gensim\ngensim.models.NoModel", status=1)
        assert "AttributeError: npw2v stands in for gensim here and does not provide gensim.models.NoModel" in said
        python(
            "-c", INSTALL + "import gensim\nassert not hasattr(gensim, 'Word2Vec') and not hasattr(gensim, 'nothing')"
        )

    def test_what_can_be_imported_but_not_used(self, python):
        python(
            "-c",
            INSTALL
            + f"from gensim.models import Doc2Vec, FastText, Word2Vec\nmodel = {MODEL}"
            + """
import gensim.models.doc2vec
from gensim.models.doc2vec import TaggedDocument
from gensim.models.fasttext import FastTextKeyedVectors, load_facebook_model
from gensim.models.keyedvectors import FastTextKeyedVectors as Same

def refused(what, error, *arguments):
    try:
        what(*arguments)
    except error as caught:
        return str(caught).startswith("npw2v stands in for gensim here and does not provide gensim.")
    return False

class Mine(Doc2Vec):
    pass

assert Same is FastTextKeyedVectors and gensim.models.doc2vec.Doc2Vec is Doc2Vec
assert not isinstance(model, (Doc2Vec, FastText)) and not isinstance(model.wv, FastTextKeyedVectors)
assert str(Doc2Vec) == "<class 'gensim.models.doc2vec.Doc2Vec'>"
for what in (Doc2Vec, FastText, FastTextKeyedVectors, Mine):
    assert refused(what, NotImplementedError)
assert refused(TaggedDocument, NotImplementedError, ["a"], [0])
assert refused(load_facebook_model, NotImplementedError, "cc.en.300.bin")
assert refused(lambda: Doc2Vec.load("model"), AttributeError)
""",
        )


def test_downloader(python, tmp_path):
    """The folder that a program sets is where data are; the program that gensim left there does not run."""
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "__init__.py").write_text("raise SystemExit('code was run')")
    (tmp_path / "toy" / "toy.gz").write_text("2 2\nking 1 0\nqueen 0 1\n")
    python(
        "-c",
        INSTALL
        + f"""
import gensim.downloader as api
from gensim.downloader import base_dir
assert api.base_dir == api.BASE_DIR == base_dir
api.BASE_DIR = {str(tmp_path)!r}
assert api.load("toy", return_path=True) == {str(tmp_path / "toy" / "toy.gz")!r}
assert type(api.load("toy")).__name__ == "KeyedVectors" and api.load("toy")["queen"].tolist() == [0, 1]
""",
    )
    assert "--download NAME" in python("-m", "npw2v.as_gensim", "-m", "gensim.downloader", "-h")


class TestChildren:
    def test_scripts(self, python, tmp_path):
        (tmp_path / "corpus.txt").write_text("the cat sat on the mat\n" * 20)
        train = ["-train", "corpus.txt", "-output", "vectors.txt", "-size", "5", "-min_count", "1", "-iter", "1"]
        said = python(
            "-c",
            INSTALL
            + f"""
import subprocess, sys
print(subprocess.check_output([sys.executable, "-S", "-m", "gensim.scripts.word2vec_standalone", *{train}]))
""",
        )
        assert said.splitlines()[-1] == "b''"
        assert (tmp_path / "vectors.txt").read_text().startswith("5 5\n")

    def test_metadata_is_there_before_gensim_is_imported(self, python):
        child = 'from importlib.metadata import version; print(version("gensim"), __import__("gensim").models.Word2Vec)'
        said = python(
            "-c", INSTALL + f"import subprocess, sys\nsubprocess.run([sys.executable, '-S', '-c', {child!r}])"
        )
        assert said == "4.4.0 <class 'gensim.models.word2vec.Word2Vec'>\n"

    def test_that_multiprocessing_spawns(self, python, tmp_path):
        (tmp_path / "spawning.py").write_text(
            """
import multiprocessing
from gensim.models import KeyedVectors

def name(vectors):
    return str(type(vectors))

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(name, [KeyedVectors(2)]))
"""
        )
        assert "gensim.models.keyedvectors.KeyedVectors" in python("-m", "npw2v.as_gensim", "spawning.py")

    def test_that_would_not_find_npw2v(self, python, without_gensim):
        standin = os.path.join(ROOT, "npw2v", "compat", "standin")
        said = python("-c", "import gensim, npw2v; print(gensim.models.Word2Vec is npw2v.Word2Vec)", path=(standin,))
        assert said == "True\n"


class TestWheel:
    """The wheel of `npw2v.compat.wheel`, unpacked into a folder or installed."""

    @pytest.fixture
    def links(self, tmp_path):
        return os.path.dirname(write_wheel(tmp_path / "links", force=True))

    @pytest.fixture
    def site(self, links, tmp_path):
        with ZipFile(os.path.join(links, os.listdir(links)[0])) as wheel:
            wheel.extractall(tmp_path / "site")
        return str(tmp_path / "site")

    def test_importing_gensim_finds_npw2v(self, python, site):
        python(
            "-c",
            """
import os, pickle, sys
from importlib.metadata import files, version
from importlib.util import find_spec
assert find_spec("gensim") is not None and "npw2v" not in sys.modules and version("gensim") == "4.4.0+npw2v"
import gensim
from gensim.models import Word2Vec
import gensim.models.keyedvectors, npw2v
assert Word2Vec is npw2v.Word2Vec and gensim.models.KeyedVectors is npw2v.KeyedVectors
assert gensim.__version__ == "4.4.0" and version("gensim") == "4.4.0+npw2v" and files("gensim")
assert find_spec("gensim.nothing") is None and find_spec("gensim.models.word2vec").loader is not None
assert pickle.loads(b"cgensim.models.word2vec\\nWord2Vec\\n.") is Word2Vec
assert "standin" not in os.environ["PYTHONPATH"] + "".join(sys.path)
npw2v.install_as_gensim()
""",
            path=(site, ROOT),
        )

    def test_a_name_of_gensims_in_a_pickle_is_enough(self, python, site):
        program = 'import pickle; print(pickle.loads(b"cgensim.models.keyedvectors\\nKeyedVectors\\n."))'
        assert "gensim.models.keyedvectors.KeyedVectors" in python("-c", program, path=(site, ROOT))

    def test_children_find_it_as_their_parent_does(self, python, site):
        program = "import subprocess, sys, gensim; subprocess.run([sys.executable, '-S', '-m', 'gensim.test.child'])"
        assert "No module named gensim.test.child" in python("-c", program, path=(site, ROOT))

    def test_it_is_no_gensim_that_stands_in_the_way(self, python, site):
        program = "from npw2v.as_gensim import installed_gensim; print(installed_gensim())\n" + INSTALL
        version = "from importlib.metadata import version; print(version('gensim'))"
        assert python("-c", program + version, path=(site, ROOT)) == "None\n4.4.0+npw2v\n"

    def test_without_npw2v_it_says_what_to_install(self, python, site):
        said = python("-c", "import gensim", status=1, path=(site,)).splitlines()[-1]
        assert said.startswith("ModuleNotFoundError: gensim is npw2v's stand-in here, and npw2v itself is not")

    def test_nothing_is_left_of_it_when_it_is_uninstalled(self, python, links, tmp_path):
        pytest.importorskip("pip")
        venv.create(tmp_path / "venv", with_pip=False)
        scheme = "nt" if os.name == "nt" else "posix_prefix"  # the one called "venv" came with Python 3.11
        interpreter = sysconfig.get_path("scripts", scheme, {"base": str(tmp_path / "venv")})
        interpreter = os.path.join(interpreter, os.path.basename(sys.executable))
        before = sorted((tmp_path / "venv").rglob("*"))
        pip = [sys.executable, "-m", "pip", "--python", interpreter, "--disable-pip-version-check"]
        install = [*pip, "install", "--no-index", "--no-deps", "--find-links", links, "gensim>=4.3,<5"]
        assert "Successfully installed gensim-4.4.0+npw2v" in subprocess.check_output(install, text=True)
        program = "import gensim; print(gensim.__version__)"
        environment = {**os.environ, "PYTHONPATH": python.path}
        assert subprocess.check_output([interpreter, "-c", program], env=environment, text=True) == "4.4.0\n"
        subprocess.run([*pip, "uninstall", "--quiet", "--yes", "gensim"], check=True)
        assert sorted((tmp_path / "venv").rglob("*")) == before


class TestCommandLine:
    def test_a_script(self, python, tmp_path):
        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / "beside.py").write_text("import gensim\nversion = gensim.__version__\n")
        (folder / "script.py").write_text("import sys, beside\nprint(__name__, beside.version, sys.argv)\n")
        said = python("-m", "npw2v.as_gensim", "folder/script.py", "-m", "x")
        assert said == "__main__ 4.4.0 ['folder/script.py', '-m', 'x']\n"

    def test_a_module(self, python, tmp_path):
        (tmp_path / "program.py").write_text("import gensim, sys\nprint(__name__, gensim.__version__, sys.argv[1:])\n")
        assert python("-m", "npw2v.as_gensim", "-m", "program", "1", "-x") == "__main__ 4.4.0 ['1', '-x']\n"

    @pytest.mark.parametrize("arguments", [[], ["-m"], ["--help"]])
    def test_usage(self, arguments):
        with pytest.raises(SystemExit, match="usage: python -m npw2v.as_gensim"):
            main(arguments)

    def test_no_such_file(self):
        with pytest.raises(SystemExit, match="there is no file 'absent.py'"):
            main(["absent.py"])


def test_pytest_plugin(python, tmp_path):
    (tmp_path / "conftest.py").write_text("import gensim\n")
    (tmp_path / "test_it.py").write_text(
        "import gensim, npw2v\ndef test(): assert gensim.models.Word2Vec is npw2v.Word2Vec"
    )
    assert "1 passed" in python(
        "-m", "pytest", "-p", "npw2v.as_gensim", "-c", os.devnull, "--rootdir", ".", "test_it.py"
    )


def test_gensims_test_data_come_with_gensim(python):
    said = python("-c", "from npw2v.test.utils import datapath\ndatapath('lee.cor')", status=1)
    assert "FileNotFoundError: 'lee.cor' belongs to gensim's test data" in said
