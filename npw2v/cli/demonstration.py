"""The demonstration behind `npw2v demo`: train on a corpus, show what was learnt, save it, draw it."""

from __future__ import annotations

import contextlib
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

import numpy as np

from npw2v.cli import drawing
from npw2v.cli.options import DemoOptions
from npw2v.corpus import datasets, toyworld
from npw2v.corpus.sentences import LineSentence, PathLineSentences, Text8Corpus
from npw2v.kernels.threads import available_cores
from npw2v.vectors.keyedvectors import KeyedVectors
from npw2v.word2vec import Word2Vec

Pairs = Sequence[tuple[str, str]]

#: Words whose neighbours are shown, if they are in the vocabulary.
SHOWN = ("king", "paris", "piano", "three", "walked", "bigger", "red")

#: (b, a, c): b - a + c is shown, if all three are in the vocabulary.
ANALOGIES = (
    ("king", "man", "woman"),
    ("paris", "france", "italy"),
    ("berlin", "germany", "japan"),
    ("walked", "walk", "swim"),
    ("bigger", "big", "cold"),
    ("aunt", "uncle", "nephew"),
)

#: Pairs drawn as arrows, those that are in the vocabulary.
RELATIONS: Mapping[str, Pairs] = {
    "man to woman": (
        ("man", "woman"), ("king", "queen"), ("prince", "princess"), ("father", "mother"), ("son", "daughter"),
        ("brother", "sister"), ("uncle", "aunt"), ("husband", "wife"), ("actor", "actress"), ("duke", "duchess"),
    ),
    "country to capital": (
        ("france", "paris"), ("italy", "rome"), ("germany", "berlin"), ("spain", "madrid"), ("japan", "tokyo"),
        ("russia", "moscow"), ("greece", "athens"), ("egypt", "cairo"), ("england", "london"), ("sweden", "stockholm"),
    ),
    "comparative": (
        ("big", "bigger"), ("small", "smaller"), ("tall", "taller"), ("fast", "faster"), ("slow", "slower"),
        ("strong", "stronger"), ("cold", "colder"), ("cheap", "cheaper"),
    ),
}  # fmt: skip


class Settings(TypedDict):
    """What the demonstration gives to `Word2Vec`."""

    vector_size: int
    window: int
    sg: int
    negative: int
    epochs: int
    workers: int
    seed: int


@dataclass(frozen=True)
class Corpus:
    """Sentences, and what is known about them before training."""

    name: str
    source: str
    sentences: Iterable[list[str]]
    questions: Path | None
    epochs: int = 5
    vector_size: int = 100
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)


def run(options: DemoOptions) -> None:
    """Train, show, save and draw; print to the standard output, with the progress bar on the standard error.

    Writes into the folder `options.output`: ``vectors.bin`` and ``vectors.txt`` in word2vec's formats, the model as
    ``model.npz``, and the picture ``words.png``; for the toy world its ``questions.txt`` as well.

    Parameters
    ----------
    options : DemoOptions
        Or what `npw2v.cli.demo.add_arguments` made argparse read, which has the same attributes.

    Raises
    ------
    OSError, ValueError, RuntimeError
        The corpus cannot be found or read, or has no word that is frequent enough.
    """
    made = not options.output.exists()
    options.output.mkdir(parents=True, exist_ok=True)
    try:
        show(options)
    except BaseException:
        if made:
            with contextlib.suppress(OSError):  # there are results in it already
                options.output.rmdir()
        raise


def show(options: DemoOptions) -> None:
    """Do what `run` does, in a folder that is there."""
    corpus = open_corpus(options)
    if options.questions is not None and not options.questions.is_file():
        raise FileNotFoundError(f"no analogy questions at {options.questions}")
    model = train(corpus, options)
    show_history(model.history)
    save(model, options.output)
    if options.corpus == "toyworld" and corpus.questions is not None:
        corpus.questions.write_text(toyworld.questions(), encoding="utf-8")
    show_neighbours(model.wv)
    show_analogies(model.wv)
    show_score(model.wv, corpus.questions if options.questions is None else options.questions)
    if options.plot:
        draw(model, corpus, options.output / "words.png")


def open_corpus(options: DemoOptions) -> Corpus:
    """Find the corpus that the options name: the toy world, a data set, a file of lines or a folder of such files."""
    name = options.corpus
    if name == "toyworld":
        questions = options.output / "questions.txt"
        sentences = toyworld.sentences(seed=options.seed)
        return Corpus("toyworld", "generated", sentences, questions, 10, 80, toyworld.groups())
    if name in datasets.DATA_SETS:
        found = datasets.find(name)
        if found.name != name:
            print(f"{name} is not on this machine; its stand-in {found.name} is, and takes its place.\n")
        return Corpus(found.name, str(found.path), Text8Corpus(found.path), datasets.find_questions())
    path = Path(name)
    if not name or not path.exists():
        raise FileNotFoundError(
            f"no corpus at {name or repr(name)}: give toyworld, {', '.join(datasets.DATA_SETS)} or a path"
        )
    lines = PathLineSentences(path) if path.is_dir() else LineSentence(path)
    return Corpus(path.name, name, lines, datasets.find_questions())


def train(corpus: Corpus, options: DemoOptions) -> Word2Vec:
    """Build the vocabulary and train, telling what is trained on and how."""
    settings = Settings(
        vector_size=corpus.vector_size if options.vector_size is None else options.vector_size,
        window=options.window,
        sg=options.sg,
        negative=5,
        epochs=corpus.epochs if options.epochs is None else options.epochs,
        workers=available_cores() if options.workers is None else options.workers,
        seed=options.seed,
    )
    model = Word2Vec(**settings)
    model.build_vocab(corpus.sentences)
    if len(model.wv) < 2:
        raise ValueError(
            f"{corpus.source} has {len(model.wv)} words that occur {model.min_count} times, expected two or more: give "
            "more text"
        )
    heading("Corpus")
    print(f"{corpus.name} ({corpus.source})")
    print(
        f"{model.corpus_total_words:,} words in {model.corpus_count:,} sentences; "
        f"vocabulary of {len(model.wv):,} words seen at least {model.min_count} times"
    )
    heading("Training")
    shown = f"Word2Vec({', '.join(f'{name}={value}' for name, value in settings.items())})"
    print(textwrap.fill(shown, 79, subsequent_indent=" " * len("Word2Vec(")), flush=True)
    model.train(
        corpus.sentences, total_examples=model.corpus_count, epochs=model.epochs, compute_loss=True, progress=None
    )
    return model


def heading(text: str) -> None:
    """Start a part of the output."""
    print(f"\n{text}\n{'-' * len(text)}")


def show_history(history: Sequence[Mapping[str, Any]]) -> None:
    """Print a line for each epoch, and the speed over all of them."""
    print("\nepoch    alpha at start    mean loss    seconds      words/s")
    for number, row in enumerate(history, 1):
        loss = "-" if row["loss"] is None else f"{row['loss']:.4f}"
        speed = row["words_read"] / max(row["seconds"], 1e-9)
        print(f"{number:5d}    {row['alpha_start']:14.4f}    {loss:>9}    {row['seconds']:7.2f}    {speed:9,.0f}")
    words, seconds = (sum(row[key] for row in history) for key in ("words_read", "seconds"))
    print(f"\n{words:,} words in {seconds:.1f} s: {words / max(seconds, 1e-9):,.0f} words/s")


def show_neighbours(vectors: KeyedVectors) -> None:
    """Print the nearest words of a few, by cosine."""
    heading("Nearest neighbours")
    words = [word for word in SHOWN if word in vectors]
    for word in words if len(words) >= 3 else diverse_words(vectors, 6):
        print(f"{word:>12}: {', '.join(near for near, _ in vectors.most_similar(word, topn=8))}")


def show_analogies(vectors: KeyedVectors) -> None:
    """Print the three words nearest to b - a + c for each known analogy."""
    known = [analogy for analogy in ANALOGIES if all(word in vectors for word in analogy)]
    if not known:
        return
    heading("Analogies")
    for b, a, c in known:
        answers = vectors.most_similar(positive=[b, c], negative=[a], topn=3)
        print(f"{f'{b} - {a} + {c}':>28} = {', '.join(f'{word} ({cosine:.2f})' for word, cosine in answers)}")


def show_score(vectors: KeyedVectors, questions: Path | None) -> None:
    """Print how many analogy questions were answered right, by section."""
    heading("Analogy score")
    if questions is None:
        print(
            f"skipped: no {datasets.QUESTIONS} in {' or '.join(map(str, datasets.folders()))}; "
            "give a file of questions with --questions"
        )
        return
    _, sections = vectors.evaluate_word_analogies(str(questions))
    counts = {section["section"]: (len(section["correct"]), len(section["incorrect"])) for section in sections}
    if not any(map(sum, counts.values())):
        print(f"none of the questions in {questions} has all its words in the vocabulary")
        return
    for name, (right, wrong) in counts.items():
        if right + wrong:
            print(f"{name:<{max(map(len, counts))}}  {right:6,} of {right + wrong:6,}  {right / (right + wrong):6.1%}")


def save(model: Word2Vec, folder: Path) -> None:
    """Write the vectors in word2vec's two formats and the whole model."""
    heading("Saved")
    model.wv.save_word2vec_format(str(folder / "vectors.bin"), binary=True)
    model.wv.save_word2vec_format(str(folder / "vectors.txt"))
    model.save(str(folder / "model.npz"))
    for name, what in (
        ("vectors.bin", "word2vec binary format"),
        ("vectors.txt", "word2vec text format"),
        ("model.npz", "the model, to go on training"),
    ):
        size = (folder / name).stat().st_size
        print(f"{folder / name}  {size / 1e6:.1f} MB  {what}")


def draw(model: Word2Vec, corpus: Corpus, path: Path) -> None:
    """Draw the picture, or say what it needs."""
    heading("Picture")
    vectors = model.wv
    groups = corpus.groups or {
        word: [word, *(near for near, _ in vectors.most_similar(word, topn=10, restrict_vocab=30_000))]
        for word in diverse_words(vectors, 16)
    }
    relations = {
        name: [pair for pair in pairs if all(word in vectors for word in pair)] for name, pairs in RELATIONS.items()
    }
    title = f"npw2v: {corpus.name}"
    try:
        drawing.draw_words(vectors, groups, relations, path, title=title, history=model.history)
    except ImportError as error:
        print(f"none: {error}")
        return
    print(path)


def diverse_words(vectors: KeyedVectors, count: int) -> list[str]:
    """Choose frequent words that mean different things: each has a cosine below 0.35 with those before it.

    The commonest words are passed over, being those that only hold sentences together.
    """
    words = vectors.index_to_key
    first = min(len(words) // 20, 300)
    chosen: list[str] = []
    rows: list[Any] = []
    for word in words[first:]:
        row = np.asarray(vectors.get_vector(word, norm=True), dtype=np.float64)
        if len(word) > 2 and all(float(row @ other) < 0.35 for other in rows):
            chosen.append(word)
            rows.append(row)
        if len(chosen) == count:
            break
    return chosen
