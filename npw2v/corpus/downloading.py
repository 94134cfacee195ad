"""Files from web servers: resumed where they broke off, checked, and only ever whole under their names.

A download grows in a file ``NAME.part``. If the connection breaks, the next attempt asks for the rest (HTTP ``Range``);
a server that sends everything again is taken at its word. Nothing but ``http`` and ``https`` is spoken, redirected or
not, and what is downloaded is data: it is stored, never run.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from tqdm import tqdm

from npw2v.errors import FormatError
from npw2v.logs import logger_of

try:
    import fcntl
except ImportError:  # Windows has none; there two processes that fetch the same file may both have to start again
    fcntl = None  # type: ignore[assignment, unused-ignore]

logger = logger_of(__name__)

#: Seconds without a byte from the server.
TIMEOUT = 30

_CHUNK = 1 << 18


@dataclass(frozen=True)
class Expected:
    """What is known of a file before it is downloaded.

    Attributes
    ----------
    digest : str
        In hexadecimal.
    algorithm : str
        Of the digest, as `hashlib` calls it.
    size : int or None
        Of the file, in bytes, where that is known.
    """

    digest: str
    algorithm: str
    size: int | None = None


def fetch(url: str, target: str, expected: Expected, progress: bool | None = None) -> None:
    """Download a file and check it; one that was begun earlier is continued.

    Parameters
    ----------
    url : str
        Its address, of ``http`` or ``https``.
    target : str
        The file to write, in a folder that exists.
    expected : Expected
        What it must be.
    progress : bool, optional
        Show a progress bar; None shows it if the standard error is a terminal.

    Raises
    ------
    OSError
        It cannot be downloaded, or not all of it. What there is stays in ``target.part`` for the next time.
    FormatError
        What was downloaded is not what was expected; nothing of it is kept.
    """
    part = f"{target}.part"
    resumed = _size(part) > 0
    _receive(url, part, expected.size, progress)
    problem = _problem(part, expected)
    if problem and resumed:  # with a beginning that may have been another file's, or damaged
        logger.info("%s %s: downloading it from its beginning", part, problem)
        os.unlink(part)
        _receive(url, part, expected.size, progress)
        problem = _problem(part, expected)
    if problem:
        os.unlink(part)
        raise FormatError(f"{url} {problem}; nothing was kept: try again, or see what is served there")
    os.replace(part, target)
    logger.info("downloaded %s to %s", url, target)


def read(url: str, limit: int) -> bytes:
    """Return what an address gives.

    Raises
    ------
    OSError
        It cannot be read.
    FormatError
        It is more than `limit` bytes.
    """
    try:
        with _open(url) as reply:
            data: bytes = reply.read(limit + 1)
    except (OSError, http.client.HTTPException) as error:
        raise OSError(f"cannot read {url} ({_reason(error)})") from error
    if len(data) > limit:
        raise FormatError(f"{url} gave more than {limit:,} bytes")
    return data


@contextlib.contextmanager
def alone(path: str) -> Iterator[None]:
    """Keep other processes that use the same lock file waiting until the block ends; the file is there only meanwhile.

    Parameters
    ----------
    path : str
        The lock file, in a folder that exists.
    """
    descriptor = _lock(path)
    try:
        yield
    finally:
        if descriptor is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            os.close(descriptor)


def _lock(path: str) -> int | None:
    """Lock the file of this name; None where the system, or the file system, has no locks."""
    while fcntl is not None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.path.samestat(os.fstat(descriptor), os.stat(path)):
                return descriptor
        except FileNotFoundError:  # who had the lock has removed the file: there may be a new one
            pass
        except OSError:
            os.close(descriptor)
            break
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
    return None


# ---- one file


def _size(path: str) -> int:
    return os.path.getsize(path) if os.path.exists(path) else 0


def _receive(url: str, part: str, size: int | None, progress: bool | None) -> None:
    """Add to `part` what is missing, again as long as every attempt gets further than all before it."""
    most = _size(part)
    while True:
        try:
            _continue(url, part, size, progress)
            return
        except (OSError, http.client.HTTPException) as error:
            have = _size(part)
            if have > most:
                logger.info("%s broke off after %d bytes (%s): going on", url, have, _reason(error))
                most = have
                continue
            kept = f"; {have:,} bytes of it are in {part}, and the next attempt goes on from there" if have else ""
            if not have:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(part)
            raise OSError(f"cannot download {url} ({_reason(error)}){kept}") from error


def _continue(url: str, part: str, size: int | None, progress: bool | None) -> None:
    """Ask the server for what `part` lacks and append it."""
    have = _size(part)
    if size is not None and have >= size:
        return
    try:
        reply = _open(url, have)
    except HTTPError as error:
        error.close()
        if error.code == 416 and have:  # nothing comes after these bytes; whether they are right is checked next
            return
        raise
    with reply:
        begin = _begin(reply, part, have)
        whole = size if reply.length is None else begin + reply.length
        bar = tqdm(
            desc=f"downloading {os.path.basename(part).removesuffix('.part')}",
            total=whole,
            initial=begin,
            unit="B",
            unit_scale=True,
            disable=None if progress is None else not progress,
        )
        with bar, open(part, "ab" if begin else "wb") as file:
            end = begin + _copy(reply, file, None if size is None else size - begin, bar)
            file.flush()
            os.fsync(file.fileno())
    if whole is not None and end < whole and (size is None or end <= size):
        raise OSError(f"the connection ended after {end:,} of {whole:,} bytes")


def _begin(reply: Any, part: str, have: int) -> int:
    """Return which byte a reply begins with: the one that was asked for, or the first."""
    if reply.status != 206:
        return 0
    given = reply.headers.get("Content-Range", "")
    if not re.match(rf"bytes {have}-", given):
        os.unlink(part)
        raise OSError(f"asked for the bytes from {have} on, the server gave {given or 'an unknown range'}")
    return have


def _copy(reply: Any, file: IO[bytes], limit: int | None, bar: Any) -> int:
    """Copy until the reply ends, or is longer than `limit`; return the number of bytes."""
    got = 0
    while (limit is None or got <= limit) and (chunk := reply.read1(_CHUNK)):
        file.write(chunk)
        got += len(chunk)
        bar.update(len(chunk))
    return got


def _problem(path: str, expected: Expected) -> str:
    """Say what is wrong with a file, "" if nothing is."""
    size = _size(path)
    if expected.size is not None and size != expected.size:
        given = "more" if size > expected.size else f"{size:,}"
        return f"gave {given} bytes, expected {expected.size:,}"
    digest = digest_of(path, expected.algorithm)
    if digest != expected.digest:
        return f"gave a file with the {expected.algorithm} checksum {digest}, expected {expected.digest}"
    return ""


def digest_of(path: str, algorithm: str) -> str:
    """Return the checksum of a file in hexadecimal, by the algorithm of that name in `hashlib`."""
    digest = hashlib.new(algorithm, usedforsecurity=False)
    if not os.path.exists(path):  # the server gave nothing
        return digest.hexdigest()
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


# ---- HTTP


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirections to where it is at least as safe."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme not in ("https", req.type):
            raise URLError(f"it redirects to {newurl}, which is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _open(url: str, start: int = 0) -> Any:
    """Send a request for what comes after the first `start` bytes; return the open reply."""
    opener = urllib.request.OpenerDirector()  # with no handler for files, FTP and data:
    for name in ("ProxyHandler", "UnknownHandler", "HTTPHandler", "HTTPSHandler", "HTTPDefaultErrorHandler",
                 "HTTPErrorProcessor"):  # fmt: skip
        if hasattr(urllib.request, name):  # without OpenSSL there is no HTTPS
            opener.add_handler(getattr(urllib.request, name)())
    opener.add_handler(_Redirects())
    request = urllib.request.Request(url, headers={"User-Agent": "npw2v", "Accept-Encoding": "identity"})
    if start:
        request.add_header("Range", f"bytes={start}-")
    return opener.open(request, timeout=TIMEOUT)


def _reason(error: Exception) -> str:
    """Say in a few words what went wrong."""
    return str(error.reason if isinstance(error, URLError) and not isinstance(error, HTTPError) else error) or (
        type(error).__name__
    )
