"""Executors that a command line names: a Dask cluster, or what a function of a module makes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from pgseq.errors import ConnectionFailed, UsageError
from pgseq.names import display
from pgseq.text.patterns import lazily
from pgseq.text.secrets import redact

#: Seconds to wait for a Dask scheduler.
PATIENCE = 10
#: A scheduler: any protocol of Dask's, and a port.
_ADDRESS = lazily(r"\w+://[^\s/]+:\d+/?")
FORMS = "write dask=tcp://HOST:8786, or MODULE:FACTORY for a function that returns a concurrent.futures.Executor"


@contextmanager
def executor(name: str) -> Iterator[Executor]:
    """The executor of that name, shut down at the end. Raises UsageError, ConnectionFailed."""
    if name.startswith("dask="):
        with _dask(name.removeprefix("dask=")) as cluster:
            yield cluster
        return
    module, colon, factory = name.partition(":")
    if not (colon and factory.isidentifier() and all(part.isidentifier() for part in module.split("."))):
        raise UsageError(f"'{display(name)}' names no executor", FORMS)
    try:
        made = getattr(import_module(module), factory)()
    except (ImportError, AttributeError) as error:
        raise UsageError(f"{display(name)} cannot be used: {error}", "is its folder in PYTHONPATH?") from None
    if not isinstance(made, Executor):
        raise UsageError(f"{display(name)} returned no concurrent.futures.Executor", FORMS)
    try:
        yield made
    except KeyboardInterrupt:
        # Workers that are processes of ours would go on, and be waited for; they only read, and have our handlers.
        from multiprocessing import active_children

        for child in active_children():
            child.kill()
        raise
    finally:
        made.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    if not _ADDRESS.fullmatch(address):
        raise UsageError(f"dask={redact(address)} names no scheduler", FORMS)
    try:
        import distributed
    except ImportError:
        raise UsageError("Dask is not installed here", "pip install distributed") from None
    # What it logs with a traceback, as that the scheduler went away, is told of each database that is lost.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        # It has no types.
        client: Any = distributed.Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise ConnectionFailed(
            f"no Dask scheduler at {redact(address)}: {str(error).strip().partition(chr(10))[0]}",
            "is dask scheduler running there? write dask=tcp://HOST:PORT",
        ) from None
    with client:
        # Calls that look alike are not the same: Dask would answer the second from the first.
        yield client.get_executor(pure=False)
