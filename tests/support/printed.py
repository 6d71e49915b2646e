"""Commands that pgseq prints for somebody to paste: taken out of what was printed, and run as a shell would."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.commandline import Completed, environment, executable

#: The commands that pgseq prints, each to the end of its line or to what follows it in a sentence.
_WORD: Final = r"""(?:'[^']*'|"(?:[^"\\]|\\.)*"|[^\s;'"(),]|,(?=\S))+"""
_COMMAND: Final = re.compile(
    r"(?<![\w`/.-])pgseq (?:check|fix|verify|explain|why|sync|lint|guard \w+)"
    rf"(?: (?!(?:tells|lists|appends|says)\b){_WORD})*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """A POSIX shell in a folder of its own, whose environment names another database."""

    home: Path
    variables: Mapping[str, str]

    def __call__(self, command: str) -> Completed:
        """Run a command as it was printed; `pgseq` is the one that is installed."""
        folder = self.home / "elsewhere"
        folder.mkdir(exist_ok=True)
        env = environment(self.home, self.variables)
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            env=env | {"PATH": f"{Path(executable()).parent}:{env.get('PATH', '')}"},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Completed(code=done.returncode, out=done.stdout, err=done.stderr)


def printed(text: str) -> list[str]:
    """The commands in a text, each once."""
    return list(dict.fromkeys(match[0].strip() for match in _COMMAND.finditer(text)))


def printed_in(document: Any) -> list[str]:
    """The commands in the texts of a JSON document, each once."""
    return list(dict.fromkeys(command for text in _texts(document) for command in printed(text)))


def commands(done: Completed) -> list[str]:
    """The commands that a run has printed, as a document or for people."""
    try:
        return printed_in(json.loads(done.out))
    except ValueError:
        return printed(done.out + done.err)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
