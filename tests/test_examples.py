"""Every example runs and prints what it is there to show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from npw2v.corpus import toyworld

EXAMPLES = Path(__file__).parent.parent / "examples"

#: What an example is given: texts of so many words, and words.
TEXTS = {
    "news.py": [40_000],
    "wikipedia.py": [40_000],
    "two_worlds.py": [40_000, 30_000, "king", "paris"],
    "captions.py": [10_000],
    "swap_the_import.py": [20_000],
}

SHOWS = {
    "train_and_query.py": r"(?s)epoch 10: mean loss 1\.\d+.*'queen'.*violin.*saved to",
    "word2vec_files.py": r"(?s)bin: [\d,]+ bytes, equal: True.*a truncated file: .*record.*metadata\.json",
    "news.py": r"40,0\d\d words, \d+ of them(?s:.*)\npresident +(\w+ 0\.\d\d(, |\n)){6}",
    "wikipedia.py": r"(?s)^40,0\d\d words, 1,\d+ vectors.*paris +.*london 0\.9.*3,000 words +\w+ 0\..*"
    r"king - man \+ woman +\w+ .*analogies",
    "two_worlds.py": r"(?s)king: \d+% of the neighbours are the same.*40000.npz +cosine +30000.npz.*queen",
    "captions.py": r"stopped; 19 epochs are safe(?s:.*)same bytes .*: True\ndog +cosine: .*\n +Euclidean: \w+,",
    "swap_the_import.py": r"^gensim .*npw2v\n.*20,0\d\d words read, \d+ vectors .*\n.*king: \w+,(?s:.*)seconds: \d",
    "anatomy.py": r"(?s)\[0, 4, 2, 7\].*fish<-eats.*differs from finite differences by \de-(0[7-9]|1\d).*CBOW",
}


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    """Make the path of a text of so many words."""
    folder = tmp_path_factory.mktemp("texts")

    def made(words):
        path = folder / f"{words}.txt"
        path.write_text("\n".join(map(" ".join, toyworld.sentences(words=words, seed=1))), encoding="utf8")
        return path

    return made


def output_of(name, *texts, folder=None):
    command = [sys.executable, EXAMPLES / name, *texts]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_example_is_listed():
    assert {path.name for path in EXAMPLES.glob("*.py")} == {*SHOWS, "texts.py"}


@pytest.mark.parametrize("name", SHOWS)
def test_example(name, text, tmp_path):
    given = [text(each) if isinstance(each, int) else each for each in TEXTS.get(name, ())]
    output = output_of(name, *given, folder=tmp_path)
    assert re.search(SHOWS[name], output), output
    if name == "anatomy.py":
        check_anatomy(output)


@pytest.mark.parametrize(
    "name, arguments, said",
    [
        ("news.py", [], r"no text called bbc: put bbc\.txt or bbc\.txt\.gz into .*NPW2V_DATA names"),
        ("captions.py", [], r"no text called captions: .*NPW2V_DATA names"),
        ("two_worlds.py", [], r"no text called shakespeare: .*NPW2V_DATA names"),
        ("wikipedia.py", ["nowhere.txt"], r"cannot read nowhere\.txt: No such file or directory"),
        ("wikipedia.py", [], r"cannot download text8\.zip: .*put it into .*NPW2V_DATA names"),
        ("swap_the_import.py", ["nowhere.txt"], r"cannot read nowhere\.txt: No such file or directory"),
    ],
)
def test_a_missing_corpus_is_one_line_that_says_what_to_do(name, arguments, said, tmp_path):
    places = {"NPW2V_DATA": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "http_proxy": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *arguments],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, **places},
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(said + r" \(data/README\.md .*\); or give a text: python .* TEXT\n", done.stderr), done.stderr


def check_anatomy(output):
    """An update lowers the loss, training goes on lowering it, and words of one kind come together."""
    before, after = re.findall(r"loss (\d\.\d+)$", output, re.M)
    assert float(after) < float(before)
    for line in output.splitlines()[-4:]:
        first, tenth, last, cat_dog, car_truck, cat_car = (float(each) for each in re.findall(r"-?\d\.\d+", line[36:]))
        assert first > tenth > last
        assert min(cat_dog, car_truck) > 0.9 > 0.7 > cat_car
