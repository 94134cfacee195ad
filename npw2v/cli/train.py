"""`npw2v train`: from a text to vectors."""

from __future__ import annotations

import argparse
import os
import time
from typing import TYPE_CHECKING, Any

import npw2v
from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_json, add_text, positive
from npw2v.cli.output import print_json, say
from npw2v.cli.presets import HEADING, choices

if TYPE_CHECKING:
    from npw2v import distributed
    from npw2v.cli import corpora, targets, vectorfiles
    from npw2v.corpus.numbered import NumberedCorpus
    from npw2v.formats import opening
    from npw2v.kernels import threads
else:
    corpora, targets = Lazily("npw2v.cli.corpora"), Lazily("npw2v.cli.targets")
    vectorfiles = Lazily("npw2v.cli.vectorfiles")
    distributed = Lazily("npw2v.distributed")
    opening, threads = Lazily("npw2v.formats.opening"), Lazily("npw2v.kernels.threads")

EXAMPLES = (
    "npw2v train corpus.txt -o vectors.bin",
    "npw2v train corpus.txt -o model.npz --sg 1 --vector-size 50 --epochs 3",
    "npw2v train raw.txt -o words.vec --lowercase --tokenize --phrases",
    "npw2v train corpus.txt -o model.npz --preset --vector-size 20 --epochs 2",
    "npw2v train corpus.txt -o model.npz --validation held-out.txt --patience 2",
    "npw2v train corpus.txt -o model.npz --checkpoint run.npz --resume",
    "cat corpus.txt | npw2v train - -o - --epochs 1 > vectors.txt",
)

#: Parameter of `npw2v.Word2Vec` → (type, the values it may have, help).
PARAMETERS: dict[str, tuple[Any, Any, str]] = {
    "vector_size": (positive, None, "dimensions of the vectors (100)"),
    "window": (positive, None, "words of context on each side (5)"),
    "min_count": (int, None, "leave out words that occur less often (5)"),
    "sg": (int, (0, 1), "1 for skip-gram, 0 for CBOW (0)"),
    "hs": (int, (0, 1), "1 for hierarchical softmax (0)"),
    "negative": (int, None, "noise words for each pair; 0 for no negative sampling (5)"),
    "sample": (float, None, "share of the text above which a word is subsampled; 0 for never (0.001)"),
    "epochs": (positive, None, "passes over the text (5)"),
    "workers": (positive, None, "processes (as many as cores); any number gives the same vectors"),
    "alpha": (float, None, "learning rate at the start (0.025)"),
    "min_alpha": (float, None, "and at the end (0.0001)"),
    "seed": (int, None, "of the random numbers (1)"),
    "ns_exponent": (float, None, "noise words are drawn by their frequency to this power (0.75)"),
    "cbow_mean": (int, (0, 1), "whether CBOW takes the mean of the context (1) or the sum (0)"),
    "max_final_vocab": (positive, None, "keep at most so many words, the most frequent ones"),
    "max_vocab_size": (positive, None, "while counting, forget rare words beyond so many"),
    "batch_words": (positive, None, "the learning rate falls once in so many words (10,000)"),
    "sorted_vocab": (int, (0, 1), "whether words are sorted by frequency (1)"),
    "null_word": (int, (0, 1), "1 to add an empty word to the vocabulary (0)"),
    "comment": (str, None, "a text that is stored with the model"),
    "lanes": (positive, None, "parts of the text that learn apart for a while, for many cores (1)"),
    "kernel": (str, ("blocks", "replay"), "replay follows gensim's random numbers, slowly (blocks)"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Train vectors on a text. The ending of OUT says what is written: .bin, .txt, .vec, .safetensors and others "
        "the vectors, .npz or .model the whole model, which training can go on with; .gz after it compresses."
    )
    add_text(parser)
    add = parser.add_argument
    add("-o", "--output", required=True, metavar="OUT", help="the file to write; - for the standard output, as text")
    add("--preset", action="store_true", help="settings by the size of the corpus, told with their reasons")
    add("--patience", type=positive, metavar="N", help="stop when the validation loss has not fallen for N epochs")
    add("--checkpoint", metavar="FILE", help="write the model and how far training is to this file now and then")
    add("--checkpoint-every", metavar="TIME", help="how often, such as '10 min' or '1 epoch' (a minute)")
    add(
        "--cluster",
        metavar="ADDRESS",
        help="train on a Dask cluster: tcp://host:8786, or local or local:N for N processes of this machine",
    )
    add(
        "--partitions",
        type=positive,
        metavar="N",
        help="parts of a file on a cluster (4); of a folder each file is one",
    )
    add("--resume", action="store_true", help="go on from the checkpoint, if it is there")
    group = parser.add_argument_group("parameters of Word2Vec, with gensim's names")
    for name, (kind, values, text) in PARAMETERS.items():
        shown = {"choices": values} if values else {"metavar": "TEXT" if kind is str else "N"}
        group.add_argument(f"--{name.replace('_', '-')}", type=kind, help=text, **shown)
    for name, text in (
        ("shrink_windows", "draw every window from 1 to --window, or always take all of it (draw)"),
        ("cbow_exact", "CBOW by the exact gradient of its mean, which needs a larger --alpha, such as 0.1 (no)"),
        ("compute_loss", "compute the loss (no)"),
        ("progress", "show a progress bar (on a terminal)"),
    ):
        group.add_argument(f"--{name.replace('_', '-')}", action=argparse.BooleanOptionalAction, help=text)
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Read the text, train, and write the result; what is told goes to the standard error."""
    started = time.perf_counter()
    kind = check(options)
    say(f"reading {options.corpus}")
    if options.cluster is None:
        model, words, sentences = trained_here(options)
    else:
        model, words, sentences = trained_on_cluster(options)
    for epoch in model.history:
        say(line_of(epoch, len(model.history)))
    written = [options.output]
    if kind == "npw2v":
        model.save(options.output)
    else:
        state, rows = vectorfiles.rows_of(model.wv, kind in targets.BY_COUNT)
        written = targets.save_rows(state, rows, options.output, kind)
    seconds = time.perf_counter() - started
    say(f"{len(model.wv):,} vectors of {model.vector_size} dimensions written to {written[0]} in {seconds:.1f} s")
    if options.json:
        print_json(
            {
                "output": written,
                "words": words,
                "sentences": sentences,
                "vocabulary": len(model.wv),
                "settings": {name: getattr(model, name) for name in PARAMETERS},
                "history": model.history,
                "seconds": seconds,
            }
        )


def trained_here(options: argparse.Namespace) -> tuple[npw2v.Word2Vec, int, int]:
    """Return a model that is trained in processes of this machine, and the words and sentences of the text."""
    corpus, validation, phrases = corpora.read(options)
    about = f"{corpus.words:,} words in {len(corpus):,} sentences, {len(corpus.vocabulary):,} different ones"
    say(about + ("" if phrases is None else f"; {len(phrases.phrasegrams):,} phrases"))
    return resumed(options, corpus, validation) or trained(options, corpus, validation), corpus.words, len(corpus)


def trained_on_cluster(options: argparse.Namespace) -> tuple[npw2v.Word2Vec, int, int]:
    """Return a model that is trained on a cluster, and the words and sentences of the text."""
    parts, validation = corpora.partitions(options)
    say(f"{len(parts)} partitions, on {options.cluster}")
    common = {"validation": validation, "checkpoint_every": options.checkpoint_every, "progress": options.progress}
    if options.resume and os.path.exists(options.checkpoint):
        say(f"going on from {options.checkpoint}")
        model = distributed.resume(options.checkpoint, parts, options.cluster, **common)
    else:
        more = {"patience": options.patience, "checkpoint": options.checkpoint}
        model = npw2v.Word2Vec(**{"workers": threads.available_cores(), **given(options)})
        model = distributed.train(model, parts, options.cluster, **common, **more)
    return model, model.corpus_total_words, model.corpus_count


def check(options: argparse.Namespace) -> str:
    """Return the format of the output, having checked what can be checked before the text is read.

    Raises
    ------
    ValueError
        Options that do not go together.
    OSError
        The output could not be written.
    """
    kind = targets.format_of(options.output)
    if options.output == "-" and options.json:
        raise ValueError("-o - and --json both write to the standard output: leave one of them out")
    if options.output != "-" and kind != "tensorboard":
        opening.check_writable(options.output)
    if options.resume and options.checkpoint is None:
        raise ValueError("--resume needs --checkpoint FILE, to know where to go on")
    if options.checkpoint is not None:
        opening.check_writable(options.checkpoint)
    if options.checkpoint_every is not None and options.checkpoint is None:
        raise ValueError("--checkpoint-every needs --checkpoint FILE")
    if options.cluster is None and options.partitions is not None:
        raise ValueError("--partitions needs --cluster: a text is divided for a cluster only")
    for name in ("preset", "lowercase", "tokenize", "phrases"):
        if options.cluster is not None and getattr(options, name):
            raise ValueError(f"--{name} and --cluster do not go together: prepare the text first, then train on it")
    if options.patience is not None and options.validation is None:
        raise ValueError("--patience needs --validation TEXT, by whose loss to stop")
    return kind


def given(options: argparse.Namespace) -> dict[str, Any]:
    """Return the parameters of Word2Vec that were given."""
    names = [*PARAMETERS, "shrink_windows", "cbow_exact", "compute_loss", "progress"]
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


def trained(options: argparse.Namespace, corpus: NumberedCorpus, validation: NumberedCorpus | None) -> npw2v.Word2Vec:
    """Train a model from the beginning."""
    settings = given(options)
    if options.preset:
        say(HEADING)
        for choice in choices(corpus.words):
            if choice.name not in settings:
                settings[choice.name] = choice.value
                say(f"  --{choice.name.replace('_', '-')} {choice.value}: {choice.why}")
    model = npw2v.Word2Vec(**{"workers": threads.available_cores(), **settings})
    model.build_vocab(corpus)
    if not len(model.wv):
        most = int(corpus.counts().max())
        raise ValueError(
            f"no word of {options.corpus} occurs {model.min_count} times, the most frequent one {most}: give more "
            f"text, or --min-count {min(most, 2)}"
        )
    say(f"vocabulary of {len(model.wv):,} words that occur at least {model.effective_min_count} times")
    if len(model.wv) == 1:
        raise ValueError(f"{options.corpus} has one word only, {model.wv.index_to_key[0]!r}: there is nothing to learn")
    model.train(
        corpus,
        total_examples=model.corpus_count,
        total_words=model.corpus_total_words,
        epochs=model.epochs,
        compute_loss=model.compute_loss,
        validation=validation,
        patience=options.patience,
        checkpoint=options.checkpoint,
        checkpoint_every=options.checkpoint_every,
    )
    return model


def resumed(
    options: argparse.Namespace, corpus: NumberedCorpus, validation: NumberedCorpus | None
) -> npw2v.Word2Vec | None:
    """Go on from a checkpoint, or return None if that was not asked for, or there is none yet."""
    if not options.resume:
        return None
    if not os.path.exists(options.checkpoint):
        say(f"there is no checkpoint {options.checkpoint} yet: training begins")
        return None
    settings = given(options)
    workers, progress = settings.pop("workers", None), settings.pop("progress", None)
    kept = npw2v.Word2Vec.load(options.checkpoint, mmap="r")
    other = [name for name, value in settings.items() if getattr(kept, name) != value]
    if other:
        raise ValueError(
            f"training that goes on has the settings of {options.checkpoint}: "
            + ", ".join(f"--{name.replace('_', '-')} {getattr(kept, name)}" for name in other)
            + "; leave out others, or --resume"
        )
    say(f"going on from {options.checkpoint}, after {len(kept.history)} epochs")
    return npw2v.Word2Vec.resume(
        options.checkpoint,
        corpus,
        workers=workers,
        progress=progress,
        validation=validation,
        checkpoint_every=options.checkpoint_every,
    )


def line_of(epoch: dict[str, Any], epochs: int) -> str:
    """Return what is told of an epoch."""
    parts = [f"epoch {epoch['epoch'] + 1} of {epochs}: {epoch['words_trained']:,} words in {epoch['seconds']:.1f} s"]
    for name in ("loss", "validation_loss"):
        if epoch.get(name) is not None:
            parts.append(f"{name.replace('_', ' ')} {epoch[name]:.4f}")
    return ", ".join(parts)
