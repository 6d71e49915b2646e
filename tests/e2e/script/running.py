"""Runs the scripts as different clients do."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from pgseq.commands.script.compose import Mode, script

Answer = dict[str, dict[str, Any]]

#: Where one statement of the scripts ends and the next begins.
_BREAKS: Final = ("\n\nDO $pgseq$", "\n\nWITH found")


def statements(mode: Mode) -> list[str]:
    """The statements of a script, for a client that sends them one by one."""
    text = script(mode)
    at = [0, *(text.index(mark) for mark in _BREAKS), len(text)]
    return [text[start:end] for start, end in pairwise(at)]


def run(connection: psycopg.Connection[Any], mode: Mode, *, prepared: bool | None = None) -> Answer:
    """The last result, by sequence. `prepared`: None sends all at once by the simple protocol; else one by one, True
    by the extended protocol."""
    with connection.cursor(row_factory=dict_row) as cursor:
        if prepared is None:
            cursor.execute(script(mode).encode())
            while cursor.nextset():
                pass
        else:
            for statement in statements(mode):
                cursor.execute(statement.encode(), prepare=prepared)
        return {row["sequence"]: row for row in cursor.fetchall()}
