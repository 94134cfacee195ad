"""One program, once with gensim and once with npw2v: what both print, side by side, and how long they take.

python examples/swap_the_import.py [TEXT]; without a text, on generated English-like sentences.
"""

import subprocess
import sys
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

import texts

PROGRAM = """
import sys, time
from {package}.models import Word2Vec
from {package}.models.word2vec import LineSentence

started = time.perf_counter()
model = Word2Vec(LineSentence(sys.argv[1]), vector_size=100, window=5, min_count=5, sg=1, epochs=5, workers=2, seed=1)
seconds = time.perf_counter() - started
print(f"{{model.corpus_total_words:,}} words read, {{len(model.wv):,}} vectors of {{model.wv.vector_size}}")
for word in ("king", "paris", "red"):
    if word in model.wv:
        print(word + ":", ", ".join(near for near, _ in model.wv.most_similar(word, topn=5)))
print("seconds:", f"{{seconds:.1f}}")
"""


def output(package: str, text: str) -> list[str]:
    """Run the program with a package, and return the lines that it prints, or the last one of its error."""
    command = [sys.executable, "-c", PROGRAM.format(package=package), text]
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout if done.returncode == 0 else done.stderr.splitlines()[-1]).splitlines()


with TemporaryDirectory() as folder:
    if len(sys.argv) > 1:
        text = texts.find("", sys.argv[1])
    else:
        from npw2v.corpus import toyworld

        text = str(Path(folder) / "toyworld.txt")
        Path(text).write_text("\n".join(map(" ".join, toyworld.sentences(words=500_000, seed=1))), encoding="utf8")
    columns = {package: output(package, text) for package in ("gensim", "npw2v")}

width = max(map(len, columns["gensim"])) + 3
for left, right in zip_longest(("gensim", *columns["gensim"]), ("npw2v", *columns["npw2v"]), fillvalue=""):
    print(f"{left:{width}} {right}".rstrip())
