"""A text that is shared gives what one process reads, whatever is in it and whatever goes wrong."""

import gzip
import logging
import os
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from npw2v.corpus import sharing, stretches
from npw2v.corpus.sentences import LineSentence, PathLineSentences, Text8Corpus, text_files
from npw2v.corpus.textblocks import encode_text
from npw2v.kernels import children
from npw2v.vocabulary.counting import scan_corpus
from npw2v.watch import watching

TEXT = "the cat sat\n\n on\tthe mat\r\nnaïve 東京 a\u00a0b\u2003c\nincomprehensibilities the incomprehensibility\n" * 3


def pipe():
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb")


class Child:
    """A process that is a thread, so that there can be thousands of them."""

    def __init__(self):
        (given, self.stdin), (self.stdout, answers) = pipe(), pipe()
        self._thread = threading.Thread(target=self._work, args=(given, answers))
        self._thread.start()

    def _work(self, given, answers):
        with given, answers:
            stretches.encode(given, answers)

    def kill(self):
        self.stdin.close()

    def wait(self):
        self._thread.join()


@pytest.fixture
def small(monkeypatch):
    """Blocks and stretches of which a small text has many."""
    set_sizes(monkeypatch, 32, 2)


def set_sizes(patch, block, stretch):
    patch.setattr("npw2v.corpus.sharing.BLOCK_SIZE", block)
    patch.setattr("npw2v.corpus.textblocks.BLOCK_SIZE", block)
    patch.setattr("npw2v.corpus.sharing.STRETCH_BLOCKS", stretch)


@pytest.fixture
def threads(monkeypatch):
    """Threads in place of processes; all of them are there before reading begins."""
    monkeypatch.setattr(children, "start", lambda *args, **options: Child())
    wait_for_helpers(monkeypatch)


@pytest.fixture
def processes(monkeypatch):
    """The processes that are started; all of them are there before reading begins."""
    started, original = [], children.start
    monkeypatch.setattr(children, "start", lambda *a, **o: started.append(original(*a, **o)) or started[-1])
    wait_for_helpers(monkeypatch)
    yield started
    assert all(child.poll() is not None for child in started)
    assert "npw2v-reading" not in [thread.name for thread in threading.enumerate()]


def wait_for_helpers(monkeypatch):
    enter = sharing.Sharing.__enter__

    def entered(shared):
        enter(shared)
        for helper in shared._helpers:
            assert helper.ready.wait(60)
        return shared

    monkeypatch.setattr(sharing.Sharing, "__enter__", entered)


@pytest.fixture
def given_away(monkeypatch):
    """The stretches that other processes got."""
    given, original = [], sharing._Helper.give
    monkeypatch.setattr(sharing._Helper, "give", lambda *args: given.append(args[1]) or original(*args))
    return given


def read(corpus, processes):
    """All that comes of a corpus: the words in order, and every block's ids and lengths; or the error."""
    numbers, blocks = {}, []

    def lookup(words):
        return [numbers.setdefault(word, len(numbers)) for word in words]

    try:
        for ids, lengths in encode_text(text_files(corpus), lookup, processes):
            blocks.append((ids.tolist(), lengths.tolist(), len(numbers)))
    except (OSError, UnicodeDecodeError) as error:
        return list(numbers), blocks, type(error), str(error), error.args
    return list(numbers), blocks


letters = "ab\x00é東🦆" + " \n\t\r\x0b\x1f\x85\u00a0\u2028\u3000"
words = st.text(st.sampled_from(letters), max_size=40) | st.text("abc", min_size=5, max_size=18)


@pytest.mark.usefixtures("threads")
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.lists(words, max_size=30).map(" ".join),
    block=st.integers(1, 40),
    stretch=st.integers(1, 3),
    count=st.sampled_from([2, 3]),
    length=st.sampled_from([1, 2, 10_000]),
)
def test_any_text_in_stretches_of_any_size(tmp_path, monkeypatch, text, block, stretch, count, length):
    path = tmp_path / "corpus.txt"
    path.write_bytes(text.encode())
    with monkeypatch.context() as patch:
        set_sizes(patch, block, stretch)
        for corpus in (Text8Corpus(path, length), LineSentence(path, length)):
            assert read(corpus, count) == read(corpus, 1)


@pytest.mark.usefixtures("threads", "small")
def test_bytes_that_are_not_utf8_anywhere(tmp_path):
    path, text = tmp_path / "corpus.txt", TEXT.encode()
    for at in range(0, len(text), 5):
        path.write_bytes(text[:at] + b"\xff" + text[at:])
        found = read(LineSentence(path), 2)
        assert found == read(LineSentence(path), 1)
        assert found[2] is UnicodeDecodeError


@pytest.mark.usefixtures("small")
def test_processes_read_several_files(tmp_path, processes, given_away):
    for number, text in enumerate([TEXT, "", "no newline at the end", "\n\n", " ", "x" * 15 + "\n", TEXT[::-1]]):
        (tmp_path / f"{number}").write_bytes(text.encode())
    for corpus in (PathLineSentences(tmp_path), PathLineSentences(tmp_path, 2)):
        assert read(corpus, 3) == read(corpus, 1)
    assert len(processes) == 4
    assert "0" in {os.path.basename(each.path) for each in given_away}


@pytest.mark.usefixtures("threads", "small")
def test_what_cannot_be_cut_is_read_as_ever(tmp_path, given_away):

    (tmp_path / "a").write_bytes(TEXT.encode())
    (tmp_path / "b.gz").write_bytes(gzip.compress(TEXT.encode()))
    (tmp_path / "c").write_bytes(TEXT.encode())
    corpus = PathLineSentences(tmp_path)
    assert read(corpus, 2) == read(corpus, 1)
    assert {os.path.basename(each.path) for each in given_away} == {"a"}
    (tmp_path / "c").unlink()
    assert read(corpus, 2) == read(corpus, 1)
    assert read(corpus, 2)[2] is FileNotFoundError
    given_away.clear()
    (tmp_path / "c").write_bytes(TEXT.encode())
    assert read(PathLineSentences(tmp_path, limit=3), 2) == read(PathLineSentences(tmp_path, limit=3), 1)
    assert not given_away


@pytest.mark.usefixtures("threads", "small")
@pytest.mark.parametrize("after", [0, 1, 5])
@pytest.mark.parametrize("keep", [0, 40, 100])
def test_a_file_that_shrinks(tmp_path, after, keep):
    """Whatever is found, it is words of the text, and reading ends."""
    path = tmp_path / "corpus.txt"
    text = "".join(f"w{number:03} " for number in range(200))
    path.write_text(text)
    numbers, found = {}, []

    def lookup(words):
        return [numbers.setdefault(word, len(numbers)) for word in words]

    for number, (ids, _) in enumerate(encode_text(text_files(LineSentence(path)), lookup, 2)):
        found += ids.tolist()
        if number == after:
            os.truncate(path, keep)
    assert found == list(range(len(found)))
    assert set(numbers) - set(text.split()) <= {text[:keep].split()[-1] if keep else ""}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("after", [-1, 0, 3])
def test_a_process_that_is_killed(tmp_path, processes, after, caplog):
    path = tmp_path / "corpus.txt"
    path.write_bytes(TEXT.encode() * 20)
    expected = scan_corpus(LineSentence(path))
    numbers, ids = {}, []

    def lookup(words):
        if len(numbers) >= after and processes[0].poll() is None:
            processes[0].kill()
            processes[0].wait()
        return [numbers.setdefault(word, len(numbers)) for word in words]

    with caplog.at_level(logging.WARNING):
        for some, _ in encode_text(text_files(LineSentence(path)), lookup, 2):
            ids += some.tolist()
    assert list(numbers) == list(expected.raw_vocab)
    assert ids == expected._store.ids().tolist()
    assert [record.message for record in caplog.records] == [
        "a process that helped to read the corpus has ended before its time: reading on without it"
    ]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, MemoryError])
def test_who_reads_may_be_interrupted(tmp_path, processes, error, monkeypatch):
    path = tmp_path / "corpus.txt"
    path.write_bytes(TEXT.encode())

    def fail(*args):
        raise error

    monkeypatch.setattr("npw2v.vocabulary.counting._Counts.add", fail)
    with pytest.raises(error):
        scan_corpus(LineSentence(path), processes=2)
    assert len(processes) == 1


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("error", [OSError("no more processes"), RuntimeError("can't start new thread")])
def test_without_processes_or_threads_one_reads(tmp_path, error, monkeypatch):
    path = tmp_path / "corpus.txt"
    path.write_bytes(TEXT.encode())

    def fail(*args, **options):
        raise error

    if isinstance(error, OSError):
        monkeypatch.setattr(children, "start", fail)
    else:
        monkeypatch.setattr(sharing._Helper, "__init__", fail)
    assert read(LineSentence(path), 3) == read(LineSentence(path), 1)


@pytest.mark.usefixtures("small")
def test_a_process_that_prints_or_fails_before_it_is_ready(tmp_path, monkeypatch):
    path = tmp_path / "corpus.txt"
    path.write_bytes(TEXT.encode())
    expected = read(LineSentence(path), 1)
    for first in ("print('hello', end='')", "raise SystemExit"):
        with monkeypatch.context() as patch:
            patch.setattr(sharing, "START", f"{first}\n{sharing.START}")
            if first.startswith("print"):
                wait_for_helpers(patch)
            assert read(LineSentence(path), 2) == expected


@pytest.mark.usefixtures("threads", "small")
def test_progress_and_bytes_are_told_as_by_one_process(tmp_path, caplog):
    path = tmp_path / "corpus.txt"
    path.write_bytes(TEXT.encode() * 3)

    def told(processes):
        caplog.clear()
        heard = []
        with watching("bytes", heard.append), caplog.at_level(logging.INFO):
            scan = scan_corpus(LineSentence(path), progress_per=2, processes=processes)
        return sum(heard), [record.message for record in caplog.records], scan.total_words, scan.corpus_count

    (one, *others), (two, *same) = told(1), told(2)
    assert others == same
    assert one <= two <= one + 1  # a newline is put after the last word


@pytest.mark.usefixtures("threads", "small")
def test_memory_is_bounded(tmp_path, monkeypatch):
    """No more stretches are handed out than are put together soon."""
    path = tmp_path / "corpus.txt"
    path.write_bytes(TEXT.encode() * 10)
    most, hand_out = [], sharing.Sharing._hand_out

    def counted(shared, planned, taken):
        most.append(len(taken))
        return hand_out(shared, planned, taken)

    monkeypatch.setattr(sharing.Sharing, "_hand_out", counted)
    read(LineSentence(path), 3)
    assert 2 <= max(most) <= 3 * sharing.AHEAD


def test_ids_of_more_words_than_the_table_has_room_for(tmp_path, processes, given_away, monkeypatch):
    set_sizes(monkeypatch, 1 << 10, 2)
    path = tmp_path / "corpus.txt"
    text = "".join(f"w{number}\n" for number in np.random.default_rng(1).integers(0, 20_000, 30_000))
    path.write_text(text)
    assert read(LineSentence(path), 2) == read(LineSentence(path), 1)
    assert given_away
    assert len(processes) == 1
