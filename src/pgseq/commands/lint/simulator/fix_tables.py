"""The block of sql/fix_tables.sql, which pgseq writes into scripts of migrations (`alembic upgrade --sql`)."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator.setval import to_stored
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.names import parse_qualified
from pgseq.sql import load, trees

#: What its words are filled with: regclass literals, and a part of a whole.
_WORDS: Final = {"tables": r"(?P<tables>[^\n]+)", "max_jump": r"[0-9.e-]+", "look": r"[^\n]+"}
_TABLE: Final = re.compile(r"(E?)'((?:[^']|'')+)'::pg_catalog\.regclass")


def run(state: DatabaseState, body: str, place: Place) -> bool:
    """Run the body of a DO block, if it is that one: the sequences of its tables are moved to what is stored. Whether
    it is."""
    filled = _pattern().fullmatch(body.strip())
    if filled is None:
        return False
    for escaped, text in _TABLE.findall(filled["tables"]):
        name = text.replace("''", "'")
        named = trees.relation(parse_qualified(name.replace("\\\\", "\\") if escaped else name) or ("",))
        state.unknown_tables.pop((named.get("schemaname", ""), named["relname"]), None)
        table = state.table(named)
        columns = list(table.columns.values()) if table is not None else []
        for sequence in tuple(state.sequences.values()):
            read = [column for _, column in state.feeds(sequence) if any(column is one for one in columns)]
            if read:
                to_stored(state, sequence, read, place)
    return True


@cache
def _pattern() -> re.Pattern[str]:
    marks = {word: f"pgseq{word.replace('_', '')}" for word in _WORDS}
    body = load("fix_tables", **marks).partition("$pgseq$")[2].rpartition("$pgseq$")[0]
    text = re.escape(body.strip())
    for word, pattern in _WORDS.items():
        text = text.replace(marks[word], pattern)
    return re.compile(text)
