"""Data sets are found on disk, else downloaded whole and right or not at all. Nothing here needs a network."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from npw2v.corpus import datasets, downloading
from npw2v.corpus.datasets import DataSet
from npw2v.corpus.sentences import Text8Corpus
from npw2v.errors import FormatError

TEXT = b" anarchism originated as a term of abuse first used against early working class radicals"


def zipped(text: bytes, member: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo(member), text)
    return archive.getvalue()


TEXT8, WIKI8 = zipped(TEXT, "text8"), zipped(TEXT[:60], "wiki8")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    """Give each test a cache of its own, no NPW2V_DATA, and small data sets without addresses."""
    monkeypatch.delenv("NPW2V_DATA", raising=False)
    monkeypatch.setattr(datasets, "cache_folder", lambda: tmp_path / "cache")
    know(monkeypatch, url=None)
    return tmp_path / "cache"


def know(monkeypatch, url: str | None, archive: bytes = TEXT8) -> None:
    text8 = DataSet("text8", len(archive), len(TEXT), hashlib.sha256(archive).hexdigest(), url, stand_in="wiki8")
    wiki8 = DataSet("wiki8", len(WIKI8), 60, hashlib.sha256(WIKI8).hexdigest())
    monkeypatch.setattr(datasets, "DATA_SETS", {"text8": text8, "wiki8": wiki8})


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    path = tmp_path / "data"
    path.mkdir()
    monkeypatch.setenv("NPW2V_DATA", str(path))
    return path


class Replies(BaseHTTPRequestHandler):
    """Serves what a test sets; may promise more bytes than it sends."""

    body: bytes
    promised: int

    def do_GET(self) -> None:
        if self.path != "/text8.zip":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(self.promised))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Replies.body, Replies.promised = TEXT8, len(TEXT8)
    with ThreadingHTTPServer(("127.0.0.1", 0), Replies) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_address[1]}/text8.zip"
        httpd.shutdown()
        thread.join()


def test_archive_in_the_named_folder_is_found_before_the_text_and_the_cache(folder, cache):
    cache.mkdir()
    (cache / "text8.zip").write_bytes(TEXT8)
    assert datasets.find("text8").path == cache / "text8.zip"
    (folder / "text8").write_bytes(TEXT)
    assert datasets.find("text8").path == folder / "text8"
    (folder / "text8.zip").write_bytes(TEXT8)
    found = datasets.find("text8")
    assert (found.name, found.path) == ("text8", folder / "text8.zip")
    assert list(Text8Corpus(found.path, max_sentence_length=5))[0] == ["anarchism", "originated", "as", "a", "term"]


def test_stand_in_is_used_and_named_where_only_it_is_on_disk(folder):
    (folder / "wiki8.zip").write_bytes(WIKI8)
    found = datasets.find("text8")
    assert (found.name, found.path) == ("wiki8", folder / "wiki8.zip")


def test_text8_in_the_cache_is_preferred_to_a_stand_in_elsewhere(folder, cache):
    (folder / "wiki8.zip").write_bytes(WIKI8)
    cache.mkdir()
    (cache / "text8.zip").write_bytes(TEXT8)
    assert datasets.find("text8").name == "text8"


def test_file_cut_short_on_disk_is_refused(folder):
    (folder / "text8.zip").write_bytes(TEXT8[:-1])
    with pytest.raises(FormatError, match=rf"is not text8: it has {len(TEXT8) - 1} bytes, expected {len(TEXT8)}"):
        datasets.find("text8")


def test_unknown_name():
    with pytest.raises(ValueError, match="no data set is called 'text9': known are text8, wiki8"):
        datasets.find("text9")


def test_download_is_kept_under_its_name_and_found_the_next_time(server, cache, monkeypatch):
    know(monkeypatch, url=server)
    found = datasets.find("text8")
    assert found.path == cache / "text8.zip"
    assert found.path.read_bytes() == TEXT8
    assert [path.name for path in cache.iterdir()] == ["text8.zip"]
    know(monkeypatch, url=None)
    assert datasets.find("text8") == found


def test_a_bar_is_shown_when_asked_for(server, monkeypatch, capsys):
    know(monkeypatch, url=server)
    assert datasets.find("text8", progress=True).path.read_bytes() == TEXT8
    assert "downloading text8.zip: 100%" in capsys.readouterr().err


def test_no_bar_where_there_is_no_terminal(server, monkeypatch, capsys):
    know(monkeypatch, url=server)
    datasets.find("text8")
    assert capsys.readouterr().err == ""


def test_download_of_the_wrong_size_leaves_nothing(server, cache, monkeypatch):
    know(monkeypatch, url=server)
    Replies.body, Replies.promised = TEXT8[:-10], len(TEXT8) - 10
    with pytest.raises(FormatError, match=f"gave {len(TEXT8) - 10} bytes, expected {len(TEXT8)}"):
        datasets.find("text8")
    assert list(cache.iterdir()) == []


def test_download_that_never_ends_is_stopped(server, cache, monkeypatch):
    know(monkeypatch, url=server)
    Replies.body, Replies.promised = TEXT8 * 2, len(TEXT8) * 2
    with pytest.raises(FormatError, match=f"gave more bytes, expected {len(TEXT8)}"):
        datasets.find("text8")
    assert list(cache.iterdir()) == []


def test_download_with_the_wrong_checksum_leaves_nothing(server, cache, monkeypatch):
    know(monkeypatch, url=server)
    Replies.body = TEXT8[:-1] + bytes([TEXT8[-1] ^ 1])
    with pytest.raises(FormatError, match=f"expected {hashlib.sha256(TEXT8).hexdigest()}"):
        datasets.find("text8")
    assert list(cache.iterdir()) == []


def test_download_cut_off_by_the_server_is_kept_for_the_next_time(server, cache, monkeypatch):
    know(monkeypatch, url=server)
    Replies.body = TEXT8[: len(TEXT8) // 2]
    with pytest.raises(OSError, match=f"cannot download .* after {len(TEXT8) // 2} of {len(TEXT8)} bytes"):
        datasets.find("text8")
    assert [path.name for path in cache.iterdir()] == ["text8.zip.part"]
    Replies.body = TEXT8
    assert datasets.find("text8").path.read_bytes() == TEXT8
    assert [path.name for path in cache.iterdir()] == ["text8.zip"]


def test_download_that_the_user_interrupts_is_kept_for_the_next_time(server, cache, monkeypatch):
    know(monkeypatch, url=server)

    class Interrupted(downloading.tqdm):
        def update(self, n=1):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(downloading, "tqdm", Interrupted)
        with pytest.raises(KeyboardInterrupt):
            datasets.find("text8")
    assert [path.name for path in cache.iterdir()] == ["text8.zip.part"]
    assert datasets.find("text8").path.read_bytes() == TEXT8


def test_without_a_network_the_error_says_what_to_do(server, cache, monkeypatch):
    closed = server.replace("text8.zip", "moved.zip")
    know(monkeypatch, url=closed)
    with pytest.raises(OSError, match="HTTP Error 404") as caught:
        datasets.find("text8")
    assert f"fetch {closed} and put it into {cache}" in str(caught.value)
    assert "the variable NPW2V_DATA names" in str(caught.value)

    know(monkeypatch, url="http://127.0.0.1:1/text8.zip")
    with pytest.raises(OSError, match="cannot download text8.zip"):
        datasets.find("text8")
    assert list(cache.iterdir()) == []


def test_data_set_without_an_address_says_where_to_put_it(cache):
    with pytest.raises(
        FileNotFoundError, match="wiki8 is not on disk, and there is no address.*get wiki8.zip"
    ) as caught:
        datasets.find("wiki8")
    assert str(cache) in str(caught.value)


def test_questions_are_found_but_never_downloaded(folder):
    assert datasets.find_questions() is None
    (folder / "questions-words.txt").write_text(": section\na b c d\n")
    assert datasets.find_questions() == folder / "questions-words.txt"


@pytest.mark.parametrize(
    "platform, variables, expected",
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, Path("/x/npw2v")),
        ("linux", {"HOME": "/h"}, Path("/h/.cache/npw2v")),
        ("darwin", {"HOME": "/h"}, Path("/h/Library/Caches/npw2v")),
        ("win32", {"LOCALAPPDATA": "/l"}, Path("/l/npw2v")),
        ("win32", {"HOME": "/h"}, Path("/h/AppData/Local/npw2v")),
    ],
)
def test_cache_folder_is_where_each_platform_has_it(platform, variables, expected, monkeypatch):
    monkeypatch.undo()
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(Path, "home", lambda: Path(variables.get("HOME", "/nowhere")))
    monkeypatch.setattr(datasets.sys, "platform", platform)
    assert datasets.cache_folder() == expected
