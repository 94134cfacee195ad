"""What a process that helps to read says of its stretches."""

import io
import json
import os

import numpy as np
import pytest

from npw2v.corpus.sharing import stretches
from npw2v.corpus.stretches import END, GAVE_UP, READY, Message, Stretch, encode, identity_of, read_message
from npw2v.corpus.wordbytes import CutError, whole_words

TEXT = b"to be or\nnot to be, that is\nthe question\n"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(TEXT)
    return path


def stretch(path, start=0, stop=None, size=8):
    return Stretch(str(path), identity_of(os.stat(path)), size, start, stop)


def answer(*given):
    """What a process answers to lines."""
    output = io.BytesIO()
    encode(io.BytesIO(b"".join(json.dumps(each).encode() + b"\n" for each in given)), output)
    output.seek(0)
    assert output.readline() == b"\n"
    assert output.readline() == READY
    return list(iter(lambda: read_message(output), None))


def test_stretches_have_the_blocks_of_the_file(path, monkeypatch):
    monkeypatch.setattr("npw2v.corpus.sharing.BLOCK_SIZE", 8)
    monkeypatch.setattr("npw2v.corpus.sharing.STRETCH_BLOCKS", 2)
    planned = list(stretches([path]))
    assert [(each.start, each.stop) for each in planned] == [(0, 16), (16, 32), (32, None)]
    whole = list(whole_words(io.BytesIO(TEXT), 8))
    assert [block for each in planned for block in each.blocks()] == whole


def test_numbers_and_new_words(path):
    first, second, end = answer(stretch(path, 0, 16))
    assert (first.size, first.numbers.tolist(), first.lines.tolist(), first.words) == (6, [0, 1], [], b"to\nbe\n")
    assert (second.size, second.numbers.tolist()) == (10, [2, 3, 0])
    assert (second.lines.tolist(), second.words) == ([1], b"or\nnot\n")
    assert (end.size, len(end.numbers), len(end.lines), end.words) == (END, 0, 0, b"")


def test_numbers_go_on_in_the_next_stretch(path):
    messages = answer(stretch(path), stretch(path))
    half = len(messages) // 2
    assert b"".join(each.words for each in messages[half:]) == b""
    assert [each.numbers.tolist() for each in messages[:half]] == [each.numbers.tolist() for each in messages[half:]]


def test_a_changed_file_and_one_without_white_space(path, tmp_path):
    changed = stretch(path)
    path.write_bytes(TEXT + b"more")
    with pytest.raises(CutError, match="has changed"):
        list(changed.blocks())
    long = tmp_path / "long"
    long.write_bytes(b"a " + b"b" * 30)
    with pytest.raises(CutError, match="no white space in the 8 bytes before byte 16"):
        list(stretch(long, 16).blocks())
    path.write_bytes(b"caf\xe9 ")
    missing = Stretch(str(tmp_path / "missing"), [0, 0, 0], 8, 0, None)
    for bad in (changed, stretch(long, 16), stretch(path), missing):
        assert [message.size for message in answer(bad)] == [GAVE_UP]


@pytest.mark.parametrize("cut", [0, 10, 32, 40])
def test_messages_that_are_cut_short(cut):
    whole = io.BytesIO()
    Message(5, np.array([1, 2], np.int32), np.array([1]), b"word\n").write(whole)
    assert read_message(io.BytesIO(whole.getvalue())).words == b"word\n"
    assert read_message(io.BytesIO(whole.getvalue()[:cut])) is None
