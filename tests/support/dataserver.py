"""A web server with a small copy of the gensim-data project, which misbehaves as it is told."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VECTORS = b"3 2\nking 1 0.5\nqueen 0.5 1\ncat -1 0\n"
HOSTILE = b"import pathlib\npathlib.Path(__file__).with_name('ran').touch()\nraise SystemExit('code was run')\n"


class DataServer(ThreadingHTTPServer):
    """Serves `files` by path.

    Attributes
    ----------
    asked : list of (str, str or None)
        Path and Range of every request so far.
    ranges : bool
        Whether Range is obeyed.
    breaks : list of int
        Each of the next replies with data ends after so many bytes, whatever its header promises.
    lengths : bool
        Whether replies say how long they are.
    redirects : dict
        Path → where it leads.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.ranges, self.lengths, self.breaks, self.redirects = True, True, [], {}
        self.lists: dict[str, dict[str, dict]] = {"corpora": {}, "models": {}}
        self.publish()

    def publish(self) -> None:
        self.files["/list.json"] = json.dumps(self.lists).encode()

    def add(self, kind: str, name: str, content: bytes, parts: int = 1) -> bytes:
        """Publish a data set as gensim-data does, with a program that must not run; return the bytes of its file."""
        data = gzip.compress(content, mtime=0)
        entry = {"file_name": f"{name}.gz", "file_size": len(data), "parts": parts, "description": f"about {name}"}
        self.files[f"/{name}/__init__.py"] = HOSTILE
        if parts == 1:
            self.files[f"/{name}/{name}.gz"] = data
            entry["checksum"] = hashlib.md5(data).hexdigest()
        step = -(-len(data) // parts)
        for part in range(parts) if parts > 1 else ():
            piece = data[part * step : (part + 1) * step]
            self.files[f"/{name}/{name}.gz_0{part}"] = piece
            entry[f"checksum-{part}"] = hashlib.md5(piece).hexdigest()
        self.lists[kind][name] = entry
        self.publish()
        return data


class Handler(BaseHTTPRequestHandler):
    server: DataServer

    def do_GET(self) -> None:
        server, given = self.server, self.headers.get("Range")
        server.asked.append((self.path, given))
        if self.path in server.redirects:
            self.send_response(302)
            self.send_header("Location", server.redirects[self.path])
            self.end_headers()
            return
        if self.path not in server.files:
            self.send_error(404)
            return
        body = server.files[self.path]
        start = int(re.fullmatch(r"bytes=(\d+)-", given)[1]) if given and server.ranges else 0
        if start and start >= len(body):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        if server.lengths:
            self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        breaks = server.breaks if ".gz" in self.path else []
        self.wfile.write(body[start:][: breaks.pop(0)] if breaks else body[start:])

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving():
    with DataServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
