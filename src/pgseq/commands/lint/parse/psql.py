r"""psql's own commands, as far as they bring rows: \copy and \i. Pure.

Rules: PostgreSQL documentation, psql, "Meta-Commands".
"""

from __future__ import annotations

import re
from typing import Final

from pgseq.commands.lint.parse.pieces import PsqlCommand, Statement

#: The commands that read another file.
READ_FILES: Final = ("i", "include", "ir", "include_relative")
#: A COPY whose data follow, whether the grammar takes it or not.
DATA_FOLLOW: Final = re.compile(r"\s*copy\b.*\bfrom\s+stdin\b", re.IGNORECASE | re.DOTALL)
#: \copy: the text before FROM, the source of the data, and the options.
_COPY: Final = re.compile(
    r"\\copy\s++(?P<what>.*?)(?<=\s)from\s++(?P<source>(?:program\s+)?(?:'(?:[^']|'')*'|\S+))(?P<options>.*)",
    re.IGNORECASE | re.DOTALL,
)


def copied(command: PsqlCommand) -> Statement | None:
    r"""The COPY that a \copy stands for; None: it is no \copy … FROM."""
    copy = _COPY.match(command.text)
    if copy is None:
        return None
    source = "STDIN" if copy["source"].lower() == "stdin" else "'elsewhere'"
    return Statement(text=f"COPY {copy['what']} FROM {source}{copy['options']}", place=command.place)


def assigned(command: PsqlCommand) -> tuple[str, str] | None:
    r"""The name and the value of a \set; None: it is no \set of a value."""
    words = command.words
    return (words[1], "".join(word.strip("'") for word in words[2:])) if words[:1] == ["set"] and words[2:] else None
