"""One measurement, in a process of its own: ``python benchmarks/measure.py '{"measure": "train", …}'``.

The process says on its standard output how far it has come, a word a line, and in the last line what it has measured,
as JSON. ``runs.py`` starts it and listens.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

Figures = dict[str, Any]

#: Seconds.
clock = time.perf_counter


def library(side: str) -> tuple[Any, Any, Any]:
    """Import ``Word2Vec``, ``LineSentence`` and ``CallbackAny2Vec`` of npw2v or gensim."""
    if side == "npw2v":
        from npw2v import CallbackAny2Vec, LineSentence, Word2Vec
    else:
        from gensim.models import Word2Vec
        from gensim.models.callbacks import CallbackAny2Vec
        from gensim.models.word2vec import LineSentence
    return Word2Vec, LineSentence, CallbackAny2Vec


def data(side: str, corpus: str, source: str) -> dict[str, Any]:
    """Return the arguments by which a corpus is given: an ``iterable``, a ``file``, or ``lists`` in memory."""
    if source == "file":
        return {"corpus_file": corpus}
    sentences = library(side)[1](corpus)
    return {"corpus_iterable": list(sentences) if source == "lists" else sentences}


def constructor(given: dict[str, Any]) -> dict[str, Any]:
    """Rename :func:`data`'s arguments for the constructor."""
    return {"sentences" if name == "corpus_iterable" else name: value for name, value in given.items()}


def say(word: str) -> None:
    """Tell the parent."""
    print(word, flush=True)


def train(side: str, corpus: str, source: str, parameters: Figures, together: bool, scored: bool) -> Figures:
    """Train one model; time ``train()`` alone. ``together``: begin when the parent says so.

    What counts are the words left by subsampling that are really trained; gensim's count of the words that it has read
    includes what it drops (see ``inputs.write_corpus``).
    """
    given = data(side, corpus, source)
    model = library(side)[0](**parameters)
    started = clock()
    model.build_vocab(**given)
    vocabulary_seconds = clock() - started
    if together:
        say("ready")
        sys.stdin.readline()
    started, used = clock(), time.process_time()
    words, _ = model.train(
        **given, total_examples=model.corpus_count, total_words=model.corpus_total_words, epochs=model.epochs
    )
    seconds, used = clock() - started, time.process_time() - used
    say("trained")
    figures = {"words_per_second": words / seconds, "seconds": seconds, "processor_seconds": used}
    figures["vocabulary_seconds"] = vocabulary_seconds
    if side == "npw2v":  # without reading the corpus
        figures["epochs_words_per_second"] = words / sum(row["seconds"] for row in model.history)
    return {**figures, **(quality(model.wv) if scored else {})}


def job(side: str, corpus: str, source: str, parameters: Figures) -> Figures:
    """Time the whole of ``Word2Vec(corpus, …)``, imports excluded."""
    given = data(side, corpus, source)
    started = clock()
    library(side)[0](**constructor(given), **parameters)
    seconds = clock() - started
    say("trained")
    return {"seconds": seconds}


def vocabulary(side: str, corpus: str, source: str, parameters: Figures) -> Figures:
    """Time gensim's ``build_vocab``; of npw2v what comes before the first epoch, which is that and the encoding."""
    word2vec, _, callback = library(side)
    given = data(side, corpus, source)
    if side == "gensim":
        started = clock()
        word2vec(**parameters).build_vocab(**given)
        return {"seconds": clock() - started}
    begun = []

    class StopAtOnce(callback):
        def on_train_begin(self, model: Any) -> bool:
            begun.append(clock())
            return True

    started = clock()
    word2vec(**constructor(given), **parameters, callbacks=[StopAtOnce()])
    return {"seconds": begun[0] - started}


def small(side: str, sentences: str, parameters: Figures, repetitions: int) -> Figures:
    """Train on a small corpus again and again."""
    corpus, word2vec, seconds = small_corpus(sentences), library(side)[0], []
    for _ in range(repetitions + 1):
        started = clock()
        word2vec(corpus, **parameters)
        seconds.append(clock() - started)
    return {"seconds": median(seconds[1:]), "first_seconds": seconds[0]}


def small_corpus(name: str) -> list[list[str]]:
    """Return one of the small corpora, as a list of lists."""
    from gensim.test.utils import common_texts, datapath
    from inputs import karate_walks

    if name == "common_texts":
        return common_texts
    if name == "karate":
        return karate_walks()
    return [line.split() for line in Path(datapath("lee_background.cor")).read_text().splitlines()]


def curve(side: str, corpus: str, source: str, parameters: Figures) -> Figures:
    """Train, and score the analogies after every epoch with the clock stopped."""
    word2vec, _, callback = library(side)
    model = word2vec(**parameters)
    given = data(side, corpus, source)
    model.build_vocab(**given)
    seconds: list[float] = []
    scores: list[Figures] = []

    class Score(callback):
        def on_epoch_end(self, model: Any) -> None:
            seconds.append(clock() - self.started)
            scores.append(quality(model.wv))
            self.started += clock() - self.started - seconds[-1]

    watch = Score()
    watch.started = clock()
    model.train(
        **given,
        total_examples=model.corpus_count,
        total_words=model.corpus_total_words,
        epochs=model.epochs,
        callbacks=[watch],
    )
    return {"seconds": seconds, "scores": scores}


def score(path: str) -> Figures:
    """Score vectors in word2vec.c's binary format."""
    from npw2v import KeyedVectors

    return quality(KeyedVectors.load_word2vec_format(path, binary=True))


def quality(vectors: Any) -> dict[str, float]:
    """Analogy accuracy and Spearman correlations of vectors of either side, all computed by npw2v."""
    from gensim.test.utils import datapath

    from npw2v import KeyedVectors

    mine = KeyedVectors(vectors.vector_size)
    mine.add_vectors(vectors.index_to_key, vectors.vectors)
    return {
        "analogies": mine.evaluate_word_analogies(datapath("questions-words.txt"))[0],
        "wordsim353": mine.evaluate_word_pairs(datapath("wordsim353.tsv"))[1][0],
        "simlex999": mine.evaluate_word_pairs(datapath("simlex999.txt"))[1][0],
    }


MEASURES: dict[str, Callable[..., Figures]] = {
    function.__name__: function for function in (train, job, vocabulary, small, curve, score)
}


if __name__ == "__main__":
    task = json.loads(sys.argv[1])
    print(json.dumps(MEASURES[task.pop("measure")](**task)))
