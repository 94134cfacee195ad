import io
import zipfile

import pytest

from npw2v.corpus.sentences import LineSentence, Text8Corpus
from npw2v.corpus.textfiles import is_plain, open_text


@pytest.mark.parametrize("members, named", [([], "holds 0 members (none)"), (["a", "b"], "holds 2 members (a, b)")])
def test_a_zip_must_have_one_member(tmp_path, members, named):
    path = tmp_path / "corpus.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, "text")
    with pytest.raises(ValueError, match="where a corpus needs exactly one") as caught:
        list(Text8Corpus(path))
    assert named in str(caught.value)


def test_sources_that_cannot_be_read(tmp_path):
    with pytest.raises(FileNotFoundError):
        list(LineSentence(tmp_path / "missing.txt"))
    with pytest.raises(TypeError, match="expected a path or an open file object to read text from, got 5"):
        list(LineSentence(5))
    with pytest.raises(TypeError, match="expected a path"):
        list(LineSentence([["a", "list"]]))

    class OnlyReads:
        def read(self, size):
            return b""

    with pytest.raises(TypeError, match="cannot rewind"):
        list(LineSentence(OnlyReads()))


def test_a_file_object_stays_open():
    stream = io.BytesIO(b"text")
    with open_text(stream) as opened:
        assert opened is stream
    assert not stream.closed


def test_what_is_plain(tmp_path):
    for name in ("text", "text.txt", "text.gz", "text.ZIP", "text.bz2"):
        (tmp_path / name).write_bytes(b"text")
    plain = ["text", "text.txt", "text.gz", "text.ZIP", "text.bz2", "missing", "."]
    assert [is_plain(tmp_path / name) for name in plain] == [True, True] + [False] * 5
    assert is_plain(str(tmp_path / "text"))
    assert is_plain(bytes(tmp_path / "text"))
    assert not is_plain(io.BytesIO(b"text"))
    assert not is_plain("https://example.org/text")
