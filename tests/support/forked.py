"""Runs `pgseq` in a copy of a process that has imported it already: to start an interpreter and import costs more than
most commands, and a suite of thousands of commands pays that once. What runs is a process of its own all the same.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import gc
import io
import json
import os
import pkgutil
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

#: What an interpreter, its libraries and psycopg read when they start: a copy cannot obey these.
READ_AT_START: Final = ("PYTHON", "LANG", "LC_", "LD_", "TZ", "PSYCOPG")
_PACKAGES: Final = ("pgseq.cli", "pgseq.commands", "pgseq.render", "pgseq.pg", "pgseq.core")


def fits(env: Mapping[str, str]) -> bool:
    """Whether a copy of the running process would see these variables as a fresh one would."""
    return all(os.environ.get(name) == value for name, value in env.items() if name.startswith(READ_AT_START))


def run(
    command: Sequence[str], *, input: str | None, env: Mapping[str, str], cwd: Path, timeout: float
) -> tuple[int, str, str]:
    """The return code (as subprocess counts it), standard output and standard error of one command of pgseq.

    Raises:
        subprocess.TimeoutExpired: after `timeout` seconds; the command is killed.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(_template())
        pipes = [os.pipe() for _ in range(3)]
        if input is None:
            os.close(pipes[0][0])
            pipes[0] = (os.open(os.devnull, os.O_RDONLY), pipes[0][1])
        request = {"arguments": list(command), "env": dict(env), "cwd": str(cwd)}
        theirs = [pipes[0][0], pipes[1][1], pipes[2][1]]
        connection.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", theirs))])
        connection.sendall(json.dumps(request).encode() + b"\n")
        for descriptor in theirs:
            os.close(descriptor)
        texts = ["", ""]
        threads = [
            threading.Thread(target=_write, args=(pipes[0][1], input or ""), daemon=True),
            threading.Thread(target=_read, args=(pipes[1][0], texts, 0), daemon=True),
            threading.Thread(target=_read, args=(pipes[2][0], texts, 1), daemon=True),
        ]
        for thread in threads:
            thread.start()
        answers = connection.makefile()
        pid = int(answers.readline())
        connection.settimeout(timeout)
        try:
            status = int(answers.readline())
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(list(command), timeout) from None
        for thread in threads:
            thread.join(timeout)
    return os.waitstatus_to_exitcode(status), texts[0], texts[1]


def _write(descriptor: int, text: str) -> None:
    with contextlib.suppress(BrokenPipeError), open(descriptor, "w", encoding="utf-8", newline="") as stream:
        stream.write(text)


def _read(descriptor: int, texts: list[str], place: int) -> None:
    with open(descriptor, encoding="utf-8") as stream:
        texts[place] = stream.read()


@cache
def _template() -> str:
    """The address of the process to copy, which is started when it is first needed and ends with this one."""
    folder = tempfile.mkdtemp(prefix="pgseq-template-")
    address = f"{folder}/socket"
    process = subprocess.Popen(
        [sys.executable, __file__, address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
    )
    atexit.register(process.kill)
    assert process.stdout is not None
    process.stdout.readline()
    return address


def load() -> None:
    """Import what commands import, before they run and while they do: two are run, which reach no server."""
    for name in _PACKAGES:
        for module in pkgutil.walk_packages(import_module(name).__path__, f"{name}."):
            import_module(module.name)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for words in (["check", "host=/nonexistent"], ["no-such-command"]):
            import_module("pgseq.cli").main(words, standalone_mode=False)


class _Template:
    """The process to copy: one thread, no connection to a server."""

    def __init__(self, address: str) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(address)
        self._listener.listen(64)
        #: Whom to tell of the end of a copy, by its pid.
        self._callers: dict[int, socket.socket] = {}
        self._ended, ending = os.pipe()
        os.set_blocking(ending, False)
        signal.set_wakeup_fd(ending)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        """Make a copy for each caller, until whoever started this process is gone."""
        with selectors.DefaultSelector() as selector:
            for file, act in ((self._listener, self._copy), (self._ended, self._tell), (sys.stdin, sys.exit)):
                selector.register(file, selectors.EVENT_READ, act)
            print("ready", flush=True)
            while True:
                for key, _ in selector.select():
                    key.data()

    def _copy(self) -> None:
        caller, _ = self._listener.accept()
        _, descriptors, _, _ = socket.recv_fds(caller, 1, 3)
        request = json.loads(caller.makefile().readline())
        pid = os.fork()
        if not pid:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for other in (self._listener, caller, *self._callers.values()):
                other.close()
            _be(request, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        self._callers[pid] = caller
        _say(caller, pid)

    def _tell(self) -> None:
        os.read(self._ended, 4096)
        while self._callers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            with self._callers.pop(pid) as caller:
                _say(caller, status)


def _say(caller: socket.socket, number: int) -> None:
    with contextlib.suppress(BrokenPipeError):
        caller.sendall(f"{number}\n".encode())


def _be(request: dict[str, Any], descriptors: Sequence[int]) -> NoReturn:
    """Run one command in a copy."""
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    sys.argv = request["arguments"]
    for number, (name, mode) in enumerate([("stdin", "r"), ("stdout", "w"), ("stderr", "w")]):
        buffering, errors = (1, "backslashreplace") if number == 2 else (-1, getattr(sys, name).errors)
        stream = os.fdopen(number, mode, buffering, sys.stdout.encoding, errors, closefd=False)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    try:
        sys.exit(import_module("pgseq.cli").main())
    except SystemExit as end:
        if isinstance(end.code, int):
            _end(end.code)
        raise


def _end(code: int) -> NoReturn:
    """End as an interpreter does (Py_FinalizeEx), but for the modules: to take all of them apart would take longer than
    most commands do."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stderr.flush()
    try:
        sys.stdout.flush()
    except OSError:
        code = 120
    os._exit(code & 0xFF)


if __name__ == "__main__":
    sys.path.pop(0)
    load()
    gc.freeze()
    _Template(sys.argv[1]).serve()
