"""Passwords that are asked for."""

from __future__ import annotations

import sys
from typing import Literal

from pgseq.errors import ConnectionFailed, UsageError
from pgseq.names import display
from pgseq.text.secrets import Hidden

#: Whether to ask for a password: `always` (-W), `never` (-w), or where the server wants one and none is known.
Prompt = Literal["always", "never", "wanted"]


class Password:
    """A password that is asked for at most once."""

    def __init__(self, prompt: Prompt) -> None:
        self.prompt = prompt
        self.value: str | None = None

    def ask(self, user: str | None) -> str:
        """Ask on the terminal. Raises UsageError where there is none."""
        import getpass

        try:
            with open("/dev/tty", encoding="utf-8"):
                self.value = Hidden(getpass.getpass(f"Password for user {display(user)}: " if user else "Password: "))
        except OSError:
            raise UsageError(
                "there is no terminal to ask for the password on", "give it by PGPASSWORD or ~/.pgpass"
            ) from None
        return self.value


def wants_password(error: ConnectionFailed) -> bool:
    """Whether the server asked for a password, none was known, and there is a terminal to ask on."""
    return error.needs_password and sys.stdin.isatty() and sys.stderr.isatty()
