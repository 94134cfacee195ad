"""The cluster: a client that was given, or processes of this machine; which versions its workers have."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from npw2v.kernels.threads import available_cores
from npw2v.logs import logger_of
from npw2v.training.checkpoint import versions

logger = logger_of(__name__)

#: The address of a cluster of this machine, which may be followed by the number of its processes.
LOCAL = "local"

#: How Dask is configured for processes of this machine. What looks into running tasks a hundred times a second takes
#: time from them. And Dask has the C library give memory back to the system as soon as it is free, and ask for it again
#: a moment later: the same lanes took 1.25 µs a word so, and 1.02 with these bounds (bytes; CBOW, two processes).
CONFIGURATION = {
    "distributed.worker.profile.enabled": False,
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 64 << 20,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 32 << 20,
}

#: Seconds to wait for the answer of a scheduler that is given by its address, and for the first worker.
PATIENCE = 10


def import_distributed() -> Any:
    """Import Dask's scheduler.

    Raises
    ------
    ImportError
        It is not installed.
    """
    try:
        import distributed
    except ImportError as error:
        raise ImportError(
            f"training on a cluster needs Dask ({error}): install it with pip install 'npw2v[dask]'"
        ) from error
    return distributed


@contextmanager
def open_client(client: Any, workers: int) -> Iterator[Any]:
    """Give a client of a cluster that is ready, as a context.

    Parameters
    ----------
    client : distributed.Client, str or None
        A client, which is left open; the address of a scheduler; or None or ``"local:4"`` for (four) processes of this
        machine, ended with the context.
    workers : int
        Processes to start where no number is given; no more than there are cores.

    Raises
    ------
    ImportError
        Dask is not installed.
    OSError
        No scheduler answers.
    TypeError
        That is no client.
    RuntimeError
        The cluster has no worker.
    ValueError
        One of them has other versions of npw2v or NumPy.
    """
    distributed = import_distributed()
    processes = processes_of(client, workers)
    if processes:
        with _local(distributed, processes) as opened:
            yield opened
    elif isinstance(client, str):
        try:
            opened = distributed.Client(client, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise OSError(f"no Dask scheduler answers at {client!r}: {' '.join(str(error).split())}") from error
        with opened:
            check_cluster(opened)
            yield opened
    elif not isinstance(client, distributed.Client):
        raise TypeError(f"client must be a distributed.Client or the address of a scheduler, got {client!r}")
    else:
        check_cluster(client)
        yield client


def processes_of(client: Any, workers: int) -> int:
    """Count the processes to start on this machine, 0 if the cluster is elsewhere.

    Raises
    ------
    ValueError
        It is local, but no number.

    Examples
    --------
    >>> processes_of("local:4", 3), processes_of(None, 1), processes_of("tcp://10.0.0.1:8786", 3)
    (4, 1, 0)
    """
    if client is None or client == LOCAL:
        return max(1, min(workers, available_cores()))
    if not isinstance(client, str) or not client.startswith(f"{LOCAL}:"):
        return 0
    number = client.removeprefix(f"{LOCAL}:")
    if not number.isdecimal() or int(number) < 1:
        raise ValueError(f"a cluster of this machine is 'local' or 'local:4', with a number from 1; got {client!r}")
    return int(number)


@contextmanager
def _local(distributed: Any, workers: int) -> Iterator[Any]:
    """Start processes of this machine; with them goes their folder."""
    import dask

    with (
        tempfile.TemporaryDirectory(prefix="npw2v-", ignore_cleanup_errors=True) as folder,
        dask.config.set({"temporary-directory": folder, **CONFIGURATION}),
        _processes(distributed, workers, folder) as cluster,
        distributed.Client(cluster, set_as_default=False, direct_to_workers=True) as client,
    ):
        logger.info("started %i processes with Dask", workers)
        yield client


def _processes(distributed: Any, workers: int, folder: str) -> Any:
    """Return a cluster of processes that have just been started."""
    try:
        return distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=":0",
            local_directory=folder,
            silence_logs=50,
        )
    except RuntimeError as error:
        raise RuntimeError(
            f"Dask cannot start processes here ({error}): a script that has them started needs to train under "
            'if __name__ == "__main__":, as they begin by importing it'
        ) from error


def check_cluster(client: Any) -> None:
    """Raise unless the client's scheduler answers and all of its workers have the versions that this process has."""
    distributed = import_distributed()
    if client.status != "running":
        raise OSError(
            f"the client's scheduler cannot be reached: its status is {client.status!r}; connect a new Client"
        )
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        found = client.run(versions, on_error="return")
    except distributed.TimeoutError as error:
        raise RuntimeError(
            f"the cluster at {client.scheduler.address} has no worker: start some, then train"
        ) from error
    except OSError as error:
        raise OSError(f"the client's scheduler cannot be reached: {' '.join(str(error).split())}") from error
    for address, its in sorted(found.items()):
        check_versions(address, its)


def check_versions(address: str, found: dict[str, str] | Exception) -> None:
    """Raise ValueError unless a worker has the versions of this process.

    Parameters
    ----------
    address : str
        Of the worker.
    found : dict of str to str, or Exception
        Package to version, or what asking for it has raised.

    Examples
    --------
    >>> check_versions("tcp://10.0.0.2:4000", {**versions(), "npw2v": "0.0.1"})
    Traceback (most recent call last):
    ...
    ValueError: the worker tcp://10.0.0.2:4000 has npw2v 0.0.1, this process 0.1.0: install the same there
    """
    if not isinstance(found, dict):
        said = " ".join(str(found).split())
        raise ValueError(f"the worker {address} cannot use npw2v ({said}): install it there as it is here")
    for name, version in versions().items():
        if found[name] != version:
            raise ValueError(
                f"the worker {address} has {name} {found[name]}, this process {version}: install the same there"
            )


def key_of(name: str, token: str) -> str:
    """Name a task: Dask's dashboard shows the name up to the first hyphen as its kind."""
    return f"{name}-{token}"
