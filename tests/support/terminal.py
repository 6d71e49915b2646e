"""The command line on a pseudo-terminal: what it asks, what is answered, what the screen shows."""

from __future__ import annotations

import os
import pty
import select
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.support.commandline import Completed, environment, executable

PATIENCE: Final = 30.0


def on_terminal(
    home: Path,
    *arguments: str,
    answers: tuple[tuple[str, str], ...] = (),
    env: Mapping[str, str] | None = None,
    columns: int = 80,
) -> Completed:
    """Run pgseq on a terminal of its own; `answers` are (what to wait for, what to type then), in order.

    Output and errors come as one text in `out`, since both are the screen.
    """
    variables = environment(home, {"TERM": "xterm", "COLUMNS": str(columns)} | dict(env or {}))
    pid, screen = pty.fork()
    if pid == 0:
        os.chdir(home)
        os.execve(executable(), [executable(), *arguments], variables)
    shown = b""
    waiting = list(answers)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and select.select([screen], [], [], deadline - time.monotonic())[0]:
        try:
            part = os.read(screen, 65536)
        except OSError:  # Linux's way to say that the other end is closed
            break
        if not part:
            break
        shown += part
        if waiting and waiting[0][0].encode() in shown:
            os.write(screen, waiting.pop(0)[1].encode())
    else:
        os.kill(pid, 9)
    os.close(screen)
    _, status = os.waitpid(pid, 0)
    text = shown.decode("utf-8").replace("\r\n", "\n")
    assert not waiting, f"never shown: {waiting[0][0]!r} in {text!r}"
    return Completed(code=os.waitstatus_to_exitcode(status), out=text, err="")
