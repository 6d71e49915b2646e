"""Runs `pgseq` in a copy of a process that has imported it already: to start an interpreter and import costs more than
most commands, and a suite of thousands of commands pays that once. What runs is a process of its own all the same.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import json
import os
import pkgutil
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
from typing import Final, NoReturn

#: What an interpreter reads when it starts: a copy cannot obey these.
READ_AT_START: Final = ("PYTHON", "LANG", "LC_", "TZ")
_PACKAGES: Final = ("pgseq.cli", "pgseq.render", "pgseq.pg", "pgseq.core")


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


def _serve(address: str) -> None:
    """Copy this process for each connection, until whoever started it is gone."""
    for name in _PACKAGES:
        for module in pkgutil.walk_packages(import_module(name).__path__, f"{name}."):
            import_module(module.name)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    while True:
        connection, _ = listener.accept()
        if not os.fork():
            listener.close()
            _handle(connection)
        connection.close()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def _handle(connection: socket.socket) -> NoReturn:
    """Run one command in a copy and report its pid and its status."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, descriptors, _, _ = socket.recv_fds(connection, 1, 3)
    request = json.loads(connection.makefile().readline())
    pid = os.fork()
    if pid:
        for descriptor in descriptors:
            os.close(descriptor)
        with contextlib.suppress(BrokenPipeError):
            connection.sendall(f"{pid}\n".encode())
            connection.sendall(f"{os.waitpid(pid, 0)[1]}\n".encode())
        os._exit(0)
    connection.close()
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
    sys.exit(import_module("pgseq.cli").main())


if __name__ == "__main__":
    sys.path.pop(0)
    _serve(sys.argv[1])
