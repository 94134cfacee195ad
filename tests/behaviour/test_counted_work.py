"""How much work training does for a word, counted, so that a slower way to compute the same does not go unnoticed.

Blocks have the sizes that the plan chooses for a large English corpus; the text itself is short. Where a figure is to
change, write the new one here: the messages say what it is.
"""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import LineSentence, Word2Vec
from npw2v.corpus import encoding, textblocks
from npw2v.kernels import cbow, hierarchy_cbow, hierarchy_skipgram, skipgram
from npw2v.training import objectives, plan
from npw2v.training.backends import local

#: Statistics of a large English corpus: share of its most frequent word, words of an epoch, words of a sentence.
LARGE = {"frequency": 0.0117, "words": 12_400_000, "longest": 10_000}
WORDS, VOCABULARY = 65_536, 20_000

HS = {"hs": 1, "negative": 0}
MODES = {
    "skip-gram": {"sg": 1},
    "skip-gram, d=300": {"sg": 1, "vector_size": 300},
    "CBOW": {"sg": 0},
    "CBOW, sum": {"sg": 0, "cbow_mean": 0},
    "hs skip-gram": {"sg": 1, **HS},
    "hs CBOW": {"sg": 0, **HS},
}

#: What a trained word takes: multiplications in products, bytes of vectors gathered from the tables and scattered into
#: them, and for each 1,000 words the calls of kernels, of products and of scatters, and the meetings of the workers.
FIGURES = ["multiplications", "gathered", "scattered", "kernels", "products", "scatters", "meetings"]
RECORDED = {
    "skip-gram": dict(zip(FIGURES, [12_825, 952, 981, 0.49, 2.93, 1.46, 0.52])),
    "skip-gram, d=300": dict(zip(FIGURES, [38_475, 2_873, 2_944, 1.95, 11.72, 1.46, 0.52])),
    "CBOW": dict(zip(FIGURES, [8_613, 902, 916, 0.49, 2.93, 0.73, 0.27])),
    "CBOW, sum": dict(zip(FIGURES, [8_613, 902, 916, 0.49, 2.93, 0.73, 0.27])),
    "hs skip-gram": dict(zip(FIGURES, [54_252, 3_541, 3_541, 1.95, 20.39, 3.91, 1.98])),
    "hs CBOW": dict(zip(FIGURES, [9_949, 3_050, 3_078, 0.98, 6.93, 1.95, 1.01])),
}

#: A figure may be this share of the recorded one. Much less means that it is not counted any more, or worth recording.
LEAST, MOST = 0.6, 1.05


class CountedTable(np.ndarray):
    """A table that counts the bytes of the rows taken out of it."""

    gathered = 0

    def take(self, *args, **options):
        rows = super().take(*args, **options)
        CountedTable.gathered += rows.nbytes
        return rows


@pytest.fixture(scope="module")
def text():
    """Words as frequent as in English, in sentences of 1,000."""
    rng = np.random.default_rng(1)
    weights = 1 / (np.arange(VOCABULARY) + 2.7)
    drawn = rng.choice(VOCABULARY, size=WORDS, p=weights / weights.sum())
    words = [f"w{number}" for number in drawn]
    return [words[start : start + 1000] for start in range(0, WORDS, 1000)]


@pytest.fixture
def counted(monkeypatch):
    """Count what is called, and how large it is."""
    counts = dict.fromkeys(FIGURES, 0)

    def count(owner, name, **figures):
        function = getattr(owner, name)

        def counting(*args, **options):
            result = function(*args, **options)
            for figure, size in figures.items():
                counts[figure] += size(result, args) if callable(size) else size
            return result

        monkeypatch.setattr(owner, name, counting)

    count(np, "matmul", products=1, multiplications=lambda result, args: result.size * args[0].shape[-1])
    count(np, "einsum", products=1, multiplications=lambda result, args: max(each.size for each in args[1:]))
    count(objectives, "scatter_add", scatters=1, scattered=lambda result, args: args[2].nbytes)
    size = lambda result, args: args[1].size * args[2].shape[-1] * args[2].itemsize  # noqa: E731
    count(objectives, "scatter_first", scatters=1, scattered=size)
    count(objectives, "scatter_products", scatters=1, scattered=lambda result, args: args[3].size * args[4][0].nbytes)
    count(hierarchy_cbow, "sum_products", products=1, multiplications=lambda result, args: args[2].size)
    count(local.OpenBarrier, "wait", meetings=1)
    for kernel in (skipgram.SkipGram, cbow.Cbow, hierarchy_skipgram.SkipGramPaths, hierarchy_cbow.CbowPaths):
        count(kernel, "gradients", kernels=1)
    return counts


@pytest.fixture
def large_blocks(monkeypatch):
    """Plan blocks as for a large corpus."""
    planner = plan.block_shape
    monkeypatch.setattr(plan, "block_shape", lambda **given: planner(**{**given, **LARGE}))


@pytest.mark.usefixtures("large_blocks")
@pytest.mark.parametrize("mode", MODES)
def test_the_work_of_a_word(mode, text, counted):
    model = Word2Vec(min_count=1, sample=0, **MODES[mode])
    model.build_vocab(text)
    for owner, name in [(model.wv, "vectors"), (model, "syn1neg"), (model, "syn1")]:
        if hasattr(owner, name):
            setattr(owner, name, getattr(owner, name).view(CountedTable))
    CountedTable.gathered = 0
    assert model.train(text, total_examples=len(text), epochs=1)[0] == WORDS
    sizes = {**counted, "gathered": CountedTable.gathered}
    found = {name: sizes[name] / WORDS * (1 if name in FIGURES[:3] else 1000) for name in FIGURES}
    recorded = RECORDED[mode]
    changed = [name for name, figure in found.items() if not LEAST <= figure / recorded[name] <= MOST]
    assert not changed, (
        f"{mode}: the work of a word has changed: "
        + ", ".join(f"{name} from {recorded[name]:,} to {found[name]:,.2f}" for name in changed)
        + f". If it is meant to, record {[round(figure, 2) for figure in found.values()]}."
    )


@pytest.fixture
def looked_up(monkeypatch):
    """Count the words that are looked up in a dictionary, from lists and from files."""
    counts = {"lists": 0, "files": 0}
    of_chunk, of_text = encoding.look_up, encoding.encode_text

    def look_up(chunk, lookup):
        ids = of_chunk(chunk, lookup)
        counts["lists"] += len(ids)
        return ids

    def encode_text(files, lookup, processes):
        def counting(words):
            ids = list(lookup(words))
            counts["files"] += len(ids)
            return ids

        return of_text(files, counting, processes)

    monkeypatch.setattr(encoding, "look_up", look_up)
    monkeypatch.setattr(encoding, "encode_text", encode_text)
    return counts


@pytest.mark.parametrize("sg", [0, 1])
def test_words_of_lists_are_looked_up_once_for_vocabulary_and_all_epochs(sg, text, looked_up):
    Word2Vec(text, sg=sg, vector_size=8, min_count=1, epochs=3)
    assert looked_up == {"lists": WORDS, "files": 0}


def test_of_a_file_every_byte_is_read_once_and_few_words_become_strings(text, looked_up, tmp_path, monkeypatch):
    path, read = tmp_path / "text", []
    path.write_text("\n".join(map(" ".join, text * 8)))
    blocks_of = textblocks.whole_words

    def counting(*where):
        for block in blocks_of(*where):
            read.append(len(block))
            yield block

    monkeypatch.setattr(textblocks, "whole_words", counting)
    Word2Vec(LineSentence(path), vector_size=8, min_count=1, epochs=2)
    assert sum(read) == path.stat().st_size + 1  # a newline is put after the last word
    distinct = len({word for sentence in text for word in sentence})
    assert looked_up["lists"] == 0
    assert distinct <= looked_up["files"] < 0.1 * 8 * WORDS
