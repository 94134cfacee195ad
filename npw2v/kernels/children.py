"""Other Python processes that this one starts, for a part of its work, and ends.

A child is ``python -c`` with a line that calls a function of the package, so the user's script is never imported again
and needs no ``if __name__ == "__main__"`` guard. It takes the end of its standard input, however that comes about, as
the end of its parent.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from typing import IO

try:
    import subprocess
except ImportError:  # as in some builds for WebAssembly
    subprocess = None  # type: ignore[assignment]

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

#: What a wide pipe holds; by default it is 64 KB.
PIPE_BYTES = 1 << 20

#: Children multiply matrices with one thread each: there are as many of them as cores.
SINGLE_THREADED = {
    f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMEXPR")
}


def start_of(module: str) -> str:
    """Return the line that a child runs which is to call ``main`` of a module.

    Its path is its parent's, without the working folder that Python puts before it: a file there may have the name of a
    module.
    """
    return f"import sys; sys.path[:] = filter(None, sys.path); from {module} import main; main()"


def can_start() -> bool:
    """Whether this Python can start another (a frozen application's executable is not Python)."""
    frozen = getattr(sys, "frozen", False) or sys.platform in ("emscripten", "wasi")
    return all((subprocess is not None, sys.executable, not frozen))


def start(line: str, *, with_errors: bool, inherited: Iterable[int] = ()) -> subprocess.Popen[bytes]:
    """Start a child, with pipes to its standard input and from its output.

    Parameters
    ----------
    line : str
        What it runs.
    with_errors : bool
        Whether what it prints to standard error comes with its output, or goes nowhere.
    inherited : iterable of int
        Descriptors that it has, too.

    Raises
    ------
    OSError
        The system starts no process, or this Python cannot.
    """
    if not can_start():
        raise OSError("this Python cannot start another one")
    search = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    posix = os.name == "posix"
    return subprocess.Popen(
        [sys.executable, "-c", line],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if with_errors else subprocess.DEVNULL,
        env={**os.environ, **SINGLE_THREADED, "PYTHONPATH": search},
        pass_fds=list(inherited),
        start_new_session=posix,  # Ctrl-C reaches the parent alone, which ends its children
        creationflags=0 if posix else subprocess.CREATE_NEW_PROCESS_GROUP,  # type: ignore[attr-defined,unused-ignore]
    )


def widen(pipe: IO[bytes]) -> None:
    """Let a pipe hold PIPE_BYTES, on Linux: who writes to it goes on while nobody reads."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # a user may have so many bytes in pipes, and no more
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def end(children: Iterable[subprocess.Popen[bytes]]) -> None:
    """End every child and wait for it; all that is to be done is done, also if some of it is interrupted."""
    children = list(children)
    with ExitStack() as tasks:
        for child in children:
            tasks.callback(_wait_for, child)
        for child in children:
            tasks.callback(child.kill)


def _wait_for(child: subprocess.Popen[bytes]) -> None:
    """Wait for a process that was killed, and close the pipe to it."""
    with ExitStack() as tasks:
        if child.stdin is not None:
            tasks.callback(_close, child.stdin)
        tasks.callback(child.wait)  # again, if the first time is interrupted: it has been killed
        child.wait()


def _close(pipe: IO[bytes]) -> None:
    with suppress(OSError):  # the process died with unread input
        pipe.close()
