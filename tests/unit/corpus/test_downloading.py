"""Downloads go on where they broke off, and only what is whole and right gets its name."""

from __future__ import annotations

import hashlib
import threading

import pytest

from npw2v.corpus import downloading
from npw2v.corpus.downloading import Expected, alone, fetch, read
from npw2v.errors import FormatError
from tests.support.dataserver import serving

BODY = bytes(range(256)) * 40
GOOD = Expected(hashlib.sha256(BODY).hexdigest(), "sha256", len(BODY))


@pytest.fixture
def server():
    with serving() as server:
        server.files["/x.gz"] = BODY
        yield server


@pytest.fixture
def target(tmp_path):
    return tmp_path / "x.gz"


def names(target):
    return sorted(path.name for path in target.parent.iterdir())


def ranges(server):
    return [given for _, given in server.asked]


@pytest.mark.parametrize("expected", [GOOD, Expected(GOOD.digest, "sha256")])
def test_whole_file(server, target, expected):
    fetch(f"{server.url}/x.gz", str(target), expected)
    assert target.read_bytes() == BODY
    assert names(target) == ["x.gz"]


def test_broken_connections_are_taken_up_where_they_broke(server, target):
    server.breaks = [1000, 3000]
    fetch(f"{server.url}/x.gz", str(target), GOOD)
    assert ranges(server) == [None, "bytes=1000-", "bytes=4000-"]
    assert target.read_bytes() == BODY


def test_what_came_stays_for_the_next_time(server, target):
    server.breaks = [1000, 0]
    with pytest.raises(OSError, match=r"cannot download http://.*/x.gz \(the connection ended after 1,000 of 10,240 b"):
        fetch(f"{server.url}/x.gz", str(target), GOOD)
    assert names(target) == ["x.gz.part"]
    fetch(f"{server.url}/x.gz", str(target), GOOD)
    assert ranges(server)[-1] == "bytes=1000-"
    assert target.read_bytes() == BODY


def test_replies_that_do_not_say_how_long_they_are(server, target):
    server.lengths, server.breaks = False, [1000]
    fetch(f"{server.url}/x.gz", str(target), GOOD)
    assert ranges(server) == [None, "bytes=1000-"]
    assert target.read_bytes() == BODY


def test_server_that_only_sends_from_the_beginning(server, target):
    server.ranges, server.breaks = False, [1000]
    fetch(f"{server.url}/x.gz", str(target), GOOD)
    assert target.read_bytes() == BODY


def test_server_without_ranges_that_always_breaks_at_the_same_byte(server, target):
    server.ranges, server.breaks = False, [1000] * 10
    with pytest.raises(OSError, match="after 1,000 of 10,240"):
        fetch(f"{server.url}/x.gz", str(target), GOOD)
    assert len(server.asked) == 2


def test_whole_part_file_is_checked_and_named_without_a_request(server, target):
    target.with_name("x.gz.part").write_bytes(BODY)
    fetch(f"{server.url}/x.gz", str(target), GOOD)
    assert server.asked == []
    assert names(target) == ["x.gz"]


def test_whole_part_file_of_a_size_that_is_not_known(server, target):
    target.with_name("x.gz.part").write_bytes(BODY)
    fetch(f"{server.url}/x.gz", str(target), Expected(GOOD.digest, "sha256"))
    assert ranges(server) == ["bytes=10240-"]
    assert target.read_bytes() == BODY


@pytest.mark.parametrize("begun", [b"another file's beginning", BODY[:-1] + b"!", BODY + b"and more"])
def test_wrong_part_file_is_replaced(server, target, begun):
    target.with_name("x.gz.part").write_bytes(begun)
    fetch(f"{server.url}/x.gz", str(target), GOOD)
    assert target.read_bytes() == BODY
    assert names(target) == ["x.gz"]


@pytest.mark.parametrize(
    "served, message",
    [
        (BODY[:-1], "gave 10,239 bytes, expected 10,240"),
        (BODY * 2, "gave more bytes, expected 10,240"),
        (b"", "gave 0 bytes, expected 10,240"),
        (BODY[::-1], f"sha256 checksum {hashlib.sha256(BODY[::-1]).hexdigest()}, expected {GOOD.digest}"),
    ],
)
def test_wrong_file_leaves_nothing(server, target, served, message):
    server.files["/x.gz"] = served
    with pytest.raises(FormatError, match=message):
        fetch(f"{server.url}/x.gz", str(target), GOOD)
    assert names(target) == []


def test_old_file_stays_when_the_new_one_is_wrong(server, target):
    target.write_bytes(b"old")
    server.files["/x.gz"] = BODY[::-1]
    with pytest.raises(FormatError):
        fetch(f"{server.url}/x.gz", str(target), GOOD)
    assert target.read_bytes() == b"old"


def test_missing_file(server, target):
    with pytest.raises(OSError, match=r"cannot download http://.*/y.gz \(HTTP Error 404: Not Found\)$"):
        fetch(f"{server.url}/y.gz", str(target), GOOD)
    assert names(target) == []


def test_server_that_answers_with_another_range(server, target, monkeypatch):
    target.with_name("x.gz.part").write_bytes(BODY[:100])
    monkeypatch.setattr(downloading.re, "match", lambda *_: None)
    with pytest.raises(OSError, match="asked for the bytes from 100 on, the server gave bytes 100-"):
        fetch(f"{server.url}/x.gz", str(target), GOOD)
    assert names(target) == []


@pytest.mark.parametrize("scheme", ["file", "ftp", "data"])
def test_redirections_to_anything_but_the_web_are_not_followed(server, target, tmp_path, scheme):
    secret = tmp_path / "secret"
    secret.write_bytes(BODY)
    server.redirects["/x.gz"] = f"{scheme}://{secret}"
    with pytest.raises(OSError, match=f"cannot download .*{scheme}:"):
        fetch(f"{server.url}/x.gz", str(target), GOOD)
    secret.unlink()
    assert names(target) == []


def test_redirections_within_the_web_are_followed(server, target):
    server.redirects["/moved.gz"] = "/x.gz"
    fetch(f"{server.url}/moved.gz", str(target), GOOD)
    assert target.read_bytes() == BODY


def test_from_https_to_http_no_redirection_is_followed():
    request = downloading.urllib.request.Request("https://a.example/x")
    with pytest.raises(OSError, match="redirects to http://a.example/x, which is not followed"):
        downloading._Redirects().redirect_request(request, None, 302, "Found", {}, "http://a.example/x")
    there = downloading._Redirects().redirect_request(request, None, 302, "Found", {}, "https://b.example/x")
    assert there.full_url == "https://b.example/x"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "data:,abc", "ftp://127.0.0.1/x"])
def test_no_other_protocol_is_spoken(url, target):
    with pytest.raises(OSError, match="unknown url type"):
        fetch(url, str(target), GOOD)
    with pytest.raises(OSError, match="unknown url type"):
        read(url, 10)
    assert names(target) == []


def test_server_that_says_nothing(target, monkeypatch):
    monkeypatch.setattr(downloading, "TIMEOUT", 0.05)
    listener = downloading.http.client.socket.create_server(("127.0.0.1", 0))
    with listener, pytest.raises(OSError, match="cannot download .*timed out"):
        fetch(f"http://127.0.0.1:{listener.getsockname()[1]}/x.gz", str(target), GOOD)


def test_bar(server, target, capsys):
    fetch(f"{server.url}/x.gz", str(target), GOOD, progress=True)
    assert "downloading x.gz: 100%" in capsys.readouterr().err
    fetch(f"{server.url}/x.gz", str(target), GOOD)
    assert capsys.readouterr().err == ""  # which is no terminal


def test_read(server):
    server.files["/list"] = b"12345"
    assert read(f"{server.url}/list", 5) == b"12345"
    with pytest.raises(FormatError, match="gave more than 4 bytes"):
        read(f"{server.url}/list", 4)


def test_who_comes_second_waits_and_the_lock_is_gone_afterwards(tmp_path):
    pytest.importorskip("fcntl")
    lock, order = str(tmp_path / "lock"), []

    def second():
        with alone(lock):
            order.append("second")

    threads = [threading.Thread(target=second) for _ in range(5)]
    with alone(lock):
        for thread in threads:
            thread.start()
        order.append("first")
    for thread in threads:
        thread.join()
    assert order == ["first", *["second"] * 5]
    assert list(tmp_path.iterdir()) == []


def test_systems_without_locks(tmp_path, monkeypatch):
    monkeypatch.setattr(downloading, "fcntl", None)
    with alone(str(tmp_path / "lock")):
        assert list(tmp_path.iterdir()) == []
