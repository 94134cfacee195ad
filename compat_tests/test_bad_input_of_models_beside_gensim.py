"""Bad input to every public method of Word2Vec: gensim's exceptions, and nothing changed. See `badinput`."""

from __future__ import annotations

import functools
import inspect
from pathlib import Path

import pytest
from gensim.test.utils import common_texts

from compat_tests.badinput import Call, Difference, alone, bad_parameters, sweep
from compat_tests.models import Ours, Theirs, vocabulary

pytestmark = pytest.mark.filterwarnings("ignore")

OPTIONS = {"vector_size": 5, "min_count": 1, "workers": 1, "epochs": 1}
COUNTS = {"human": 3, "graph": 4}

#: Arguments → what gensim does not survive: it hangs, as a worker thread dies silently, or crashes.
NOT_NUMBERS = ("None", "string", "digits", "empty list", "empty dict", "object", "bytes", "list", "array", "generator")
NOT_SENTENCES = ("bytes", "list", "array")
NOT_RATES = ("string", "digits", "object", "bytes", "list", "generator", "nan", "infinity")


def fatal(argument, values):
    return [f"{argument}={value}" for value in values]


CALLS = [
    Call("construct", {"sentences": common_texts, "vector_size": 5}, "constructor_of_a_corpus"),
    Call(
        "construct",
        {
            **{"alpha": 0.025, "window": 5, "min_count": 1, "max_vocab_size": None, "sample": 0.001, "seed": 1},
            **{"workers": 1, "min_alpha": 0.0001, "sg": 0, "hs": 0, "negative": 5, "ns_exponent": 0.75, "cbow_mean": 1},
            **{"hashfxn": hash, "epochs": 1, "null_word": 0, "trim_rule": None, "sorted_vocab": 1, "batch_words": 99},
            **{"compute_loss": False, "callbacks": (), "comment": None, "max_final_vocab": None},
            "shrink_windows": True,
        },
        "constructor",
        fatal=", ".join(
            [
                *fatal("batch_words", NOT_NUMBERS),
                *fatal("window", ("zero", "negative")),
                *fatal("min_alpha", ("nan", "infinity")),
                *fatal("epochs", ("infinity",)),
            ]
        ),
    ),
    Call("build_vocab", {"corpus_iterable": common_texts, "progress_per": 10, "trim_rule": None, "min_count": 1}),
    Call("build_vocab", {"corpus_iterable": common_texts, "update": True, "sample": 0.1}, "build_vocab_update"),
    Call("build_vocab", {"corpus_file": "corpus"}, "build_vocab_of_a_file"),
    Call("build_vocab_from_freq", {"word_freq": COUNTS, "corpus_count": 3, "trim_rule": None, "update": False}),
    Call("count_is", {"count": 3}, "build_vocab_from_freq_of_one_word"),
    Call("scan_vocab", {"corpus_iterable": common_texts, "progress_per": 10, "workers": 1, "trim_rule": None}),
    Call("scan_and_prepare", {"min_count": 1, "sample": 0.1, "trim_rule": None}, "prepare_vocab"),
    Call("estimate_memory", {"vocab_size": 5, "report": {}}),
    Call("make_cum_table", {"domain": 1000}),
    Call("reset_from", {"other_model": None}),
    Call(
        "train",
        {
            **{"corpus_iterable": common_texts, "total_examples": 9, "total_words": 29, "epochs": 1},
            **{"start_alpha": 0.02, "end_alpha": 0.001, "word_count": 0, "queue_factor": 2, "report_delay": 1.0},
            **{"compute_loss": False, "callbacks": ()},
        },
        fatal=", ".join(
            [
                *fatal("corpus_iterable", NOT_SENTENCES),
                *fatal("end_alpha", NOT_RATES),
                *fatal("epochs", ("infinity",)),
                "queue_factor=array",
                "compute_loss=array",
            ]
        ),
    ),
    Call(
        "train",
        {"corpus_file": "corpus", "total_words": 29, "epochs": 1},
        "train_on_a_file",
        ", ".join(fatal("total_words", NOT_RATES)),
    ),
    Call("predict_output_word", {"context_words_list": ["graph", "human"], "topn": 3}),
    Call(
        "score",
        {"sentences": common_texts, "total_sentences": 9, "chunksize": 5, "queue_factor": 2, "report_delay": 1},
        fatal=", ".join(
            [
                *fatal("sentences", NOT_SENTENCES),
                *fatal("chunksize", ("string", "digits")),
            ]
        ),
    ),
    Call("save", {"fname_or_handle": "model", "ignore": ()}),
    Call("load", {"fname": "no file"}),
    Call("save_and_load", {"mmap": None}, "load_mapped"),
    Call("__getitem__", {"key": "graph"}),
]

#: Not for the sweep: they take no arguments, or only those of methods that are in it.
WITHOUT = {
    "add_lifecycle_event", "add_null_word", "create_binary_tree", "get_latest_training_loss", "init_sims",
    "init_weights", "prepare_vocab", "prepare_weights", "seeded_vector", "update_weights",
}  # fmt: skip

#: The rows of docs/compatibility.md on bad input to models.
DIFFERENCES = [
    Difference(
        "parameters out of range are refused; gensim trains nothing, hangs, crashes or trains on nan",
        "constructor_of_a_corpus.vector_size constructor train train_on_a_file",
        "returns ends",
        "ValueError",
    ),
    Difference(
        "a number is asked for: anything else is a TypeError; gensim takes what is empty for 0 or None, does not look "
        "at what it does not need, and asks arrays whether they are true",
        "constructor constructor_of_a_corpus.vector_size build_vocab build_vocab_update prepare_vocab train "
        "train_on_a_file.total_words score.total_sentences",
        "returns ends ValueError OverflowError",
        "TypeError",
    ),
    Difference(
        "negative thresholds are refused; gensim takes them for none",
        "constructor.max_final_vocab build_vocab.sample build_vocab_update.sample prepare_vocab.sample "
        "build_vocab.progress_per scan_vocab.progress_per",
        "returns ZeroDivisionError",
        "ValueError",
    ),
    Difference(
        "True is 1",
        "constructor_of_a_corpus.vector_size build_vocab_from_freq_of_one_word predict_output_word.topn "
        "score.total_sentences",
        "TypeError ValueError",
        "returns",
    ),
    Difference(
        "there are no batches and no queue, so nothing can be wrong with their sizes",
        "constructor.batch_words train.queue_factor score.chunksize score.queue_factor",
        ours="returns",
    ),
    Difference(
        "a string is no corpus: its characters are no words",
        "constructor_of_a_corpus.sentences train.corpus_iterable",
        "returns",
        "TypeError",
    ),
    Difference(
        "what is no list of words ends training with an exception; gensim's thread ends, and train() waits for it",
        "train.corpus_iterable score.sentences",
        "ends",
        "TypeError",
    ),
    Difference("an array has no truth value; gensim's thread ends on it", "train.compute_loss", "ends", "ValueError"),
    Difference("any value is true or false, and logged as such", "build_vocab_update.update", "TypeError", "returns"),
    Difference(
        "a fresh vocabulary may be empty; gensim fails to fit the old vectors into it",
        "build_vocab build_vocab_from_freq.word_freq",
        "ValueError",
        "returns",
    ),
    Difference(
        "the number of sentences is stored as it is", "build_vocab_from_freq.corpus_count", "ValueError", "returns"
    ),
    Difference(
        "counts are whole and not negative", "build_vocab_from_freq_of_one_word", "returns", "ValueError TypeError"
    ),
    Difference(
        "0, [] and the like are what was given; gensim puts its default in their place",
        "estimate_memory",
        "returns",
        "TypeError",
    ),
    Difference(
        "an array is no dict, though several sizes can be estimated at once",
        "estimate_memory",
        "ValueError",
        "IndexError returns",
    ),
    Difference(
        "the domain of the noise table is a whole number from 1 to 2**32 - 1; gensim makes a table of anything that "
        "rounds to its last entry",
        "make_cum_table",
        "returns OverflowError AssertionError ValueError",
        "ValueError TypeError",
    ),
    Difference("no sentences have no scores", "score.sentences", "UnboundLocalError", "returns"),
    Difference("None scores all sentences", "score.total_sentences", "TypeError", "returns"),
    Difference(
        "neither a path nor a file is a TypeError; gensim looks for the methods of a str",
        "save.fname_or_handle load",
        "AttributeError TypeError",
        "TypeError AttributeError",
    ),
    Difference("names of no attribute are not looked for", "save.ignore", "TypeError", "returns"),
    Difference(
        "another mmap= than None, r or c is refused; gensim looks at it only where there are side files",
        "load_mapped",
        "returns",
        "ValueError",
    ),
]


class Handle:
    """A model, the constructor, and what takes more than one call."""

    def __init__(self, kind):
        self.kind, self.model = kind, kind(common_texts, **OPTIONS, hs=1)

    def __getattr__(self, name):
        return getattr(self.model, name)

    def construct(self, **given):
        self.kind(**{"sentences": common_texts, **OPTIONS, **given})

    def count_is(self, count):
        self.model.build_vocab_from_freq({"a": count, "b": 4})

    def scan_and_prepare(self, **given):
        self.model.scan_vocab(common_texts)
        self.model.prepare_vocab(**given)

    def load(self, fname):
        self.kind.load(fname)

    def save_and_load(self, mmap):
        self.model.save("saved")
        self.kind.load("saved", mmap=mmap)

    def __getitem__(self, key):
        return self.model[key]


def state(handle):
    """All that a failed call could have changed, apart from counts that were only scanned."""
    model = handle.model
    kept = {name: value for name, value in vars(model).items() if isinstance(value, str | int | float | None)}
    history = [{**row, "seconds": 0} for row in model.history]
    return (
        {**vocabulary(model), **kept, "total_train_time": 0, "raw_vocab": 0},
        history,
        model.wv.vectors_lockf.tobytes(),
    )


@functools.cache
def problems(number):
    with alone():
        Path("corpus").write_text("\n".join(map(" ".join, common_texts)))
        return sweep(CALLS[number], bad_parameters(), lambda: Handle(Theirs), lambda: Handle(Ours), state, DIFFERENCES)


@pytest.mark.parametrize("number", range(len(CALLS)), ids=[call.name for call in CALLS])
def test_exceptions_are_gensims_and_nothing_changes(number):
    assert not problems(number), "\n" + "\n".join(problems(number))


def test_every_method_is_swept():
    methods = {name for name, _ in inspect.getmembers(Theirs, callable) if not name.startswith("_")}
    assert methods - {call.method for call in CALLS} == WITHOUT


def test_every_difference_occurs():
    for number in range(len(CALLS)):
        problems(number)
    assert [entry.reason for entry in DIFFERENCES if not entry.seen] == []
